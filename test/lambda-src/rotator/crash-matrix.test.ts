import { mirrorVersion } from '../../../lambda-src/contract/tokens';
import { STEPS } from '../../../lambda-src/contract/events';
import { bootstrap } from '../../../lambda-src/rotator/bootstrap';
import type { RotatorDependencies } from '../../../lambda-src/rotator/dependencies';
import { DISTURBANCES, Effects, type Disturbance } from '../../support/memory-effects';
import { throughGate } from '../../support/rotator/statements';
import { RotatorRig } from '../../support/rotator/rig';
import type { Installation } from '../../support/rotator/installation';

let rig: RotatorRig;
beforeAll(async () => void (rig = await RotatorRig.start()), 180_000);
afterAll(() => rig.stop(), 60_000);

// Generous: the machine may be busy.
jest.setTimeout(600_000);

interface Scenario {
  readonly name: string;
  readonly begin: () => Promise<Installation>;
  /** May be repeated, as Terraform and Secrets Manager repeat it. */
  readonly run: (app: Installation, dependencies: RotatorDependencies) => Promise<void>;
  readonly expectEnd: (app: Installation) => Promise<void>;
}

const SCENARIOS: readonly Scenario[] = [
  {
    name: 'bootstrap',
    begin: () => rig.install({ bootstrapped: false }),
    run: async (_app, dependencies) => {
      await bootstrap(dependencies, 'app');
    },
    expectEnd: async (app) => {
      const blue = (await app.versionWith('blue', 'AWSCURRENT')) ?? '';
      const green = (await app.versionWith('green', 'AWSCURRENT')) ?? '';
      for (const slot of ['blue', 'green'] as const)
        expect(await app.workingAs((await app.value(slot)).url)).toBe(app.names.owner);
      expect(await app.versionWith('active', 'AWSCURRENT')).toBe(mirrorVersion(app.arns.blue, blue));
      expect(await app.parameter('pointer')).toBe('blue');
      expect(await app.record()).toMatchObject({
        active: { slot: 'blue', version: blue },
        seen: { blue, green },
      });
    },
  },
  {
    name: 'a rotation',
    begin: async () => {
      const app = await rig.install();
      await app.begin('green');
      return app;
    },
    run: async (app, dependencies) => {
      const version =
        (await app.versionWith('green', 'AWSPENDING')) ?? (await app.versionWith('green', 'AWSCURRENT'));
      for (const step of STEPS) await app.step('green', version ?? '', step, dependencies);
    },
    expectEnd: async (app) => {
      expect(await app.versionWith('green', 'AWSPENDING')).toBeUndefined();
      expect(await app.workingAs((await app.value('green')).url)).toBe(app.names.owner);
      expect(await app.workingAs((await app.value('blue')).url)).toBe(app.names.owner);
    },
  },
];

let cases = 0;

/**
 * To die after an effect is to die before the next one: only the last has none. A statement that times out in a transaction
 * is rolled back, as one is that never ran: only what outlasts it is another case.
 */
function isNew(how: Disturbance, effect: string, isLast: boolean): boolean {
  if (how === 'dies after') return isLast;
  return how === 'dies before' || !effect.startsWith('sql ') || effect === 'sql COMMIT';
}

async function disturbed(scenario: Scenario, at: number, how: Disturbance): Promise<void> {
  const app = await scenario.begin();
  const effects = new Effects();
  effects.plan(at, how);
  const run = throughGate(app.dependencies, effects.gate, (dependencies) => scenario.run(app, dependencies));
  await app.noted(run).catch(() => undefined);
  const where = `${how} effect ${at}, ${effects.effects.at(at - 1) ?? ''}`;
  expect({ where, pending: effects.pending }).toEqual({ where, pending: false });
  await scenario.run(app, app.dependencies);
  await scenario.expectEnd(app);
  cases += 1;
}

describe.each(SCENARIOS)('I3: $name, on PostgreSQL', (scenario) => {
  it.each(DISTURBANCES)('comes to the same end where any statement or call of it %s', async (how) => {
    const app = await scenario.begin();
    const counted = new Effects();
    await throughGate(app.dependencies, counted.gate, (dependencies) => scenario.run(app, dependencies));
    await scenario.expectEnd(app);
    expect(counted.effects.length).toBeGreaterThan(5);
    for (const [index, effect] of counted.effects.entries()) {
      const isLast = index === counted.effects.length - 1;
      if (isNew(how, effect, isLast)) await disturbed(scenario, index + 1, how);
    }
  });
});

describe('what all of this has left behind', () => {
  it('shows no password: not in the server log, telemetry or an error (I5)', () => {
    process.stdout.write(`crash matrix on PostgreSQL: ${cases} cases\n`);
    expect(rig.secretsKnown).toBeGreaterThan(10);
    expect(rig.leaks()).toEqual([]);
  });
});
