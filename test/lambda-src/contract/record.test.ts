import fc from 'fast-check';
import { NO_REQUEST, parseRecord, parseRequest, recordText } from '../../../lambda-src/contract/record';
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
