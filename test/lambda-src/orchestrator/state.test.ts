import { arnOf, MemoryInstallation } from '../../support/memory-installation';

const DAY = 86_400_000;

let installation: MemoryInstallation;
beforeEach(() => {
  installation = new MemoryInstallation();
});

const reported = (metric: string) => installation.telemetry.measures.get(`${metric} app`);

describe('every wake-up reports', () => {
  it('that nothing is halted and no drain overdue, while that is so: silence would mean that nobody looks', async () => {
    await installation.look();
    expect(reported('RolloutHalted')).toBe(0);
    expect(reported('DrainOverdue')).toBe(0);
  });

  it('a halt as long as it lasts, and its end once a person has resumed', async () => {
    installation.changeRecord({ phase: 'halted', haltedFrom: 'settled', reason: 'a test' });
    for (let look = 0; look < 3; look += 1) {
      installation.telemetry.measures.clear();
      installation.tick(DAY);
      await installation.look();
      expect(reported('RolloutHalted')).toBe(1);
    }
    installation.ask('resume');
    await installation.look();
    expect(reported('RolloutHalted')).toBe(0);
  });

  it('an overdue drain as long as it lasts', async () => {
    installation.rotate();
    await installation.look();
    const service = installation.services.service('main/web-1');
    const [old] = service.tasks;
    if (old === undefined) throw new Error('a task is running');
    installation.tick(10_000);
    installation.services.finish(installation.mirror());
    service.linger(old);
    await installation.look();
    expect(reported('DrainOverdue')).toBe(0);
    installation.tick(900_000);
    await installation.look();
    await installation.look();
    expect(reported('DrainOverdue')).toBe(1);
    service.end(old);
    await installation.look();
    expect(installation.record().phase).toBe('settled');
    expect(reported('DrainOverdue')).toBe(0);
  });

  it('nothing where it ran out of time: an orchestrator that never gets to the end is one that nobody hears', async () => {
    await installation.look(false, () => false);
    expect(installation.telemetry.measures.size).toBe(0);
  });
});

describe('the sweep reports the age of the active password', () => {
  it('in seconds, since its version was made, in every phase', async () => {
    installation.tick(20 * DAY);
    await installation.look(true);
    // A minute passes before the first look.
    expect(reported('PasswordAge')).toBe(60 + (20 * DAY) / 1_000);
    installation.changeRecord({ phase: 'halted', haltedFrom: 'settled' });
    installation.tick(DAY);
    await installation.look(true);
    expect(reported('PasswordAge')).toBe(60 + (21 * DAY) / 1_000);
  });

  it('which is that of the new one as soon as it is the active one', async () => {
    installation.tick(20 * DAY);
    installation.rotate();
    installation.tick(60_000);
    await installation.look(true);
    expect(installation.record()).toMatchObject({ phase: 'rolling', active: { slot: 'green' } });
    expect(reported('PasswordAge')).toBe(60);
  });

  it('and no other wake-up does, for it costs a call', async () => {
    await installation.look();
    expect(reported('PasswordAge')).toBeUndefined();
  });

  it('not where there is no record that says which one is active', async () => {
    installation.set('record', 'not JSON');
    await installation.look(true);
    expect(reported('PasswordAge')).toBeUndefined();
    expect(installation.telemetry.counts).toEqual(['RecordMissing app']);
  });
});

describe('the sweep looks for consumers that nobody registered', () => {
  const stranger = { cluster: 'main', service: 'nobodys' };

  it('in the clusters of those that are, by the secrets that they read, and says which they are', async () => {
    await installation.look(true);
    expect(reported('UnregisteredConsumers')).toBe(0);
    installation.services.create(stranger, installation.mirror(), [`${arnOf('green')}:url::`]);
    installation.services.create({ ...stranger, service: 'of-another' }, installation.mirror(), ['another']);
    installation.services.create({ ...stranger, cluster: 'elsewhere' }, installation.mirror(), [
      arnOf('active'),
    ]);
    await installation.look(true);
    expect(reported('UnregisteredConsumers')).toBe(1);
    expect(installation.telemetry.text()).toContain('main/nobodys');
    expect(installation.telemetry.text()).not.toContain('of-another');
  });

  it('and where ECS cannot be asked it is counted, reports nothing, and stops nothing', async () => {
    const asked = jest.spyOn(installation.services, 'readersIn').mockRejectedValue(new Error('denied'));
    await installation.look(true);
    expect(asked).toHaveBeenCalled();
    expect(reported('UnregisteredConsumers')).toBeUndefined();
    expect(reported('PasswordAge')).toBe(60);
    expect(installation.telemetry.counts).toEqual(['LookFailed app']);
    installation.rotate();
    await installation.converge();
    expect(installation.evidence()).toMatchObject({ outcome: 'adopted', unregistered: null });
  });

  it('and a cluster that is too large for one sweep is no failure, and keeps no rollout from its end', async () => {
    jest.spyOn(installation.services, 'readersIn').mockResolvedValue(null);
    await installation.look(true);
    expect(reported('UnregisteredConsumers')).toBeUndefined();
    expect(reported('PasswordAge')).toBe(60);
    expect(installation.telemetry.counts).toEqual([]);
    installation.rotate();
    await installation.converge();
    expect(installation.evidence()).toMatchObject({ outcome: 'adopted', unregistered: null });
  });

  it('as long as there is time for another look, and no longer', async () => {
    const asked = jest.spyOn(installation.services, 'readersIn');
    let looks = 0;
    // Time is over once the credential was verified and looked at once more.
    await installation.look(true, () => (looks += 1) <= 2);
    expect(asked).toHaveBeenCalled();
    expect(reported('UnregisteredConsumers')).toBeUndefined();
    expect(reported('PasswordAge')).toBe(60);
  });

  it('so does the end of a rollout: the evidence names them', async () => {
    installation.services.create(stranger, installation.mirror(), [`${arnOf('active')}:url::`]);
    installation.rotate();
    await installation.converge();
    expect(installation.evidence()).toMatchObject({ outcome: 'adopted', unregistered: ['main/nobodys'] });
  });
});
