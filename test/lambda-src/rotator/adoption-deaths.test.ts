import { adoptionToken, mirrorVersion } from '../../../lambda-src/contract/tokens';
import type { RotatorDependencies } from '../../../lambda-src/rotator/dependencies';
import { LegacyApplication } from '../../support/rotator/legacy';
import { replaced } from '../../support/rotator/replaced';
import { RotatorRig } from '../../support/rotator/rig';

let rig: RotatorRig;
beforeAll(async () => void (rig = await RotatorRig.start()), 180_000);
afterAll(() => rig.stop(), 60_000);

// Generous: the machine may be busy.
jest.setTimeout(600_000);

/** Dependencies that die before their nth effect on database, secrets or parameters. */
function dyingAt(dependencies: RotatorDependencies, place: number): RotatorDependencies {
  let effects = 0;
  const mortal =
    <A extends unknown[], R>(run: (...given: A) => Promise<R>) =>
    async (...given: A): Promise<R> => {
      effects += 1;
      if (effects === place) throw new Error('died');
      return await run(...given);
    };
  const { secrets, parameters, database } = dependencies;
  return {
    ...dependencies,
    secrets: replaced(secrets, {
      put: mortal(secrets.put.bind(secrets)),
      moveLabel: mortal(secrets.moveLabel.bind(secrets)),
    }),
    parameters: replaced(parameters, { create: mortal(parameters.create.bind(parameters)) }),
    database: replaced(database, {
      withLock: (admin, key, work) =>
        database.withLock(admin, key, (session) =>
          work(
            replaced(session, {
              run: mortal(session.run.bind(session)),
              setPassword: mortal(session.setPassword.bind(session)),
            }),
          ),
        ),
    }),
  };
}

it('I3: an adoption that dies again and again arrives all the same, and nothing failed on the way', async () => {
  const legacy = await LegacyApplication.start(rig);
  const { app } = legacy;
  const original = (await app.versionWith('active', 'AWSCURRENT')) ?? '';
  // Each run goes on where the last one died, so its first effect is new: dying at the second or third gets it further,
  // by either past a step of two effects, which is repeated as a whole.
  let deaths = 0;
  const done: string[] = [];
  for (;;) {
    const died = await legacy.adopt({}, dyingAt(app.dependencies, 2 + (deaths % 2))).then(
      ({ did }) => (done.push(...did), false),
      () => true,
    );
    expect(await legacy.readsAndWrites()).toBe(true);
    if (!died) break;
    deaths += 1;
    expect(deaths).toBeLessThan(100);
  }
  expect(deaths).toBeGreaterThan(15);
  const version = adoptionToken(app.arns.blue, original);
  expect(await app.record()).toMatchObject({ phase: 'settled', active: { slot: 'blue', version } });
  expect(await app.versionWith('active', 'AWSCURRENT')).toBe(mirrorVersion(app.arns.blue, version));
  expect(await app.text('active')).toBe(await app.text('blue'));
  for (const slot of ['blue', 'green'] as const) await legacy.useEverythingAs(slot);
  expect(await legacy.borrowed()).toEqual([]);
  expect((await legacy.adopt()).did).toEqual([]);
  expect(rig.leaks()).toEqual([]);
});
