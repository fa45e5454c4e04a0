import { mirrorVersion } from '../../../lambda-src/contract/tokens';
import { STEPS } from '../../../lambda-src/contract/events';
import { halt, type CredentialRecord } from '../../../lambda-src/core/record';
import { bootstrap } from '../../../lambda-src/rotator/bootstrap';
import type { RotatorDependencies } from '../../../lambda-src/rotator/dependencies';
import { reassert } from '../../../lambda-src/rotator/reassert';
import { DISTURBANCES } from '../../support/memory-effects';
import { disturbEverywhere, type Scenario } from '../../support/rotator/crash-matrix';
import { RotatorRig } from '../../support/rotator/rig';
import type { Installation } from '../../support/rotator/installation';

let rig: RotatorRig;
beforeAll(async () => void (rig = await RotatorRig.start()), 180_000);
afterAll(() => rig.stop(), 180_000);

// Generous: the machine may be busy.
jest.setTimeout(900_000);

const SCENARIOS: readonly Scenario[] = [
  {
    name: 'bootstrap',
    begin: async () => {
      const app = await rig.install({ bootstrapped: false });
      return {
        app,
        run: (dependencies) => bootstrap(dependencies, 'app'),
        expectEnd: () => expectInstalled(app),
      };
    },
  },
  {
    name: 'a rotation',
    begin: async () => {
      const app = await rig.install();
      await app.begin('green');
      return {
        app,
        run: (dependencies) => rotateAll(app, dependencies),
        expectEnd: async () => {
          expect(await app.versionWith('green', 'AWSPENDING')).toBeUndefined();
          await expectBothWork(app);
        },
      };
    },
  },
  {
    name: 'a password reasserted',
    begin: async () => {
      const app = await rig.install();
      const { active } = await asAfterRestore(app);
      return {
        app,
        run: (dependencies) => reassert(dependencies, 'app', active),
        expectEnd: () => expectBothWork(app),
      };
    },
  },
];

async function expectInstalled(app: Installation): Promise<void> {
  const blue = (await app.versionWith('blue', 'AWSCURRENT')) ?? '';
  const green = (await app.versionWith('green', 'AWSCURRENT')) ?? '';
  await expectBothWork(app);
  expect(await app.versionWith('active', 'AWSCURRENT')).toBe(mirrorVersion(app.arns.blue, blue));
  expect(await app.parameter('pointer')).toBe('blue');
  expect(await app.record()).toMatchObject({
    active: { slot: 'blue', version: blue },
    seen: { blue, green },
  });
}

async function expectBothWork(app: Installation): Promise<void> {
  for (const slot of ['blue', 'green'] as const)
    expect(await app.workingAs((await app.value(slot)).url)).toBe(app.names.owner);
}

/** All four steps, of the rotation that is under way or has just ended. */
async function rotateAll(app: Installation, dependencies: RotatorDependencies): Promise<void> {
  const pending = await app.versionWith('green', 'AWSPENDING');
  const version = pending ?? (await app.versionWith('green', 'AWSCURRENT')) ?? '';
  for (const step of STEPS) await app.step('green', version, step, dependencies);
}

/** The active user as an older state of the database may have it, and the halt that the sweep comes to. */
async function asAfterRestore(app: Installation): Promise<CredentialRecord> {
  const { blue } = app.names.users;
  await app.alterByHand(blue, `restored-${app.names.tag}`);
  await rig.test.server.query(`ALTER ROLE ${blue} NOLOGIN`);
  await rig.test.server.query(`ALTER ROLE ${blue} RESET role`);
  const halted = halt(await app.record(), 1, 'the active credential does not log in');
  await app.changeRecord(halted);
  return halted;
}

let cases = 0;

describe.each(SCENARIOS)('I3: $name, on PostgreSQL', (scenario) => {
  it.each(DISTURBANCES)('comes to the same end where any statement or call of it %s', async (how) => {
    cases += await disturbEverywhere(scenario, how);
  });
});

describe('what all of this has left behind', () => {
  it('shows no password: not in the server log, telemetry or an error (I5)', () => {
    process.stdout.write(`crash matrix on PostgreSQL: ${cases} cases\n`);
    expect(rig.secretsKnown).toBeGreaterThan(10);
    expect(rig.leaks()).toEqual([]);
  });
});
