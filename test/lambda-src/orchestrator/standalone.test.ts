import { MemoryInstallation } from '../../support/memory-installation';

/** Rolled out, every service moved. */
async function moved(installation: MemoryInstallation): Promise<void> {
  installation.rotate();
  await installation.look();
  installation.tick(31_000);
  installation.services.finish(installation.mirror());
  await installation.look();
}

describe('a task that somebody ran by hand, with the task definition of a consumer,', () => {
  it('keeps the rollout open while it holds the former credential, and its name is told', async () => {
    const installation = new MemoryInstallation();
    const service = installation.services.service('main/web-1');
    service.run(installation.clock.now(), installation.mirror());
    await moved(installation);
    expect(installation.record().phase).toBe('rolling');
    expect(installation.telemetry.text()).toContain(`standalone task ${service.standalone[0]?.id}`);
    service.endRun();
    await installation.look();
    expect(installation.record().phase).toBe('settled');
    expect(installation.lockedOut()).toEqual([]);
  });

  it('is alarmed about once it is overdue, and the rollout is not reverted for it', async () => {
    const installation = new MemoryInstallation();
    installation.services.service('main/web-1').run(installation.clock.now(), installation.mirror());
    await moved(installation);
    installation.tick(900_000);
    await installation.look();
    expect(installation.telemetry.measures.get('DrainOverdue app')).toBe(1);
    expect(installation.record().phase).toBe('rolling');
  });

  it('after the flip keeps nothing open: it read the new credential', async () => {
    const installation = new MemoryInstallation();
    installation.rotate();
    await installation.look();
    installation.tick(31_000);
    installation.services.service('main/web-1').run(installation.clock.now(), installation.mirror());
    installation.services.finish(installation.mirror());
    await installation.look();
    expect(installation.record().phase).toBe('settled');
    expect(installation.services.service('main/web-1').standalone).toHaveLength(1);
  });
});
