import { MemoryInstallation, versionId } from '../../support/memory-installation';

const BLUE = { slot: 'blue', version: versionId('blue-1') } as const;

let installation: MemoryInstallation;
beforeEach(() => {
  installation = new MemoryInstallation();
});
afterEach(() => {
  expect(installation.violations).toEqual([]);
  expect(installation.lockedOut()).toEqual([]);
});

/** Rolls green out until both consumers are deploying, and lets the second one's deployment fail. */
async function failingRollout() {
  const green = installation.rotate();
  await installation.look();
  installation.tick(31_000);
  installation.services.service('main/web-2').fail();
  installation.services.remember();
  return green;
}

describe('a rollout whose deployment fails', () => {
  it('publishes the previous credential before any service is redeployed, and rejects the version', async () => {
    const green = await failingRollout();
    installation.effects.forget();
    await installation.look();
    expect(installation.effects.effects).toEqual([
      'parameters.put record',
      'rotator.verify blue',
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
    expect(installation.record()).toMatchObject({ phase: 'reverting', active: BLUE, rejected: [green] });
    expect(installation.record().reason).toContain('main/web-2: ECS rolled deployment');
    expect(installation.telemetry.counts).toEqual(['RolloutReverted app']);
  });

  it('settles on the previous credential, leaves the rejected version alone, and the next rotation goes through', async () => {
    const green = await failingRollout();
    await installation.converge();
    expect(installation.record()).toMatchObject({ phase: 'settled', active: BLUE, previous: green });
    expect(installation.evidence()).toMatchObject({ outcome: 'reverted', slot: 'blue', previous: green });
    expect(installation.evidence()?.reason).toContain('main/web-2');
    const again = installation.rotate('green', 'green-3');
    await installation.converge();
    expect(installation.record()).toMatchObject({ phase: 'settled', active: again });
  });

  it('reverts past the deadline where a deployment never completes, and says which', async () => {
    installation.rotate();
    await installation.look();
    installation.tick(600_001);
    await installation.look();
    expect(installation.record().phase).toBe('reverting');
    expect(installation.record().reason).toContain(
      'main/web-1: not on a completed new deployment by the deadline',
    );
  });
});

describe('a halt', () => {
  async function halted() {
    await failingRollout();
    await installation.look();
    installation.tick(31_000);
    installation.services.service('main/web-1').fail();
    installation.services.remember();
    await installation.look();
  }

  it('is what a revert that fails ends in: it says why, is reported, and nothing moves any more', async () => {
    await halted();
    expect(installation.record()).toMatchObject({ phase: 'halted', haltedFrom: 'reverting', active: BLUE });
    expect(installation.record().reason).toMatch(/^while reverting: main\/web-1: ECS rolled/);
    expect(installation.telemetry.counts).toEqual(['RolloutReverted app']);
    expect(installation.telemetry.measures.get('RolloutHalted app')).toBe(1);
    installation.rotate('green', 'green-3');
    installation.effects.forget();
    await installation.look(true);
    expect(installation.effects.effects).toEqual([]);
  });

  it('ends when a person resumes it: the flip begins anew, and it settles', async () => {
    await halted();
    const id = installation.ask('resume');
    await installation.converge();
    expect(installation.answerTo(id)).toBe('done');
    expect(installation.record()).toMatchObject({ phase: 'settled', active: BLUE });
  });

  it('answers every other request meanwhile with the word that helps', async () => {
    await halted();
    for (const kind of ['revert', 'rotate', 'pause', 'unpause'] as const) {
      const id = installation.ask(kind);
      await installation.look();
      expect(installation.answerTo(id)).toBe('refused: the credential is halted: resume it first');
    }
  });

  it('follows a previous credential that does not log in either: it is never published', async () => {
    await failingRollout();
    installation.rotator.passwords.set('blue', versionId('changed-by-hand'));
    await installation.look();
    expect(installation.record()).toMatchObject({ phase: 'halted', haltedFrom: 'reverting' });
    expect(installation.mirror().slot).toBe('green');
    installation.rotator.passwords.set('blue', BLUE.version);
  });

  it('follows an active version that exists no more', async () => {
    installation.changeRecord({ active: { slot: 'blue', version: versionId('purged') } });
    await installation.look();
    expect(installation.record()).toMatchObject({ phase: 'halted', haltedFrom: 'settled' });
    expect(installation.record().reason).toContain('exists no more');
    expect(installation.telemetry.counts).toEqual([]);
    expect(installation.telemetry.measures.get('RolloutHalted app')).toBe(1);
  });
});

describe('the sweep', () => {
  it('asks whether the active credential logs in, once, and changes nothing while it does', async () => {
    installation.effects.forget();
    await installation.look(true);
    expect(installation.effects.effects).toEqual(['rotator.verify blue']);
  });

  it('is the only wake-up that asks', async () => {
    installation.effects.forget();
    await installation.look(false);
    expect(installation.effects.effects).toEqual([]);
  });

  it('halts where the active credential is refused, and not where the database does not answer', async () => {
    installation.rotator.outage = 'connection refused';
    await installation.look(true);
    expect(installation.record().phase).toBe('settled');
    installation.rotator.outage = null;
    installation.rotator.passwords.set('blue', 'another');
    await installation.look(true);
    expect(installation.record()).toMatchObject({ phase: 'halted' });
    expect(installation.record().reason).toContain('does not log in: password authentication failed');
    expect(installation.telemetry.counts).toEqual(['DatabaseUnreachable app']);
    expect(installation.telemetry.measures.get('RolloutHalted app')).toBe(1);
    installation.rotator.passwords.set('blue', BLUE.version);
  });
});
