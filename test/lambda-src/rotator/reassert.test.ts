import type { CredentialRecord } from '../../../lambda-src/core/record';
import { halt } from '../../../lambda-src/core/record';
import { reassert } from '../../../lambda-src/rotator/reassert';
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

/** A password of the active user that nobody has stored, as after a restore; then the halt that the sweep comes to. */
async function restored(app: Installation): Promise<CredentialRecord> {
  await app.alterByHand(app.names.users.blue, `restored-${app.names.tag}`);
  const halted = halt(await app.record(), 1, 'the active credential does not log in');
  await app.changeRecord(halted);
  return halted;
}

const ask = (app: Installation, target: CredentialRecord['active']) =>
  app.noted(reassert(app.dependencies, 'app', target));

describe('reassert, after the database was restored to an older state', () => {
  it('gives the active user the password that is stored, and the tasks that hold it log in again', async () => {
    const app = await rig.install();
    const { url } = await app.value('active');
    const { active } = await restored(app);
    expect(await app.workingAs(url)).toBe('28P01');
    expect(await ask(app, active)).toEqual({
      result: 'accepted',
      detail: 'logged in on 1 endpoint(s)',
      ensured: [],
    });
    expect(await app.workingAs(url)).toBe(app.names.owner);
  });

  it('makes what the older state lacks: LOGIN and the role that sessions start as', async () => {
    const app = await rig.install();
    const { active } = await restored(app);
    const { blue } = app.names.users;
    await rig.test.server.query(`ALTER ROLE ${blue} NOLOGIN`);
    await rig.test.server.query(`ALTER ROLE ${blue} RESET role`);
    const { result, ensured } = await ask(app, active);
    expect(result).toBe('accepted');
    expect(ensured.join('; ')).toMatch(/SET role/);
    expect(await app.workingAs((await app.value('active')).url)).toBe(app.names.owner);
  });

  it('may be repeated', async () => {
    const app = await rig.install();
    const { active } = await restored(app);
    await ask(app, active);
    expect(await ask(app, active)).toMatchObject({ result: 'accepted', ensured: [] });
  });
});

describe('reassert changes nothing where', () => {
  it('the credential is not halted: then nobody has found that the password is refused', async () => {
    const app = await rig.install();
    const { active } = await app.record();
    const mark = rig.log.mark();
    await expect(ask(app, active)).rejects.toThrow('app is settled, not halted');
    expect(app.effects(mark)).toEqual([]);
  });

  it('another version is meant than the one that the record calls active', async () => {
    const app = await rig.install();
    const { active } = await restored(app);
    const mark = rig.log.mark();
    const green = (await app.versionWith('green', 'AWSCURRENT')) ?? '';
    await expect(ask(app, { slot: 'green', version: green })).rejects.toThrow(
      `names blue ${active.version} as active, not green ${green}`,
    );
    expect(app.effects(mark)).toEqual([]);
  });

  it('the stored value is another user’s: its password must not be lent', async () => {
    const app = await rig.install();
    await restored(app);
    const version = await app.write('blue', await app.value('green'));
    await app.changeRecord({ active: { slot: 'blue', version } });
    const mark = rig.log.mark();
    await expect(ask(app, { slot: 'blue', version })).rejects.toThrow('username is not');
    expect(app.effects(mark)).toEqual([]);
  });

  it('there is no record that can be read', async () => {
    const app = await rig.install();
    const { active } = await app.record();
    await app.setParameter('record', 'torn');
    await expect(ask(app, active)).rejects.toThrow('app is without a readable record, not halted');
  });
});

describe('what all of this has left behind', () => {
  it('shows no password: not in the server log, telemetry or an error (I5)', () => {
    expect(rig.secretsKnown).toBeGreaterThan(5);
    expect(rig.leaks()).toEqual([]);
  });
});
