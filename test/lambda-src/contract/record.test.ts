import fc from 'fast-check';
import { ADVANCED_BYTES } from '../../../lambda-src/contract/parameters';
import {
  evidenceText,
  NO_REQUEST,
  parseEvidence,
  parseRecord,
  parseRequest,
  recordText,
  type Evidence,
} from '../../../lambda-src/contract/record';
import {
  bootstrapToken,
  mirrorVersion,
  requestToken,
  standInToken,
} from '../../../lambda-src/contract/tokens';
import { record } from '../core/arbitraries';
import { settled } from '../core/examples';

describe('the stored record', () => {
  it('I3: every record is read back as it was written', () => {
    fc.assert(fc.property(record, (written) => expect(parseRecord(recordText(written))).toEqual(written)));
  });

  it('is read too where a person wrote the fields of a consumer out', () => {
    const written = settled();
    expect(recordText(written)).toContain('"consumers":{"main/web":[[],null,null,null]}');
    expect(parseRecord(JSON.stringify(written))).toEqual(written);
  });

  it.each([
    ['no JSON', '{'],
    ['another schema', JSON.stringify({ ...settled(), schema: 2 })],
    ['an unknown phase', JSON.stringify({ ...settled(), phase: 'done' })],
    ['an unknown slot', JSON.stringify({ ...settled(), active: { slot: 'red', version: 'v' } })],
    ['a halt that came from a halt', JSON.stringify({ ...settled(), haltedFrom: 'halted' })],
    ['half a consumer', JSON.stringify({ ...settled(), consumers: { 'main/web': [[], null] } })],
    ['a missing field', JSON.stringify({ ...settled(), seen: undefined })],
  ])('%s is no record', (_, text) => {
    expect(parseRecord(text)).toBeNull();
  });
});

describe('the stored request', () => {
  const request = { id: 'r1', kind: 'rotate', leaving: 'v1' };

  it('is read back as it was written', () => {
    expect(parseRequest(JSON.stringify(request))).toEqual(request);
  });

  it.each([
    NO_REQUEST,
    '',
    'null',
    JSON.stringify({ ...request, kind: 'explode' }),
    JSON.stringify({ ...request, id: '' }),
  ])('%j is none', (text) => {
    expect(parseRequest(text)).toBeNull();
  });
});

describe('the stored evidence', () => {
  const evidence: Evidence = {
    ...{ schema: 1, credential: 'app', outcome: 'adopted', slot: 'blue', version: 'v2' },
    previous: { slot: 'green', version: 'v1' },
    startedAt: '2026-01-10T12:00:00.000Z',
    flippedAt: '2026-01-10T12:01:00.000Z',
    settledAt: '2026-01-10T12:09:00.000Z',
    consumers: ['main/web'],
    unregistered: null,
    reason: null,
  };
  const name = fc.string({ minLength: 1, maxLength: 511, unit: 'grapheme' });

  it('is read back as it was written, where it fits', () => {
    expect(parseEvidence(evidenceText(evidence))).toEqual(evidence);
  });

  it('I4: fits its parameter however many names it has, and however long; what it leaves out, it counts', () => {
    fc.assert(
      fc.property(
        fc.array(name, { maxLength: 50 }),
        fc.option(fc.array(name, { maxLength: 500 })),
        fc.option(fc.string({ maxLength: 10_000, unit: 'grapheme' })),
        (consumers, unregistered, reason) => {
          const text = evidenceText({ ...evidence, consumers, unregistered, reason });
          expect(Buffer.byteLength(text)).toBeLessThanOrEqual(ADVANCED_BYTES);
          const read = parseEvidence(text);
          expect(counted(read?.consumers)).toBe(consumers.length);
          expect(counted(read?.unregistered)).toBe(unregistered?.length);
        },
      ),
      { numRuns: 50 },
    );
  });

  /** How many names there are, those that were left out included. */
  function counted(names: readonly string[] | null | undefined): number | undefined {
    const more = /^… and (\d+) more$/.exec(names?.at(-1) ?? '')?.[1];
    return more === undefined ? names?.length : (names?.length ?? 0) - 1 + Number(more);
  }

  it('of fifty consumers with the longest names that ECS allows names as many as fit', () => {
    const consumers = Array.from(
      { length: 50 },
      (_, index) => `${'c'.repeat(255)}/${'s'.repeat(253)}${index + 10}`,
    );
    const read = parseEvidence(evidenceText({ ...evidence, consumers, unregistered: ['main/other'] }));
    expect(read?.consumers.slice(0, 15)).toEqual(consumers.slice(0, 15));
    expect(read?.consumers.slice(15)).toEqual(['… and 35 more']);
    expect(read?.unregistered).toEqual(['main/other']);
  });
});

describe('derived tokens', () => {
  const arn = 'arn:aws:secretsmanager:x';

  it('are the same for the same thing, differ for different things, and are tokens that Secrets Manager takes', () => {
    const all = () => [
      mirrorVersion(arn, 'v'),
      mirrorVersion(arn, 'w'),
      bootstrapToken(arn),
      standInToken('v'),
      requestToken('v'),
    ];
    expect(all()).toEqual(all());
    expect(new Set(all()).size).toBe(5);
    for (const token of all()) expect(token).toMatch(/^[0-9a-f]{64}$/);
  });
});
