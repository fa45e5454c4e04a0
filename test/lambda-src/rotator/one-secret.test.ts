import { bootstrap } from '../../../lambda-src/rotator/bootstrap';
import { preflight } from '../../../lambda-src/rotator/preflight';
import { verify } from '../../../lambda-src/rotator/verify';
import { RotatorRig } from '../../support/rotator/rig';
import type { Installation } from '../../support/rotator/installation';

let rig: RotatorRig;
beforeAll(async () => void (rig = await RotatorRig.start()), 180_000);
afterAll(() => rig.stop(), 60_000);

// Generous: the machine may be busy.
jest.setTimeout(90_000);

/** The orchestrator's part: every consumer is on what is current. */
async function rolledOut(app: Installation, slot: 'blue' | 'green'): Promise<void> {
  const version = (await app.versionWith('active', 'AWSCURRENT')) ?? '';
  const { active, seen } = await app.record();
  const next = { slot, version };
  await app.changeRecord({ active: next, previous: active, seen: { ...seen, [slot]: version } });
}

describe('alternating', () => {
  it('begins with blue in the secret, and a green that nobody logs in as', async () => {
    const app = await rig.install({ strategy: 'alternating' });
    const version = (await app.versionWith('active', 'AWSCURRENT')) ?? '';
    const { username, url } = await app.value('active');
    expect(username).toBe(app.names.users.blue);
    expect(await app.workingAs(url)).toBe(app.names.owner);
    expect(await app.workingAs(url.replace(username, app.names.users.green))).toBe('28P01');
    expect(await app.record()).toMatchObject({
      phase: 'settled',
      active: { slot: 'blue', version },
      seen: { blue: version, green: null },
    });
    expect(await bootstrap(app.dependencies, 'app')).toEqual({ credential: 'app', did: [] });
  });

  it('writes the other user into the secret, and leaves the former one its password', async () => {
    const app = await rig.install({ strategy: 'alternating' });
    const before = await app.value('active');
    const version = await app.begin('green');
    await app.complete('green', version);
    const after = await app.value('active');
    expect(await app.versionWith('active', 'AWSCURRENT')).toBe(version);
    expect(after.username).toBe(app.names.users.green);
    for (const { url } of [before, after]) expect(await app.workingAs(url)).toBe(app.names.owner);
    expect(await verify(app.dependencies, 'app', { slot: 'green', version })).toMatchObject({
      result: 'accepted',
    });
    expect(await verify(app.dependencies, 'app', { slot: 'blue', version })).toMatchObject({
      result: 'refused',
    });
  });

  it('is refused before any effect while the last rotation is not rolled out', async () => {
    const app = await rig.install({ strategy: 'alternating' });
    await app.complete('green', await app.begin('green'));
    const next = await app.begin('green');
    const mark = rig.log.mark();
    await expect(app.step('green', next, 'createSecret')).rejects.toThrow(
      /^Rotation of app refused: the last rotation has not been rolled out yet/,
    );
    expect(app.effects(mark)).toEqual([]);
  });

  it('is refused while somebody is still on the user that would be changed', async () => {
    const app = await rig.install({ strategy: 'alternating' });
    const { url } = await app.value('active');
    await app.complete('green', await app.begin('green'));
    await rolledOut(app, 'green');
    const session = await app.open(url, 'a late task');
    const next = await app.begin('green');
    await app.step('green', next, 'createSecret');
    await expect(app.step('green', next, 'setSecret')).rejects.toThrow(
      /a session is still open as blue.*a late task/s,
    );
    await session.end();
    await app.drained('blue');
    await app.complete('green', next);
    expect((await app.value('active')).username).toBe(app.names.users.blue);
    expect(await app.workingAs(url)).toBe('28P01');
  });

  it('does not move what applications read once the record says otherwise', async () => {
    const app = await rig.install({ strategy: 'alternating' });
    const before = await app.versionWith('active', 'AWSCURRENT');
    const version = await app.begin('green');
    for (const step of ['createSecret', 'setSecret', 'testSecret'] as const)
      await app.step('green', version, step);
    await app.changeRecord({ paused: true });
    await expect(app.step('green', version, 'finishSecret')).rejects.toThrow(/is paused/);
    expect(await app.versionWith('active', 'AWSCURRENT')).toBe(before);
    await app.changeRecord({ paused: false });
    await app.step('green', version, 'finishSecret');
    expect(await app.versionWith('active', 'AWSCURRENT')).toBe(version);
  });

  it('is refused where the staged value is of the active user', async () => {
    const app = await rig.install({ strategy: 'alternating' });
    const version = await app.begin('green');
    await app.step('green', version, 'createSecret');
    const mark = rig.log.mark();
    await app.changeRecord({ active: { slot: 'green', version: 'another' } });
    await expect(app.step('green', version, 'setSecret')).rejects.toThrow(/green is the active user/);
    expect(app.effects(mark)).toEqual([]);
  });

  it('takes up what the secret carries where the record was lost', async () => {
    const app = await rig.install({ strategy: 'alternating' });
    const version = await app.begin('green');
    await app.complete('green', version);
    await app.deleteParameter('record');
    await bootstrap(app.dependencies, 'app');
    expect(await app.record()).toMatchObject({ phase: 'rolling', active: { slot: 'green', version } });
  });
});

describe('single', () => {
  it('changes the password of the one user', async () => {
    const app = await rig.install({ strategy: 'single' });
    const before = await app.value('active');
    const version = await app.begin('blue');
    await app.complete('blue', version);
    const after = await app.value('active');
    expect(after.username).toBe(before.username);
    expect(await app.workingAs(after.url)).toBe(app.names.owner);
    expect(await app.workingAs(before.url)).toBe('28P01');
  });

  it('is rotated although applications are connected: that is what it is', async () => {
    const app = await rig.install({ strategy: 'single' });
    const session = await app.open((await app.value('active')).url);
    await app.complete('blue', await app.begin('blue'));
    await session.end();
  });

  it('finishes what it has set, whatever the record says by then', async () => {
    const app = await rig.install({ strategy: 'single' });
    const version = await app.begin('blue');
    for (const step of ['createSecret', 'setSecret', 'testSecret'] as const)
      await app.step('blue', version, step);
    await app.changeRecord({ phase: 'halted' });
    await app.step('blue', version, 'finishSecret');
    expect(await app.versionWith('active', 'AWSCURRENT')).toBe(version);
  });
});

it.each(['alternating', 'single'] as const)('%s: preflight finds nothing missing', async (strategy) => {
  const app = await rig.install({ strategy });
  await app.enableRotation('active');
  const { checks } = await preflight(app.dependencies, 'app');
  expect(checks.filter(({ status }) => status !== 'pass')).toEqual([]);
});
