import { mirrorVersion, standInToken } from '../../../lambda-src/contract/tokens';
import { AWSCURRENT, AWSPENDING } from '../../../lambda-src/ports/secrets';
import { arnOf, consumersNamed, MemoryInstallation, versionId } from '../../support/memory-installation';

let installation: MemoryInstallation;
beforeEach(() => {
  installation = new MemoryInstallation();
});
afterEach(() => {
  expect(installation.violations).toEqual([]);
  expect(installation.lockedOut()).toEqual([]);
});

describe('a rotated standby', () => {
  it('is verified, recorded, verified again, published, flipped and redeployed, in this order', async () => {
    installation.rotate();
    installation.effects.forget();
    await installation.look();
    expect(installation.effects.effects).toEqual([
      'rotator.verify green',
      'parameters.put record',
      'rotator.verify green',
      'secrets.put active TANDEM_STAGED',
      'secrets.moveLabel active AWSCURRENT',
      'parameters.put pointer',
      'parameters.put record',
      'parameters.put record',
      'services.force main/web-1',
      'parameters.put record',
      'parameters.put record',
      'services.force main/web-2',
      'parameters.put record',
    ]);
  });

  it('is carried by mirror and pointer, and noted with the deployments that were there before', async () => {
    const green = installation.rotate();
    await installation.look();
    expect(installation.mirror()).toEqual(green);
    expect(installation.pointer()).toBe('green');
    expect(installation.record()).toMatchObject({
      phase: 'rolling',
      active: green,
      previous: { slot: 'blue', version: versionId('blue-1') },
      flippedAt: installation.clock.now(),
      consumers: {
        'main/web-1': { old: ['main/web-1/d1'], deployment: 'main/web-1/d3' },
        'main/web-2': { old: ['main/web-2/d1'], deployment: 'main/web-2/d3' },
      },
    });
  });

  it('settles when every consumer has moved, and evidence is written before the record says so', async () => {
    const green = installation.rotate();
    await installation.look();
    const flippedAt = new Date(installation.clock.now()).toISOString();
    installation.tick(31_000);
    installation.services.finish(installation.mirror());
    installation.effects.forget();
    await installation.look();
    expect(installation.effects.effects).toEqual(['parameters.put evidence', 'parameters.put record']);
    expect(installation.record()).toMatchObject({
      phase: 'settled',
      seen: { blue: versionId('blue-1'), green: green.version },
    });
    expect(installation.evidence()).toEqual({
      schema: 1,
      credential: 'app',
      outcome: 'adopted',
      slot: 'green',
      version: green.version,
      previous: { slot: 'blue', version: versionId('blue-1') },
      startedAt: flippedAt,
      flippedAt,
      settledAt: new Date(installation.clock.now()).toISOString(),
      consumers: ['main/web-1', 'main/web-2'],
      unregistered: [],
      reason: null,
    });
  });

  it('does not settle while a task of an old deployment is stopping, and says whose', async () => {
    installation.rotate();
    await installation.look();
    const service = installation.services.service('main/web-1');
    const [old] = service.tasks;
    installation.tick(10_000);
    installation.services.finish(installation.mirror());
    if (old !== undefined) service.linger(old);
    await installation.look();
    expect(installation.record().phase).toBe('rolling');
    expect(installation.telemetry.text()).toContain(`main/web-1 task ${old?.id}`);
    installation.tick(900_000);
    await installation.look();
    expect(installation.telemetry.measures.get('DrainOverdue app')).toBe(1);
    expect(installation.record().phase).toBe('rolling');
  });

  it('rolls one after the other, in both directions, and every wake-up in between changes nothing', async () => {
    for (const name of ['green-2', 'blue-2', 'green-3']) {
      const rotated = installation.rotate(undefined, name);
      await installation.converge();
      expect(installation.record().active).toEqual(rotated);
      installation.effects.forget();
      await installation.look();
      expect(installation.effects.effects).toEqual([]);
    }
  });

  it('that does not log in is rejected: nothing is published and no service is touched', async () => {
    const green = installation.rotate();
    installation.rotator.passwords.set('green', versionId('green-1'));
    installation.effects.forget();
    await installation.look();
    expect(installation.effects.effects).toEqual(['rotator.verify green', 'parameters.put record']);
    expect(installation.record()).toMatchObject({ phase: 'settled', rejected: [green] });
    expect(installation.telemetry.counts).toEqual(['VersionRejected app']);
    installation.effects.forget();
    await installation.look();
    expect(installation.effects.effects).toEqual([]);
  });

  it('waits for a database that cannot be asked', async () => {
    installation.rotate();
    installation.rotator.outage = 'no route to host';
    await installation.look();
    expect(installation.record().phase).toBe('settled');
    expect(installation.telemetry.counts).toEqual(['DatabaseUnreachable app']);
    installation.rotator.outage = null;
    await installation.converge();
    expect(installation.record().active.slot).toBe('green');
  });

  it('counts a consumer that is gone as moved, with an alarm, once one of its tasks would have been seen', async () => {
    installation.rotate();
    installation.services.remove('main/web-2');
    await installation.look();
    installation.tick(10_000);
    installation.services.finish(installation.mirror());
    await installation.look();
    expect(installation.record().phase).toBe('rolling');
    installation.tick(30_000);
    await installation.look();
    expect(installation.record().phase).toBe('settled');
    expect(installation.telemetry.counts).toEqual(['ConsumerMissing app']);
  });
});

describe('what else moves a settled credential', () => {
  it('a consumer that joined takes part in a rollout of the same version', async () => {
    const joined = { cluster: 'main', service: 'worker' };
    installation.services.create(joined, installation.mirror(), [arnOf('active')]);
    installation.configure({ consumers: [...installation.consumers, joined] });
    await installation.converge();
    expect(Object.keys(installation.record().consumers)).toContain('main/worker');
    expect(installation.record().active.version).toBe(versionId('blue-1'));
  });

  it('a mirror that somebody moved is published again, and what may have read the wrong value is redeployed', async () => {
    installation.rotate();
    await installation.converge();
    installation.tick(60_000);
    const former = mirrorVersion(arnOf('blue'), versionId('blue-1'));
    installation.secrets.attach(arnOf('active'), AWSCURRENT, former);
    installation.violations.length = 0;
    installation.effects.forget();
    await installation.converge();
    expect(installation.mirror().slot).toBe('green');
    expect(installation.effects.effects).toContain('services.force main/web-1');
  });

  it('a stale AWSPENDING of the standby is taken off; one that may still be in flight is not', async () => {
    installation.secrets.begin(arnOf('green'), versionId('green-2'));
    await installation.look();
    expect(installation.secrets.versionWith(arnOf('green'), AWSPENDING)).toBe(versionId('green-2'));
    installation.tick(4 * 60_000 + 5_001);
    await installation.look();
    expect(installation.secrets.versionWith(arnOf('green'), AWSPENDING)).toBeNull();
  });

  it('an AWSPENDING whose age is unknown is left alone', async () => {
    installation.secrets.begin(arnOf('green'), versionId('green-2'));
    jest.spyOn(installation.secrets, 'createdAt').mockResolvedValue(null);
    installation.tick(3_600_000);
    await installation.look();
    expect(installation.secrets.versionWith(arnOf('green'), AWSPENDING)).toBe(versionId('green-2'));
  });

  it('an AWSPENDING on the current version, as a rotation that succeeded leaves it, is left alone', async () => {
    for (const name of ['green-2', 'blue-2']) {
      installation.rotate(undefined, name);
      await installation.converge();
    }
    installation.tick(3_600_000);
    installation.effects.forget();
    await installation.look();
    expect(installation.effects.effects).toEqual([]);
    expect(installation.secrets.versionWith(arnOf('green'), AWSPENDING)).toBe(versionId('green-2'));
  });

  it('a refused rotation of the active user is answered by one of the standby, once', async () => {
    installation.secrets.begin(arnOf('blue'), versionId('blue-2'));
    installation.effects.forget();
    await installation.look();
    expect(installation.effects.effects).toEqual([]);
    installation.tick(4 * 60_000 + 5_001);
    await installation.look();
    expect(installation.effects.effects).toEqual([
      'secrets.rotate green',
      'secrets.moveLabel blue AWSPENDING',
    ]);
    const standIn = standInToken(versionId('blue-2'));
    expect(installation.secrets.versionWith(arnOf('green'), AWSPENDING)).toBe(standIn);
    await installation.look();
    expect(installation.effects.effects).toHaveLength(2);
  });

  it('nor again where the look died, and somebody took AWSPENDING off the one of the standby, which had failed', async () => {
    installation.secrets.begin(arnOf('blue'), versionId('blue-2'));
    installation.tick(4 * 60_000 + 5_001);
    const standIn = standInToken(versionId('blue-2'));
    let looks = 1;
    await installation.look(false, () => (looks -= 1) >= 0);
    expect(installation.secrets.versionWith(arnOf('green'), AWSPENDING)).toBe(standIn);
    expect(installation.secrets.versionWith(arnOf('blue'), AWSPENDING)).toBe(versionId('blue-2'));
    installation.secrets.detach(arnOf('green'), AWSPENDING);
    installation.effects.forget();
    await installation.look();
    expect(installation.effects.effects).toEqual(['secrets.moveLabel blue AWSPENDING']);
    await installation.look();
    expect(installation.effects.effects).toHaveLength(1);
  });

  it('without a configuration document nothing is looked at', async () => {
    installation.parameters.delete(installation.name('config'));
    installation.effects.forget();
    await installation.look();
    expect(installation.effects.calls).toEqual(['parameters.get config record pointer request']);
  });

  it('values without a readable record move nothing and are counted', async () => {
    installation.rotate();
    installation.set('record', 'not JSON');
    installation.effects.forget();
    await installation.look(true);
    expect(installation.effects.effects).toEqual([]);
    expect(installation.telemetry.counts).toEqual(['RecordMissing app']);
  });

  it('an invocation that is out of time ends between two actions, and the next one goes on', async () => {
    installation.rotate();
    let looks = 3;
    await installation.look(false, () => (looks -= 1) >= 0);
    expect(installation.record()).toMatchObject({ phase: 'rolling', flippedAt: null });
    await installation.converge();
    expect(installation.record().active.slot).toBe('green');
  });

  it('fifty consumers are all redeployed in one invocation', async () => {
    installation = new MemoryInstallation(consumersNamed(50));
    installation.rotate();
    installation.effects.forget();
    await installation.look();
    const forced = installation.effects.effects.filter((effect) => effect.startsWith('services.force'));
    expect(new Set(forced).size).toBe(50);
  });
});
