import { LegacyApplication } from '../../support/rotator/legacy';
import { RotatorRig } from '../../support/rotator/rig';

let rig: RotatorRig;
beforeAll(async () => void (rig = await RotatorRig.start()), 180_000);
afterAll(() => rig.stop(), 60_000);

// Generous: the machine may be busy.
jest.setTimeout(180_000);

const major = () => Number.parseInt(rig.test.server.version, 10);

/** Adopts, as a dry run said, and uses every object as both users. */
async function expectAdopted(legacy: LegacyApplication): Promise<readonly string[]> {
  const { would, obstacles } = await legacy.adopt({ dryRun: true });
  expect(obstacles).toEqual([]);
  const { did } = await legacy.adopt();
  expect(did).toEqual(would);
  for (const slot of ['blue', 'green'] as const) await legacy.useEverythingAs(slot);
  expect((await legacy.adopt()).did).toEqual([]);
  return did;
}

it('the user becomes green where the configuration says so, and blue is made beside it', async () => {
  const legacy = await LegacyApplication.start(rig, 'green');
  await expectAdopted(legacy);
  const { app } = legacy;
  expect(await app.record()).toMatchObject({ phase: 'settled', active: { slot: 'green' } });
  expect(await app.parameter('pointer')).toBe('green');
  expect(await app.value('green')).toMatchObject({ username: legacy.names.user, password: legacy.password });
});

it.each([
  ['without a mark', 'made by hand, years ago'],
  ['with the mark of this credential', null],
])('an owner role that is there already, %s, is taken over', async (_what, comment) => {
  const legacy = await LegacyApplication.start(rig);
  const { admin, owner, prefix } = legacy.app.names;
  const mark = `managed by tandem: ${prefix}/app`;
  await rig.test.server.query(
    `SET ROLE ${admin}; CREATE ROLE ${owner} NOLOGIN; COMMENT ON ROLE ${owner} IS '${comment ?? mark}'; RESET ROLE`,
  );
  const { notes = [] } = await legacy.adopt({ dryRun: true });
  expect(notes.filter((note) => note.includes('is replaced by the mark'))).toEqual(
    comment === null
      ? []
      : [`The comment of "${owner}" is replaced by the mark of this credential; it was: ${comment}`],
  );
  const did = await expectAdopted(legacy);
  expect(did).not.toContain(`CREATE ROLE "${owner}" NOLOGIN`);
});

it('what the user owns in other databases changes hands there', async () => {
  const legacy = await LegacyApplication.start(rig);
  const { server } = rig.test;
  const { user, admin } = legacy.names;
  const { tag, owner } = legacy.app.names;
  const second = `second_${tag}`;
  await server.query(`CREATE DATABASE ${second} OWNER ${admin}`);
  await server.query(
    // Before PostgreSQL 15 everybody may.
    `${major() >= 15 ? `GRANT CREATE ON SCHEMA public TO ${user};` : ''} SET ROLE ${user}; CREATE TABLE public.there (n int);
     CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'; RESET ROLE`,
    [],
    second,
  );
  const did = await expectAdopted(legacy);
  expect(did).toContain(`ALTER TABLE public.there OWNER TO "${owner}" -- in database ${second}`);
  const owned = await server.query(
    `SELECT relowner::regrole::text AS owner FROM pg_class WHERE relname = 'there'
     UNION ALL SELECT proowner::regrole::text FROM pg_proc WHERE proname = 'f'`,
    [],
    second,
  );
  expect(owned).toEqual([{ owner }, { owner }]);
  const before = await legacy.open('elsewhere', second);
  await before.query(
    'INSERT INTO public.there VALUES (public.f()); ALTER TABLE public.there ADD COLUMN m int',
  );
  await before.end();
});

it('an admin that is a superuser borrows nothing', async () => {
  const legacy = await LegacyApplication.start(rig);
  await rig.test.server.query(`ALTER ROLE ${legacy.names.admin} SUPERUSER`);
  const did = await expectAdopted(legacy);
  expect(did.filter((sql) => sql.includes('CURRENT_USER'))).toEqual([]);
});

it('a login on a foreign server, which no role can be given, does not keep an adoption from its end', async () => {
  const legacy = await LegacyApplication.start(rig);
  const { user, admin, database } = legacy.names;
  const { owner } = legacy.app.names;
  await rig.test.server.query(
    `SET ROLE ${admin}; CREATE ROLE ${owner} NOLOGIN; RESET ROLE;
     CREATE FOREIGN DATA WRAPPER anything; CREATE SERVER elsewhere FOREIGN DATA WRAPPER anything;
     CREATE USER MAPPING FOR ${user} SERVER elsewhere; CREATE USER MAPPING FOR ${owner} SERVER elsewhere`,
    [],
    database,
  );
  await expectAdopted(legacy);
});

it('memberships that the admin had before are as they were', async () => {
  const legacy = await LegacyApplication.start(rig);
  const { user, admin } = legacy.names;
  const { server } = rig.test;
  const options = major() >= 16 ? ' WITH INHERIT FALSE, SET TRUE' : '';
  await server.query(`SET ROLE ${admin}; GRANT ${user} TO ${admin}${options}; RESET ROLE`);
  const memberships = () =>
    server.query(
      `SELECT m::text AS one FROM pg_auth_members m WHERE m.member = '${admin}'::regrole AND m.roleid = '${user}'::regrole ORDER BY 1`,
    );
  const before = await memberships();
  expect(before.length).toBeGreaterThan(0);
  await expectAdopted(legacy);
  expect(await memberships()).toEqual(before);
});
