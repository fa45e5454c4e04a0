import { consumersNamed, MemoryInstallation } from '../../support/memory-installation';

const BAKE = 120;
const rollout = { deadlineSeconds: 600, drainAlarmSeconds: 900, skewSeconds: 5, visibilitySeconds: 30 };

let installation: MemoryInstallation;
beforeEach(() => {
  installation = new MemoryInstallation(consumersNamed(3));
  installation.configure({ rollout: { ...rollout, canaryBakeSeconds: BAKE } });
});
afterEach(() => expect(installation.violations).toEqual([]));

const forced = () => installation.effects.effects.filter((effect) => effect.startsWith('services.force'));

/** Rotated, and the canary has moved. */
async function baking(): Promise<void> {
  installation.rotate();
  await installation.look();
  installation.tick(10_000);
  installation.services.service('main/web-1').finish(installation.clock.now(), installation.mirror());
  await installation.look();
}

describe('a rollout with a canary', () => {
  it('redeploys the first consumer, and the others once it has moved and baked', async () => {
    await baking();
    expect(forced()).toEqual(['services.force main/web-1']);
    expect(installation.record().canaryMovedAt).toBe(installation.clock.now());
    installation.tick(BAKE * 1_000 - 1);
    await installation.look();
    expect(forced()).toHaveLength(1);
    installation.tick(1);
    await installation.look();
    expect(forced()).toEqual([1, 2, 3].map((number) => `services.force main/web-${number}`));
    await installation.converge();
    expect(installation.record()).toMatchObject({ phase: 'settled', active: { slot: 'green' } });
  });

  it('whose canary fails is reverted before any other service was redeployed onto it', async () => {
    installation.rotate();
    await installation.look();
    installation.services.service('main/web-1').fail();
    installation.tick(31_000);
    await installation.look();
    expect(installation.record()).toMatchObject({ phase: 'reverting', active: { slot: 'blue' } });
    expect(installation.mirror().slot).toBe('blue');
    await installation.converge();
    expect(installation.record()).toMatchObject({ phase: 'settled', active: { slot: 'blue' } });
    expect(installation.lockedOut()).toEqual([]);
  });

  it('I3: goes on where it stood when a look died after the note', async () => {
    await baking();
    installation.tick(BAKE * 1_000);
    let looks = 0;
    await installation.look(false, () => (looks += 1) <= 1);
    await installation.look();
    expect(forced()).toHaveLength(3);
  });
});
