import { parseRotatorEvent, type RotatorEvent } from '../../../lambda-src/contract/events';
import { correlation, dispatch } from '../../../lambda-src/rotator/dispatch';
import { RotatorRig } from '../../support/rotator/rig';
import type { Installation } from '../../support/rotator/installation';

let rig: RotatorRig;
beforeAll(async () => void (rig = await RotatorRig.start()), 180_000);
afterAll(() => rig.stop(), 60_000);

// Generous: the machine may be busy.
jest.setTimeout(90_000);

/** As the handler does: what arrives is parsed first. */
const send = (app: Installation, event: object) =>
  app.noted(dispatch(app.dependencies, parseRotatorEvent(event)));

describe('a rotation step', () => {
  it('answers nothing and counts nothing where it succeeds', async () => {
    const app = await rig.install();
    const version = await app.begin('green');
    const event = {
      SecretId: app.arns.green,
      ClientRequestToken: version,
      Step: 'createSecret',
      RotationToken: 'r',
    };
    expect(await send(app, event)).toBeUndefined();
    expect(app.telemetry.counts).toEqual([]);
    expect(app.telemetry.messages).toEqual([{ message: 'staged a new value', fields: {} }]);
  });

  it('that is refused counts RotationRefused, logs the error and fails the invocation with it', async () => {
    const app = await rig.install();
    const version = await app.begin('blue');
    const event = { SecretId: app.arns.blue, ClientRequestToken: version, Step: 'createSecret' };
    await expect(send(app, event)).rejects.toThrow(
      'Rotation of blue of app refused: blue is the active user',
    );
    expect(app.telemetry.counts).toEqual([{ metric: 'RotationRefused', credential: 'app' }]);
    expect(app.telemetry.errors).toEqual([
      { message: 'refused', error: expect.objectContaining({ name: 'RotationRefusedError' }) as object },
    ]);
  });

  it('that fails counts RotationFailed', async () => {
    const app = await rig.install();
    const version = await app.begin('green');
    await app.write('green', { username: 'postgres', password: 'not-for-green-42' }, 'AWSPENDING', version);
    const event = { SecretId: app.arns.green, ClientRequestToken: version, Step: 'testSecret' };
    await expect(send(app, event)).rejects.toMatchObject({ name: 'ContractError' });
    expect(app.telemetry.counts).toEqual([{ metric: 'RotationFailed', credential: 'app' }]);
  });

  it('that is nearly out of time counts RotationFailed before Lambda ends it, and says which step it was', async () => {
    const app = await rig.install();
    const version = await app.begin('green');
    const event = { SecretId: app.arns.green, ClientRequestToken: version, Step: 'createSecret' };
    let calledOff = 0;
    await dispatch(app.dependencies, parseRotatorEvent(event), (say) => {
      say();
      return () => void (calledOff += 1);
    });
    expect(app.telemetry.counts).toEqual([{ metric: 'RotationFailed', credential: 'app' }]);
    expect(app.telemetry.errors).toEqual([
      { message: 'failed', error: expect.objectContaining({ name: 'OutOfTimeError' }) as object },
    ]);
    expect(calledOff).toBe(1);
  });

  it('calls its last words off however it ends', async () => {
    const app = await rig.install();
    const version = await app.begin('blue');
    const event = { SecretId: app.arns.blue, ClientRequestToken: version, Step: 'createSecret' };
    let calledOff = 0;
    const lastWords = () => () => void (calledOff += 1);
    await expect(dispatch(app.dependencies, parseRotatorEvent(event), lastWords)).rejects.toThrow('refused');
    expect(calledOff).toBe(1);
  });

  it('of a secret that is none of this installation is counted too, as unknown', async () => {
    const app = await rig.install({ bootstrapped: false });
    const event = { SecretId: 'elsewhere', ClientRequestToken: 'x'.repeat(32), Step: 'createSecret' };
    await expect(send(app, event)).rejects.toMatchObject({ name: 'InstallationError' });
    expect(app.telemetry.counts).toEqual([{ metric: 'RotationFailed', credential: 'unknown' }]);
  });
});

describe('a direct invocation', () => {
  it('bootstraps as Terraform asks for it on create and update, and destroys on delete', async () => {
    const app = await rig.install({ bootstrapped: false });
    const event = { action: 'bootstrap', credential: 'app' };
    expect(await send(app, { ...event, tf: { action: 'create' } })).toMatchObject({
      did: expect.arrayContaining(['record created']) as string[],
    });
    expect(await send(app, { ...event, tf: { action: 'update' } })).toMatchObject({ did: [] });
    expect(await send(app, event)).toMatchObject({ did: [] });
    expect(await send(app, { ...event, tf: { action: 'delete' } })).toMatchObject({
      did: expect.arrayContaining(['record removed']) as string[],
    });
    expect(await app.parameter('record')).toBeUndefined();
  });

  it('verifies a slot’s version, and checks what a rotation will need', async () => {
    const app = await rig.install();
    const version = await app.versionWith('green', 'AWSCURRENT');
    const verify = { action: 'verify', credential: 'app', slot: 'green', version };
    expect(await send(app, verify)).toMatchObject({ result: 'accepted' });
    const preflight = { action: 'preflight', credential: 'app' };
    expect(await send(app, preflight)).toMatchObject({ credential: 'app', ok: false });
  });

  it('names the open sessions of both slots, or of the one that was asked for', async () => {
    const app = await rig.install();
    const { url } = await app.value('green');
    const session = await app.open(url, 'psql');
    const open = { user: app.names.users.green, applicationName: 'psql', clientAddress: '127.0.0.1' };
    const event = { action: 'sessions', credential: 'app' };
    expect(await send(app, event)).toMatchObject({ blue: [], green: [open] });
    expect(await send(app, { ...event, slot: 'green' })).toEqual({ green: [expect.objectContaining(open)] });
    expect(await send(app, { ...event, slot: 'blue' })).toEqual({ blue: [] });
    await session.end();
  });

  it('of a credential that was never applied says so', async () => {
    const app = await rig.install();
    await expect(send(app, { action: 'preflight', credential: 'nothing' })).rejects.toThrow(
      `The configuration document /${app.names.prefix}/nothing/config does not exist: apply the installation`,
    );
  });
});

describe('what every log line carries', () => {
  const arn = (name: string) => `arn:aws:secretsmanager:eu-central-1:123456789012:secret:${name}-AbCdEf`;
  const step = (SecretId: string): RotatorEvent => ({
    SecretId,
    ClientRequestToken: 'v'.repeat(32),
    Step: 'setSecret',
  });

  it.each<[string, RotatorEvent, Record<string, string>]>([
    [
      'credential, slot, version and step of a rotation',
      step(arn('tandem/prod/app/green')),
      { credential: 'app', slot: 'green', version: 'v'.repeat(32), step: 'setSecret' },
    ],
    [
      'unknown credential and slot where the secret is none of the installation',
      step(arn('elsewhere/app/green')),
      { credential: 'unknown', slot: 'unknown', version: 'v'.repeat(32), step: 'setSecret' },
    ],
    [
      'credential and action of a direct invocation',
      { action: 'preflight', credential: 'app' },
      { credential: 'app', action: 'preflight' },
    ],
  ])('%s', (_what, event, expected) => {
    expect(correlation({ prefix: 'tandem/prod', importedSecrets: {} }, event)).toEqual(expected);
  });
});

describe('what all of this has left behind', () => {
  it('shows no password: not in the server log, telemetry or an error (I5)', () => {
    expect(rig.secretsKnown).toBeGreaterThan(10);
    expect(rig.leaks()).toEqual([]);
  });
});
