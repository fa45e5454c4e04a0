import { consumersNamed, MemoryInstallation } from '../../support/memory-installation';

const calls = (installation: MemoryInstallation) => {
  const counts: Record<string, number> = {};
  for (const call of installation.effects.calls) counts[call] = (counts[call] ?? 0) + 1;
  return counts;
};

const listings = (installation: MemoryInstallation) => installation.effects.calls.filter(isListing);

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

  it('rolling out: the tasks of a service that is scaled to nothing are asked for once the others have moved', async () => {
    const installation = await rollingBesideEmpty();
    expect(listings(installation)).toEqual([]);
    installation.tick(31_000);
    installation.services.finish(installation.mirror());
    await installation.look();
    expect(listings(installation)).toContain('services.tasks main/web-2');
    expect(installation.record().phase).toBe('settled');
  });

  it('or once half of the deadline is over: what is empty and not vacant needs a deployment of its own', async () => {
    const installation = await rollingBesideEmpty();
    installation.tick(301_000);
    await installation.look();
    expect(new Set(listings(installation))).toEqual(new Set(['services.tasks main/web-2']));
  });

  it('or where it is the canary, for which the others wait', async () => {
    const installation = new MemoryInstallation(consumersNamed(2));
    installation.configure({ rollout: { ...ROLLOUT, canaryBakeSeconds: 60 } });
    installation.services.service('main/web-1').scale(0);
    installation.rotate();
    await installation.look();
    expect(new Set(listings(installation))).toEqual(new Set(['services.tasks main/web-1']));
  });

  it('tasks that somebody started by hand are asked for once no service has an old one', async () => {
    const installation = new MemoryInstallation(consumersNamed(2));
    installation.rotate();
    await installation.look();
    installation.tick(31_000);
    const { services } = installation;
    for (const name of ['main/web-1', 'main/web-2'])
      services.service(name).completeBesideOld(installation.clock.now(), installation.mirror());
    await installation.look();
    expect(listings(installation).sort()).toEqual(['services.tasks main/web-1', 'services.tasks main/web-2']);
    services.finish(installation.mirror());
    await installation.look();
    expect(listings(installation)).toContain('services.standalone main definition-of-main/web-1');
    expect(installation.record().phase).toBe('settled');
  });
});

const ROLLOUT = { deadlineSeconds: 600, drainAlarmSeconds: 900, skewSeconds: 5, visibilitySeconds: 30 };

/** Two services in the midst of a rollout: the first has its deployment under way, the second is scaled to nothing. */
async function rollingBesideEmpty(): Promise<MemoryInstallation> {
  const installation = new MemoryInstallation(consumersNamed(2));
  installation.services.service('main/web-2').scale(0);
  installation.rotate();
  await installation.look();
  return installation;
}
