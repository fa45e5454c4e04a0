import type { RotatorEvent } from '../../../lambda-src/contract/events';
import { correlation, dispatch } from '../../../lambda-src/rotator/dispatch';
import { MemoryCredential } from '../../support/rotator/memory-credential';

let app: MemoryCredential;
beforeEach(async () => {
  app = await MemoryCredential.installed();
});

const send = (event: RotatorEvent) => dispatch(app.dependencies, event);
const direct = { credential: 'app' } as const;

describe('a step of a rotation', () => {
  it('answers nothing, and counts nothing where it succeeds', async () => {
    const event = {
      SecretId: app.arns.green,
      ClientRequestToken: app.begin('green'),
      Step: 'createSecret',
    } as const;
    expect(await send(event)).toBeUndefined();
    expect(app.telemetry.counts).toEqual([]);
  });

  it('counts and logs a refusal, and fails with it', async () => {
    const event = {
      SecretId: app.arns.blue,
      ClientRequestToken: app.begin('blue'),
      Step: 'createSecret',
    } as const;
    await expect(send(event)).rejects.toMatchObject({ name: 'RotationRefusedError' });
    expect(app.telemetry.counts).toEqual(['RotationRefused app']);
    expect(app.telemetry.lines).toMatchObject([{ level: 'error', message: 'refused' }]);
  });

  it('counts and logs a failure, of a secret that nobody knows too', async () => {
    const event = { SecretId: 'elsewhere', ClientRequestToken: 'x'.repeat(32), Step: 'setSecret' } as const;
    await expect(send(event)).rejects.toMatchObject({ name: 'InstallationError' });
    expect(app.telemetry.counts).toEqual(['RotationFailed unknown']);
    expect(app.telemetry.lines).toMatchObject([{ level: 'error', message: 'failed' }]);
  });
});

describe('a direct invocation', () => {
  it('answers what it was asked for', async () => {
    const active = app.record()?.active ?? { slot: 'blue', version: '' };
    expect(await send({ ...direct, action: 'bootstrap', tf: { action: 'update' } })).toEqual({
      credential: 'app',
      did: [],
    });
    expect(await send({ ...direct, action: 'verify', ...active })).toMatchObject({ result: 'accepted' });
    expect(await send({ ...direct, action: 'sessions' })).toEqual({ blue: [], green: [] });
    expect(await send({ ...direct, action: 'sessions', slot: 'green' })).toEqual({ green: [] });
    expect(await send({ ...direct, action: 'preflight' })).toMatchObject({ credential: 'app', ok: true });
    await expect(send({ ...direct, action: 'reassert', ...active })).rejects.toThrow(
      'app is settled, not halted',
    );
  });

  it('bootstraps without Terraform too, dry or not, and destroys where Terraform does', async () => {
    expect(await send({ ...direct, action: 'bootstrap', dryRun: true })).toEqual({
      credential: 'app',
      did: [],
      would: [],
      obstacles: [],
    });
    expect(await send({ ...direct, action: 'bootstrap', tf: { action: 'delete' } })).toMatchObject({
      did: expect.arrayContaining(['record removed']) as string[],
    });
    expect(await send({ ...direct, action: 'bootstrap' })).toMatchObject({
      did: expect.anything() as object,
    });
    expect(app.record()).not.toBeNull();
  });
});

describe('every log line carries', () => {
  const { environment } = new MemoryCredential().dependencies;

  it('credential, slot, version and step of a rotation', () => {
    const event = { SecretId: app.arns.green, ClientRequestToken: 'token', Step: 'setSecret' } as const;
    expect(correlation(environment, event)).toEqual({
      credential: 'app',
      slot: 'green',
      version: 'token',
      step: 'setSecret',
    });
    expect(correlation(environment, { ...event, SecretId: 'elsewhere' })).toMatchObject({
      credential: 'unknown',
      slot: 'unknown',
    });
  });

  it('credential and action of a direct invocation', () => {
    expect(correlation(environment, { ...direct, action: 'preflight' })).toEqual({
      credential: 'app',
      action: 'preflight',
    });
  });
});
