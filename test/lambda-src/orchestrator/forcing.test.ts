import { consumersNamed, MemoryInstallation } from '../../support/memory-installation';

const WEB = 'main/web-1';

let installation: MemoryInstallation;
beforeEach(() => {
  installation = new MemoryInstallation(consumersNamed(1));
  installation.rotate();
});
afterEach(() => {
  expect(installation.violations).toEqual([]);
  expect(installation.lockedOut()).toEqual([]);
});

const noted = () => installation.record().consumers[WEB];
const forced = () => installation.effects.effects.filter((effect) => effect === `services.force ${WEB}`);
/** The number of UpdateService among the effects of the rollout that `beforeEach` made due. */
const UPDATE_SERVICE = 9;

describe('UpdateService, which has no token', () => {
  it('is called after the intent is noted; the id is noted after it', async () => {
    const { services } = installation;
    const force = services.forceDeployment.bind(services);
    const during: unknown[] = [];
    jest.spyOn(services, 'forceDeployment').mockImplementation(async (consumer) => {
      during.push(noted());
      return await force(consumer);
    });
    await installation.look();
    const intendedAt = installation.clock.now();
    expect(during).toEqual([{ old: [`${WEB}/d1`], intendedAt, deployment: null, newSince: null }]);
    expect(noted()).toEqual({
      old: [`${WEB}/d1`],
      intendedAt,
      deployment: `${WEB}/d3`,
      newSince: intendedAt,
    });
  });

  it('that happened although the process died is adopted, and not called again', async () => {
    installation.effects.plan(UPDATE_SERVICE - 1, 'dies before');
    await expect(installation.look()).rejects.toThrow('dies before parameters.put record');
    installation.effects.revive();
    installation.tick(10_000);
    installation.effects.plan(2, 'dies after');
    await expect(installation.look()).rejects.toThrow('dies after services.force');
    installation.effects.revive();
    expect(noted()?.deployment).toBeNull();
    installation.tick(10_000);
    await installation.look();
    expect(noted()?.deployment).toBe(`${WEB}/d3`);
    await installation.converge();
    expect(forced()).toHaveLength(1);
  });

  it('that happened so soon after the flip that clocks cannot tell is called once more, and no oftener', async () => {
    installation.effects.plan(UPDATE_SERVICE, 'dies after');
    await expect(installation.look()).rejects.toThrow('dies after services.force');
    installation.effects.revive();
    for (let look = 0; look < 20; look += 1) {
      installation.tick(5_000);
      await installation.look();
    }
    expect(forced()).toHaveLength(2);
    await installation.converge();
    expect(forced()).toHaveLength(2);
  });

  it('that did not happen is waited for as long as it could be invisible, then called once more', async () => {
    installation.effects.plan(UPDATE_SERVICE, 'dies before');
    await expect(installation.look()).rejects.toThrow('dies before services.force');
    installation.effects.revive();
    installation.effects.forget();
    for (const wait of [0, 15_000, 15_000]) {
      installation.tick(wait);
      await installation.look();
      expect(forced()).toEqual([]);
    }
    installation.tick(1);
    await installation.look();
    expect(forced()).toHaveLength(1);
    await installation.converge();
    expect(forced()).toHaveLength(1);
  });

  it('that is not visible yet is not called again by the looks of the meantime', async () => {
    installation.services.lag = 20_000;
    await installation.look();
    for (let look = 0; look < 4; look += 1) {
      installation.tick(5_000);
      await installation.look();
    }
    expect(forced()).toHaveLength(1);
    expect(installation.record().phase).toBe('rolling');
  });

  it('that is refused every time is not called in a loop: once a margin, until the deadline reverts', async () => {
    const { services } = installation;
    const attempts: number[] = [];
    jest.spyOn(services, 'forceDeployment').mockImplementation(() => {
      if (installation.record().phase === 'rolling') attempts.push(installation.clock.now());
      return Promise.reject(Object.assign(new Error('AccessDenied'), { $metadata: {} }));
    });
    while (installation.record().phase !== 'reverting' && attempts.length < 100) {
      await installation.look().catch(() => undefined);
      installation.tick(5_000);
    }
    expect(attempts.length).toBeLessThanOrEqual(600 / 30 + 1);
    const gaps = attempts.slice(1).map((at, index) => at - (attempts[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThan(30_000);
    expect(installation.record().reason).toContain('by the deadline');
  });

  it('that must wait for a deployment of somebody else is tried again once a margin, and succeeds when that is over', async () => {
    const { services } = installation;
    const force = services.forceDeployment.bind(services);
    const attempts: number[] = [];
    const freeAt = installation.clock.now() + 200_000;
    jest.spyOn(services, 'forceDeployment').mockImplementation(async (consumer) => {
      attempts.push(installation.clock.now());
      return installation.clock.now() < freeAt ? null : await force(consumer);
    });
    while (noted()?.deployment === null || noted() === undefined) {
      await installation.look();
      installation.tick(5_000);
    }
    const gaps = attempts.slice(1).map((at, index) => at - (attempts[index] ?? 0));
    expect(gaps.length).toBeGreaterThan(3);
    expect(Math.min(...gaps)).toBeGreaterThan(30_000);
    await installation.converge();
    expect(installation.record().phase).toBe('settled');
  });

  it('that does not say what it began keeps no other service waiting, and what it began is adopted', async () => {
    installation = new MemoryInstallation(consumersNamed(3));
    installation.rotate();
    const { services } = installation;
    const force = services.forceDeployment.bind(services);
    jest.spyOn(services, 'forceDeployment').mockImplementation(async (consumer) => {
      const begun = await force(consumer);
      return consumer.service === 'web-1' ? null : begun;
    });
    // Later than the skew after the flip, or what it began would count as old.
    installation.effects.plan(UPDATE_SERVICE - 1, 'dies before');
    await expect(installation.look()).rejects.toThrow('dies before parameters.put record');
    installation.effects.revive();
    installation.tick(10_000);
    services.lag = 20_000;
    await installation.look();
    await installation.look();
    const deployments = () =>
      Object.values(installation.record().consumers).map(({ deployment }) => deployment);
    expect(deployments()).toEqual([null, 'main/web-2/d3', 'main/web-3/d3']);
    installation.tick(1);
    installation.tick(25_000);
    await installation.look();
    expect(deployments()).toEqual(['main/web-1/d3', 'main/web-2/d3', 'main/web-3/d3']);
    services.lag = 0;
    await installation.converge();
    expect(forced()).toHaveLength(1);
  });

  it('is not called where somebody deployed after the flip: that deployment is adopted', async () => {
    installation.effects.plan(UPDATE_SERVICE - 1, 'dies before');
    await expect(installation.look()).rejects.toThrow('dies before parameters.put record');
    installation.effects.revive();
    installation.tick(10_000);
    installation.services.service(WEB).deploy(installation.clock.now());
    installation.effects.forget();
    await installation.converge();
    expect(forced()).toEqual([]);
    expect(installation.record().phase).toBe('settled');
  });
});
