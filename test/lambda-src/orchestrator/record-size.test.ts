import { parseCredentialDocument } from '../../../lambda-src/contract/config-document';
import { parseRecord } from '../../../lambda-src/contract/record';
import { answer, reject, type ConsumerRecord, type CredentialRecord } from '../../../lambda-src/core/record';
import { writeRecord } from '../../../lambda-src/orchestrator/write-record';
import type { ConsumerName } from '../../../lambda-src/ports/services';
import { arnOf, consumersNamed, MemoryInstallation, versionId } from '../../support/memory-installation';

const STANDARD = 4_096;
const ADVANCED = 8_192;

/** As long as ECS makes them. */
const deployment = (index: number) => `ecs-svc/${String(index).padStart(19, '7')}`;
const serviceName = (index: number) => `production/service-${String(index).padStart(2, '0')}`;

let installation: MemoryInstallation;
beforeEach(() => {
  installation = new MemoryInstallation(consumersNamed(1));
});

/** A record in the middle of a revert, with all the history that it keeps. */
function fullRecord(count: number, name = serviceName): CredentialRecord {
  const consumers: Record<string, ConsumerRecord> = {};
  for (let index = 0; index < count; index += 1) {
    const now = installation.clock.now();
    consumers[name(index)] = {
      old: [deployment(index)],
      intendedAt: now,
      deployment: deployment(index + 100),
      newSince: now,
    };
  }
  let record: CredentialRecord = {
    ...installation.record(),
    phase: 'reverting',
    previous: { slot: 'green', version: versionId('green-1') },
    flippedAt: installation.clock.now(),
    consumers,
  };
  for (let index = 0; index < 20; index += 1) {
    record = reject(record, { slot: 'green', version: versionId(`green-${index}`) });
    record = answer(record, versionId(`request-${index}`), 'done');
  }
  return record;
}

async function stored(record: CredentialRecord): Promise<{ record: CredentialRecord | null; bytes: number }> {
  const name = installation.name('config');
  const config = parseCredentialDocument(name, installation.parameters.peek(name)?.value ?? '');
  await writeRecord(installation.dependencies, config, record);
  const text = installation.parameters.peek(installation.name('record'))?.value ?? '';
  return { record: parseRecord(text, Object.keys(record.consumers)), bytes: Buffer.byteLength(text) };
}

describe('the record', () => {
  it('of twenty consumers, in the middle of a revert and with all its history, fits a standard parameter', async () => {
    const record = fullRecord(20);
    const { bytes, record: read } = await stored(record);
    expect(bytes).toBeLessThanOrEqual(STANDARD);
    expect(read).toEqual(record);
    expect(installation.telemetry.lines).toEqual([]);
  });

  it('of fifty consumers fits an advanced one only, and says so', async () => {
    const record = fullRecord(50);
    const { bytes, record: read } = await stored(record);
    expect(bytes).toBeGreaterThan(STANDARD);
    expect(bytes).toBeLessThanOrEqual(ADVANCED);
    expect(read).toEqual(record);
    expect(installation.telemetry.lines).toMatchObject([
      { message: 'the record needs an advanced parameter', fields: { credential: 'app', bytes } },
    ]);
  });

  it('of fifty consumers that all failed is stored all the same: its texts are cut, nothing that decides is', async () => {
    const record = fullRecord(50);
    const reason = Object.keys(record.consumers)
      .map((name) => `${name}: not on a completed new deployment by the deadline`)
      .join('; ');
    const refused = answer(record, 'last', `refused: ${reason}`);
    const { bytes, record: read } = await stored({ ...refused, reason });
    expect(bytes).toBeLessThanOrEqual(ADVANCED);
    expect(read?.reason).toMatch(/^production\/service-00: not on a .*…$/);
    expect(read?.handled.at(-1)?.answer).toMatch(/^refused: production.*…$/);
    const texts = { reason: null, handled: [] };
    expect({ ...read, ...texts }).toEqual({ ...refused, ...texts });
  });

  it('of fifty consumers with the longest names that ECS allows, two old deployments each, fits and loses none of them', async () => {
    const long = (index: number) => `${'c'.repeat(255)}/${'s'.repeat(252)}-${String(index).padStart(2, '0')}`;
    const record = fullRecord(50, long);
    const consumers = Object.entries(record.consumers).map(
      ([name, entry], index) => [name, { ...entry, old: [...entry.old, deployment(index + 200)] }] as const,
    );
    const full = { ...record, consumers: Object.fromEntries(consumers) };
    const { bytes, record: read } = await stored(full);
    expect(bytes).toBeLessThanOrEqual(ADVANCED);
    expect(read).toEqual(full);
  });

  it('that has no room even so is refused in words, before anything is written', async () => {
    const before = installation.revision();
    await expect(stored(fullRecord(120))).rejects.toThrow(
      /^The record of app would have \d+ bytes and a parameter holds 8192: register fewer consumers with it\.$/,
    );
    expect(installation.revision()).toBe(before);
  });

  it('whose texts are short keeps every character of them', async () => {
    const reason = 'x'.repeat(1_000);
    const { record: read } = await stored({ ...fullRecord(5), reason });
    expect(read?.reason).toBe(reason);
  });
});

describe('the evidence', () => {
  const strangers = (count: number): ConsumerName[] =>
    Array.from({ length: count }, (_, index) => ({
      cluster: 'main',
      service: `nobodys-service-${index + 1}`,
    }));

  async function rolledOut(consumers: readonly ConsumerName[], unregistered: readonly ConsumerName[]) {
    installation = new MemoryInstallation(consumers);
    for (const stranger of unregistered)
      installation.services.create(stranger, installation.mirror(), [`${arnOf('active')}:url::`]);
    installation.rotate();
    await installation.converge();
    expect(installation.record()).toMatchObject({ phase: 'settled', active: { slot: 'green' } });
    return installation.evidence();
  }

  it('names every consumer, and everybody else who reads the credential, where there is room', async () => {
    const evidence = await rolledOut(consumersNamed(50), strangers(100));
    expect(evidence?.consumers).toHaveLength(50);
    expect(evidence?.unregistered).toHaveLength(100);
  });

  it('I4: keeps no rollout from its end where half a thousand services read the credential that nobody registered', async () => {
    const evidence = await rolledOut(consumersNamed(3), strangers(500));
    expect(evidence?.consumers).toHaveLength(3);
    const { unregistered } = evidence ?? {};
    expect(unregistered?.[0]).toBe('main/nobodys-service-1');
    expect(unregistered?.at(-1)).toBe(`… and ${501 - (unregistered?.length ?? 0)} more`);
  });
});
