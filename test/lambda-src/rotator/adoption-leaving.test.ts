import type { Catalogue } from '../../../local/drill/adoption/catalogue';
import { useEverything } from '../../../local/drill/adoption/legacy';
import { leavingSql, runAsTold } from '../../support/leaving';
import { LegacyApplication } from '../../support/rotator/legacy';
import { RotatorRig } from '../../support/rotator/rig';

let rig: RotatorRig;
beforeAll(async () => void (rig = await RotatorRig.start()), 180_000);
afterAll(() => rig.stop(), 60_000);

// Generous: the machine may be busy.
jest.setTimeout(180_000);

/** What the page says to run, with the names of an application. */
function documented({ app, names }: LegacyApplication, step: string): string[][] {
  return leavingSql(step, { app: names.user, app_green: app.names.users.green, app_owner: app.names.owner });
}

/** Roles of the pair that are there, each with the role that its sessions start as. */
async function pairOf({ app, names }: LegacyApplication): Promise<unknown[]> {
  return await rig.test.server.query(
    `SELECT rolname::text AS name, (SELECT entry FROM unnest(rolconfig) entry WHERE entry LIKE 'role=%') AS "startsAs"
     FROM pg_roles WHERE rolname = ANY($1) ORDER BY rolname`,
    [[names.user, app.names.owner, app.names.users.green]],
  );
}

/** An adopted application, where the other user has made something of its own since. */
async function adopted(): Promise<LegacyApplication> {
  const legacy = await LegacyApplication.start(rig);
  await legacy.adopt();
  const twin = await legacy.app.open((await legacy.app.value('green')).url);
  await twin.query('SET ROLE NONE; CREATE TABLE public.made_by_green (n int)');
  await twin.end();
  await legacy.app.drained('green');
  return legacy;
}

it('the other user goes, while sessions of the application read, write and alter everything', async () => {
  const legacy = await adopted();
  const open = await legacy.open('open-all-along');
  const admin = await legacy.openAsAdmin();
  const [sql = [], ...more] = documented(legacy, '4. Drop the other user');
  expect(more).toEqual([]);
  await runAsTold(admin, sql);
  await useEverything(open);
  await open.query('ALTER TABLE public.made_by_green ADD COLUMN m int');
  expect(await legacy.readsAndWrites()).toBe(true);
  const { owner } = legacy.app.names;
  expect(await pairOf(legacy)).toEqual([
    { name: legacy.names.user, startsAs: `role=${owner}` },
    { name: owner, startsAs: null },
  ]);
  expect(await legacy.borrowed()).toEqual([]);
  await Promise.all([open.end(), admin.end()]);
});

it('everything is handed back to the application’s user, which owns what it owned before, and nothing is left of the pair', async () => {
  const legacy = await LegacyApplication.start(rig);
  const before = await legacy.catalogue();
  await legacy.adopt();
  const admin = await legacy.openAsAdmin();
  for (const sql of documented(legacy, '4. Drop the other user')) await runAsTold(admin, sql);
  const [startAsItself = [], handBack = []] = documented(legacy, '5. Hand everything back to `app`');
  await runAsTold(admin, startAsItself);
  const redeployed = await legacy.open('redeployed');
  await useEverything(redeployed);
  await runAsTold(admin, handBack);
  await useEverything(redeployed);
  expect(await legacy.readsAndWrites()).toBe(true);
  expect(await legacy.borrowed()).toEqual([]);
  await Promise.all([redeployed.end(), admin.end()]);
  expect(await pairOf(legacy)).toEqual([{ name: legacy.names.user, startsAs: null }]);
  const { objects } = await legacy.catalogue();
  expect(ownersIn(objects)).toEqual(ownersIn(before.objects));
  const { owner, users } = legacy.app.names;
  expect(JSON.stringify(objects)).not.toMatch(new RegExp(`${owner}|${users.green}`));
});

/** Whose each object is, by kind and name. */
function ownersIn([, objects]: Catalogue): string[] {
  return objects.map(({ kind, name, owner }) => `${kind} ${name} ${owner}`);
}
