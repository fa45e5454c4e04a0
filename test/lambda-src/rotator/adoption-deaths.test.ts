import { adoptionToken, mirrorVersion } from '../../../lambda-src/contract/tokens';
import type { LegacyNames } from '../../../local/drill/adoption/legacy';
import type { PostgresServer } from '../../../local/postgres/server';
import type { RotatorDependencies } from '../../../lambda-src/rotator/dependencies';
import { DISTURBANCES } from '../../support/memory-effects';
import { disturbEverywhere, type Scenario } from '../../support/rotator/crash-matrix';
import type { Installation } from '../../support/rotator/installation';
import { LegacyApplication } from '../../support/rotator/legacy';
import { replaced } from '../../support/rotator/replaced';
import { RotatorRig } from '../../support/rotator/rig';

let rig: RotatorRig;
beforeAll(async () => void (rig = await RotatorRig.start()), 180_000);
afterAll(() => rig.stop(), 180_000);

// Generous: the machine may be busy.
jest.setTimeout(900_000);

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

/** Where the secrets and the record must arrive. */
async function expectSettled(app: Installation, original: string): Promise<void> {
  const version = adoptionToken(app.arns.blue, original);
  expect(await app.record()).toMatchObject({ phase: 'settled', active: { slot: 'blue', version } });
  expect(await app.parameter('pointer')).toBe('blue');
  expect(await app.versionWith('active', 'AWSCURRENT')).toBe(mirrorVersion(app.arns.blue, version));
  expect(await app.text('active')).toBe(await app.text('blue'));
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
  await expectSettled(app, original);
  for (const slot of ['blue', 'green'] as const) await legacy.useEverythingAs(slot);
  expect(await legacy.borrowed()).toEqual([]);
  expect((await legacy.adopt()).did).toEqual([]);
  expect(rig.leaks()).toEqual([]);
});

/** One of each kind of thing that an adoption does, so that there are few statements to die at. */
async function createSmallSchema(
  server: PostgresServer,
  { database, user, neighbour, reader }: LegacyNames,
): Promise<void> {
  await server.query(
    `SET ROLE ${neighbour};
     CREATE SCHEMA legacy;
     CREATE TABLE legacy.prices (price int);
     INSERT INTO legacy.prices VALUES (10);
     ALTER TABLE legacy.prices ENABLE ROW LEVEL SECURITY;
     CREATE POLICY for_the_application ON legacy.prices TO ${user} USING (true);
     GRANT USAGE ON SCHEMA legacy TO ${user};
     GRANT SELECT, UPDATE ON legacy.prices TO ${user};
     ALTER DEFAULT PRIVILEGES IN SCHEMA legacy GRANT SELECT ON TABLES TO ${user};
     SET ROLE ${user};
     CREATE SCHEMA ${user};
     CREATE TABLE ${user}.attempts (n int);
     CREATE VIEW ${user}.counted AS SELECT count(*) FROM ${user}.attempts;
     CREATE FUNCTION ${user}.noted() RETURNS bigint LANGUAGE sql AS 'SELECT count FROM ${user}.counted';
     ALTER DEFAULT PRIVILEGES IN SCHEMA ${user} GRANT SELECT ON TABLES TO ${reader};
     RESET ROLE`,
    [],
    database,
  );
}

const USES = [
  'INSERT INTO attempts VALUES (1)',
  'SELECT 1 / noted()',
  'UPDATE legacy.prices SET price = price + 1',
  'SELECT 1 / count(*) FROM legacy.prices',
];
const ALTERS = [
  'ALTER TABLE attempts ADD COLUMN used int',
  'ALTER VIEW counted RENAME TO told',
  'ALTER FUNCTION noted() COST 5',
  'CREATE TABLE made (n int)',
];

/** Each statement, as a session that the secret of a slot opens. */
async function useAs(app: Installation, kind: 'active' | 'blue' | 'green', uses: readonly string[]) {
  const client = await app.open((await app.value(kind)).url, `use-${kind}`);
  try {
    await client.query('BEGIN');
    for (const use of uses) await client.query(use);
    await client.query('ROLLBACK');
  } finally {
    await client.end();
  }
}

const ADOPTION: Scenario = {
  name: 'an adoption',
  byTransaction: true,
  begin: async () => {
    const legacy = await LegacyApplication.start(rig, 'blue', createSmallSchema);
    const { app } = legacy;
    await app.write('active', legacy.value({ url: urlOf(legacy) }));
    const original = (await app.versionWith('active', 'AWSCURRENT')) ?? '';
    return {
      app,
      run: (dependencies) => legacy.adopt({}, dependencies),
      expectEnd: async () => {
        await expectSettled(app, original);
        for (const slot of ['blue', 'green'] as const) await useAs(app, slot, [...USES, ...ALTERS]);
        expect(await legacy.borrowed()).toEqual([]);
        expect((await legacy.adopt()).did).toEqual([]);
      },
    };
  },
  // Whatever was left half done: the application goes on, and no right stays borrowed.
  meanwhile: ({ app }) => useAs(app, 'active', USES),
};

function urlOf({ names: { user, database }, password }: LegacyApplication): string {
  const { host, port, caFile } = rig.test.server;
  return `postgresql://${user}:${encodeURIComponent(password)}@${host}:${port}/${database}?sslmode=verify-full&sslrootcert=${caFile}`;
}

describe('I3: an adoption, on PostgreSQL', () => {
  it.each(DISTURBANCES)('comes to the same end where any transaction or call of it %s', async (how) => {
    const cases = await disturbEverywhere(ADOPTION, how);
    process.stdout.write(`deaths of an adoption: ${how}, ${cases} cases\n`);
  });

  it('shows no password on the way: not in the server log, telemetry or an error (I5)', () => {
    expect(rig.leaks()).toEqual([]);
  });
});
