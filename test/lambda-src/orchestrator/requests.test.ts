import { requestToken } from '../../../lambda-src/contract/tokens';
import { AWSPENDING } from '../../../lambda-src/ports/secrets';
import { arnOf, MemoryInstallation, versionId } from '../../support/memory-installation';

let installation: MemoryInstallation;
beforeEach(() => {
  installation = new MemoryInstallation();
});
afterEach(() => {
  expect(installation.violations).toEqual([]);
  expect(installation.lockedOut()).toEqual([]);
});

const asked = async (kind: Parameters<MemoryInstallation['ask']>[0], leaving?: string) => {
  const id = installation.ask(kind, leaving);
  await installation.look();
  return installation.answerTo(id);
};

describe('what a person asks for', () => {
  it('pause: a rotated standby waits, until unpause', async () => {
    expect(await asked('pause')).toBe('done');
    const green = installation.rotate();
    await installation.look();
    expect(installation.record()).toMatchObject({ phase: 'settled', paused: true });
    expect(await asked('rotate')).toBe('refused: the credential is paused: unpause it first');
    expect(await asked('unpause')).toBe('done');
    await installation.converge();
    expect(installation.record()).toMatchObject({ paused: false, active: green });
  });

  it('pause: a rollout under way goes on to its end', async () => {
    const green = installation.rotate();
    await installation.look();
    expect(await asked('pause')).toBe('done');
    installation.tick(31_000);
    installation.services.finish(installation.mirror());
    await installation.look();
    expect(installation.record()).toMatchObject({ phase: 'settled', paused: true, active: green });
  });

  it('revert, settled: back to the previous credential, verified first, and forward again', async () => {
    installation.rotate();
    await installation.converge();
    const id = installation.ask('revert');
    await installation.converge();
    expect(installation.answerTo(id)).toBe('done');
    expect(installation.record().active).toEqual({ slot: 'blue', version: versionId('blue-1') });
    expect(installation.mirror().slot).toBe('blue');
    expect(await asked('revert')).toBe('done');
    await installation.converge();
    expect(installation.record().active.slot).toBe('green');
  });

  it('revert, rolling: the rollout is called back', async () => {
    const green = installation.rotate();
    await installation.look();
    expect(await asked('revert')).toBe('done');
    expect(installation.record()).toMatchObject({ phase: 'reverting', rejected: [green] });
    await installation.converge();
    expect(installation.mirror().slot).toBe('blue');
  });

  it('revert to a credential that does not log in is refused, and nothing is published', async () => {
    installation.rotate();
    await installation.converge();
    installation.rotator.passwords.set('blue', 'another');
    installation.effects.forget();
    expect(await asked('revert')).toBe('refused: the previous credential does not log in');
    expect(installation.mirror().slot).toBe('green');
  });

  it('revert that means another version than the active one is refused', async () => {
    expect(await asked('revert', versionId('blue-0'))).toBe(
      'refused: the version to leave is not active any more',
    );
  });

  it('revert with nothing to go back to is refused', async () => {
    expect(await asked('revert')).toBe('refused: there is no previous credential to go back to');
  });

  it('rotate: the standby is rotated, with a token of the request, once', async () => {
    installation.effects.forget();
    expect(await asked('rotate')).toBe('done');
    expect(installation.effects.effects).toEqual(['secrets.rotate green', 'parameters.put record']);
    expect(installation.secrets.versionWith(arnOf('green'), AWSPENDING)).toBe(requestToken('request-1'));
  });

  it('rotate, when it died after RotateSecret: answered without a second rotation', async () => {
    const id = installation.ask('rotate');
    installation.effects.plan(1, 'dies after');
    await expect(installation.look()).rejects.toThrow('dies after secrets.rotate green');
    installation.effects.revive();
    await installation.look();
    expect(installation.answerTo(id)).toBe('done');
    expect(installation.effects.effects).toEqual(['secrets.rotate green', 'parameters.put record']);
  });

  it('resume of what is not halted is refused', async () => {
    expect(await asked('resume')).toBe('refused: the credential is not halted');
  });

  it('an answered request is done once, however often it is seen', async () => {
    await asked('pause');
    installation.changeRecord({ paused: false });
    await installation.look();
    expect(installation.record().paused).toBe(false);
  });

  it('a request that nobody can read changes nothing', async () => {
    installation.effects.forget();
    for (const text of ['{}', 'revert!', '{"id":"x","kind":"drop","leaving":"y"}']) {
      installation.set('request', text);
      await installation.look();
    }
    expect(installation.effects.effects).toEqual([]);
  });
});
