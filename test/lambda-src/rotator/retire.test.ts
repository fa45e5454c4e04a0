import type { CredentialRecord } from '../../../lambda-src/core/record';
import { reject } from '../../../lambda-src/core/record';
import type { Slot } from '../../../lambda-src/core/slot';
import { restore, retire, terminate } from '../../../lambda-src/rotator/retire';
import type { Installation } from '../../support/rotator/installation';
import { RotatorRig } from '../../support/rotator/rig';

jest.setTimeout(120_000);

let rig: RotatorRig;

beforeAll(async () => {
  rig = await RotatorRig.start();
});

afterAll(async () => {
  await rig.stop();
});

const GREEN = async (app: Installation) =>
  ({ slot: 'green', version: (await app.versionWith('green', 'AWSCURRENT')) ?? '' }) as const;

/** The record says that the password of green, which nobody uses, leaked, and that its user is to be locked out. */
async function leaked(app: Installation, done = false): Promise<CredentialRecord> {
  await app.changeRecord({
    compromised: { ...(await GREEN(app)), reportedAt: 0, ended: false, attempts: 0 },
    retired: { slot: 'green', done },
  });
  return await app.record();
}

const lock = async (app: Installation) => app.noted(retire(app.dependencies, 'app', await GREEN(app)));
const end = async (app: Installation) => app.noted(terminate(app.dependencies, 'app', await GREEN(app)));
const letIn = (app: Installation, slot: Slot) => app.noted(restore(app.dependencies, 'app', slot));

describe('a user whose password leaked', () => {
  it('is locked out although sessions are open, then these are ended, whatever they call themselves', async () => {
    const app = await rig.install();
    const { url } = await app.value('green');
    const thieves = [await app.open(url, 'psql'), await app.open(url, 'tandem-rotator/verify')];
    await leaked(app);
    await lock(app);
    expect(await app.workingAs(url)).toBe('28000');
    for (const thief of thieves) await thief.query('SELECT 1');
    await leaked(app, true);
    const { ended } = await end(app);
    expect(ended).toHaveLength(2);
    for (const thief of thieves) await expect(thief.query('SELECT 1')).rejects.toThrow();
  });

  it('may log in again with a new password only, from the very statement that sets it', async () => {
    const app = await rig.install();
    const { url } = await app.value('green');
    await leaked(app);
    await lock(app);
    const mark = rig.log.mark();
    const version = await app.begin('green');
    await app.changeRecord(reject(await app.record(), { slot: 'green', version }));
    await app.complete('green', version);
    expect(await app.workingAs(url)).toBe('28P01');
    expect(await app.workingAs((await app.value('green', version)).url)).toBe(app.names.owner);
    expect(app.effects(mark).filter((sql) => sql.includes('LOGIN'))).toEqual([
      expect.stringMatching(/^ALTER ROLE "green_\w+" PASSWORD '.*' LOGIN$/) as string,
    ]);
  });

  it('is not let in with the password that leaked', async () => {
    const app = await rig.install();
    await leaked(app);
    await lock(app);
    await expect(letIn(app, 'green')).rejects.toThrow('The password of green of app leaked');
    expect(await app.workingAs((await app.value('green')).url)).toBe('28000');
  });

  it('is locked out again and again, and its sessions may be ended again and again', async () => {
    const app = await rig.install();
    await leaked(app, true);
    await lock(app);
    await lock(app);
    expect(await end(app)).toEqual({ ended: [] });
    expect(await end(app)).toEqual({ ended: [] });
  });
});

describe('a former user', () => {
  it('is locked out where the record says so and nobody is connected, and let in again', async () => {
    const app = await rig.install();
    const { url } = await app.value('green');
    await app.changeRecord({ retired: { slot: 'green', done: false } });
    await lock(app);
    expect(await app.workingAs(url)).toBe('28000');
    await letIn(app, 'green');
    expect(await app.workingAs(url)).toBe(app.names.owner);
  });
});

describe('nothing is changed where', () => {
  const refused = async (app: Installation, work: Promise<unknown>, reason: string | RegExp) => {
    const mark = rig.log.mark();
    await expect(work).rejects.toThrow(reason);
    expect(app.effects(mark)).toEqual([]);
  };

  it('the record does not say that the user is to be locked out: one that arrives late does nothing', async () => {
    const app = await rig.install();
    await refused(app, lock(app), 'the record does not say that green is to be locked out');
    await refused(app, end(app), 'the record does not say that green is to be locked out');
  });

  it('the user is the active one', async () => {
    const app = await rig.install();
    await app.changeRecord({ retired: { slot: 'blue', done: false } });
    const { active } = await app.record();
    await refused(app, app.noted(retire(app.dependencies, 'app', active)), 'blue is the active user');
  });

  it('a rollout or a revert is under way', async () => {
    const app = await rig.install();
    await leaked(app);
    await app.changeRecord({ phase: 'rolling' });
    await refused(app, lock(app), 'the credential is rolling, not settled');
    await refused(app, end(app), 'the credential is rolling, not settled');
  });

  it('a session is open and the password did not leak: it is named, and not ended', async () => {
    const app = await rig.install();
    const session = await app.open((await app.value('green')).url, 'report');
    await app.changeRecord({ retired: { slot: 'green', done: false } });
    await refused(app, lock(app), 'application_name report');
    await app.changeRecord({ retired: { slot: 'green', done: true } });
    await refused(app, end(app), 'the record does not say that the password of green leaked');
    await session.query('SELECT 1');
    await session.end();
  });

  it('the password leaked, but its user is not locked out yet: it would come back', async () => {
    const app = await rig.install();
    await leaked(app);
    await refused(app, end(app), 'and that its user is locked out');
  });

  it('the last rotation was not rolled out yet', async () => {
    const app = await rig.install();
    await app.changeRecord({ retired: { slot: 'green', done: false } });
    await app.write('green', await app.value('green'));
    await refused(app, lock(app), 'the last rotation of green has not been rolled out yet');
  });
});

it('shows no password: not in the server log, telemetry or an error (I5)', () => {
  expect(rig.secretsKnown).toBeGreaterThan(5);
  expect(rig.leaks()).toEqual([]);
});
