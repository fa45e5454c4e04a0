import { consumersNamed, MemoryInstallation } from '../../support/memory-installation';

const calls = (installation: MemoryInstallation) => {
  const counts: Record<string, number> = {};
  for (const call of installation.effects.calls) counts[call] = (counts[call] ?? 0) + 1;
  return counts;
};

const isListing = (call: string) =>
  call.startsWith('services.tasks') || call.startsWith('services.standalone');

describe('a look costs no more calls than it needs', () => {
  it('with nothing to do: one of Parameter Store, one a secret, one of the services', async () => {
    const installation = new MemoryInstallation(consumersNamed(1));
    await installation.look();
    expect(calls(installation)).toEqual({
      'parameters.get config record pointer request': 1,
      'secrets.describe blue': 1,
      'secrets.describe green': 1,
      'secrets.describe active': 1,
      'services.observe': 1,
      'services.valuesRead definition-of-main/web-1': 1,
    });
  });

  it('swept with nothing to do: besides, whether the active user logs in and, once, who reads and how old its password is', async () => {
    const installation = new MemoryInstallation(consumersNamed(1));
    await installation.look(true);
    expect(calls(installation)).toEqual({
      'parameters.get config record pointer request': 2,
      'secrets.describe blue': 2,
      'secrets.describe green': 2,
      'secrets.describe active': 2,
      'services.observe': 2,
      'services.valuesRead definition-of-main/web-1': 2,
      'rotator.verify blue': 1,
      'services.readersIn main': 1,
      'secrets.createdAt blue': 1,
    });
  });

  it('halted: ECS is not asked at all', async () => {
    const installation = new MemoryInstallation();
    installation.changeRecord({ phase: 'halted', haltedFrom: 'rolling' });
    await installation.look();
    expect(Object.keys(calls(installation)).filter((call) => call.startsWith('services'))).toEqual([]);
  });

  it('rolling fifty consumers out: tasks are not listed before the deployments are complete', async () => {
    const installation = new MemoryInstallation(consumersNamed(50));
    installation.rotate();
    await installation.look();
    for (let event = 0; event < 10; event += 1) {
      installation.tick(1_000);
      installation.services
        .service(`main/web-${event + 1}`)
        .finish(installation.clock.now(), installation.mirror());
      await installation.look();
    }
    expect(Object.keys(calls(installation)).filter(isListing)).toEqual([]);
    installation.tick(31_000);
    installation.services.finish(installation.mirror());
    await installation.look();
    expect(installation.record().phase).toBe('settled');
    // Each task definition is asked for once, whoever runs it.
    expect(installation.effects.calls.filter(isListing)).toHaveLength(100);
  });

  it('rolling out: the tasks of a service that is scaled to nothing are asked for from the flip on', async () => {
    const installation = new MemoryInstallation(consumersNamed(2));
    installation.services.service('main/web-1').scale(0);
    installation.rotate();
    await installation.look();
    expect(new Set(installation.effects.calls.filter(isListing))).toEqual(
      new Set(['services.tasks main/web-1']),
    );
  });
});
