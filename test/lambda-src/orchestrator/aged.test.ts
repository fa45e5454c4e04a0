import { overdueToken } from '../../../lambda-src/contract/tokens';
import { RetirementRefused } from '../../../lambda-src/ports/rotator';
import { AWSPENDING } from '../../../lambda-src/ports/secrets';
import { arnOf, MemoryInstallation, versionId } from '../../support/memory-installation';

const DAY = 86_400_000;

let installation: MemoryInstallation;
beforeEach(() => {
  installation = new MemoryInstallation();
});
afterEach(() => {
  expect(installation.violations).toEqual([]);
  expect(installation.lockedOut()).toEqual([]);
});

const effects = () => installation.effects.effects;
const token = () => overdueToken(versionId('blue-1'), Math.floor(installation.clock.now() / DAY));

describe('an active password that is older than maxAgeDays', () => {
  beforeEach(() => installation.configure({ maxAgeDays: 30 }));

  it('lets the sweep rotate the standby, with a token of the day, and no other wake-up', async () => {
    installation.tick(29 * DAY);
    await installation.look(true);
    expect(effects()).not.toContain('secrets.rotate green');
    installation.tick(DAY);
    await installation.look();
    expect(effects()).not.toContain('secrets.rotate green');
    await installation.look(true);
    expect(effects()).toContain('secrets.rotate green');
    expect(installation.secrets.versionWith(arnOf('green'), AWSPENDING)).toBe(token());
  });

  it('is tried again tomorrow where the rotation was refused: not at every sweep', async () => {
    installation.tick(31 * DAY);
    await installation.look(true);
    installation.secrets.detach(arnOf('green'), AWSPENDING);
    installation.effects.forget();
    await installation.look(true);
    expect(effects()).not.toContain('secrets.rotate green');
    installation.tick(DAY);
    await installation.look(true);
    expect(effects()).toContain('secrets.rotate green');
  });

  it('costs no call where nobody asked for it', async () => {
    installation.configure();
    installation.tick(400 * DAY);
    await installation.look(true);
    const asked = installation.effects.calls.filter((call) => call.startsWith('secrets.createdAt'));
    expect(asked).toEqual(['secrets.createdAt blue']);
    expect(effects()).not.toContain('secrets.rotate green');
  });
});

describe('with retire, the former user', () => {
  beforeEach(async () => {
    installation.configure({ retire: { soakSeconds: 3_600 } });
    installation.rotate();
    await installation.converge();
    installation.effects.forget();
  });

  it('is locked out by the first sweep after its soak, noted before and after', async () => {
    await installation.look(true);
    expect(effects()).not.toContain('rotator.retire blue');
    installation.tick(3_600_001);
    await installation.look(true);
    expect(effects().filter((effect) => !effect.startsWith('rotator.verify'))).toEqual([
      'parameters.put record',
      'rotator.retire blue',
      'parameters.put record',
    ]);
    expect(installation.record().retired).toEqual({ slot: 'blue', done: true });
    expect([...installation.rotator.lockedOut]).toEqual(['blue']);
    installation.effects.forget();
    await installation.look(true);
    expect(effects()).not.toContain('rotator.retire blue');
  });

  it('is let in again before a revert asks whether it logs in', async () => {
    installation.tick(3_600_001);
    await installation.look(true);
    const id = installation.ask('revert');
    await installation.converge();
    expect(installation.answerTo(id)).toBe('done');
    expect(installation.record()).toMatchObject({
      phase: 'settled',
      active: { slot: 'blue' },
      retired: null,
    });
  });

  it('is let in by its own next rotation, and becomes active as always', async () => {
    installation.tick(3_600_001);
    await installation.look(true);
    installation.rotate('blue');
    await installation.converge();
    expect(installation.record()).toMatchObject({
      phase: 'settled',
      active: { slot: 'blue' },
      retired: null,
    });
  });

  it('is asked again at the next sweep where a session is open, and the look comes to its end', async () => {
    installation.tick(3_600_001);
    const refused = jest
      .spyOn(installation.rotator, 'retire')
      .mockRejectedValueOnce(new RetirementRefused('a session is still open as blue'));
    await installation.look(true);
    expect(refused).toHaveBeenCalledTimes(1);
    expect(installation.record().retired).toEqual({ slot: 'blue', done: false });
    expect(installation.telemetry.text()).toContain('a session is still open as blue');
    expect(installation.telemetry.measures.get('RolloutHalted app')).toBe(0);
    await installation.look(true);
    expect(installation.record().retired).toEqual({ slot: 'blue', done: true });
  });

  it('keeps no sweep from asking whether the active one logs in, however often it is refused', async () => {
    installation.tick(3_600_001);
    jest
      .spyOn(installation.rotator, 'retire')
      .mockRejectedValue(new RetirementRefused('a session is still open as blue'));
    await installation.look(true);
    expect(installation.record().phase).toBe('settled');
    // The database was restored to an older state.
    installation.rotator.alter({ slot: 'green', version: versionId('green-1') });
    await installation.look(true);
    expect(installation.record()).toMatchObject({ phase: 'halted', haltedFrom: 'settled' });
    installation.rotator.alter({ slot: 'green', version: versionId('green-2') });
  });

  it('stays as it is where nobody asked for it', async () => {
    installation.configure();
    installation.tick(400 * DAY);
    await installation.look(true);
    expect(effects()).not.toContain('rotator.retire blue');
  });
});
