import type { AdoptionPlan, AdoptionSpec, Batch, Statement } from '../../../ports/database';
import type { AdminConnections } from '../admin-session';
import { roleFacts, type AdminFacts } from '../facts';
import { mayAlter, mayGrant } from '../plan';
import { identifier } from '../quoting';
import { planObjects, type ObjectsPlan } from './objects';
import { obstaclesOf, type Roles } from './obstacles';
import { standingOfNew, standings, type Standing } from './privileges';
import { databasesOf, isMember, membershipsOf, roleProfiles, settingsOf, type Setting } from './role-facts';
import { missingSettings, namesIn, planSetting, withoutUserVariable } from './settings';

/** What makes the roles themselves, as for a pair that is made from nothing. */
export interface PairBatches {
  readonly owner: readonly Batch[];
  /** The adopted user's mark and its membership in the owner role. */
  readonly joining: readonly Batch[];
  /** What has its sessions start as the owner role. */
  readonly starting: readonly Batch[];
  readonly twin: readonly Batch[];
}

/**
 * What the owner role must be able to do comes first, then what the user owns, and at last that new sessions of the user
 * start as the owner role: at no moment is there anything that a session, open or new, may do no more.
 */
export async function planAdoption(
  connections: AdminConnections,
  admin: AdminFacts,
  spec: AdoptionSpec,
  pair: PairBatches,
): Promise<AdoptionPlan> {
  const { locked } = connections;
  const roles = await readRoles(connections, admin, spec);
  const obstacles = obstaclesOf(spec, admin, roles);
  if (!roles.profiles.has(spec.user)) return { batches: [], obstacles, notes: [] };
  const owner = await ownerStanding(connections, admin, spec, pair.owner);
  const objects: ObjectsPlan[] = [];
  const databases = await databasesOf(locked, spec.user);
  for (const database of [spec.database, ...databases.filter((name) => name !== spec.database)]) {
    objects.push(
      await connections.inDatabase(database, (connection) => planObjects(connection, admin, spec, owner)),
    );
  }
  const here = (statements: readonly Statement[]): Batch => ({
    database: locked.target.database,
    statements,
  });
  const wanted = wantedSettings(spec, roles.settings, objects);
  return {
    obstacles: [...obstacles, ...objects.flatMap((one) => one.obstacles)],
    notes: [...notesOf(spec, roles), ...objects.flatMap((one) => one.notes)],
    batches: [
      ...pair.owner,
      here([...carriedAttributes(spec.owner, spec, admin, roles), ...carriedMemberships(spec, admin, roles)]),
      ...pair.joining,
      ...objects.flatMap((one) => one.batches),
      here(settingsFor(spec.user, wanted, admin, roles)),
      ...pair.twin,
      here([
        ...carriedAttributes(spec.twin, spec, admin, roles),
        ...carriedLimit(spec, admin, roles),
        ...settingsFor(spec.twin, wanted, admin, roles),
      ]),
      ...pair.starting,
    ].filter(({ statements }) => statements.length > 0),
  };
}

async function readRoles(
  { locked }: AdminConnections,
  admin: AdminFacts,
  spec: AdoptionSpec,
): Promise<Roles> {
  const names = [spec.user, spec.twin, spec.owner];
  return {
    facts: await roleFacts(locked, names),
    profiles: await roleProfiles(locked, names),
    memberships: await membershipsOf(locked, admin, spec.user, spec.owner),
    settings: await settingsOf(locked, admin, [spec.user, spec.twin]),
    inverted: await isMember(locked, spec.owner, spec.user),
  };
}

/** An admin that gives its database away stays a member of the owner role, and needs to borrow nothing of it. */
async function ownerStanding(
  { locked }: AdminConnections,
  admin: AdminFacts,
  { owner }: AdoptionSpec,
  batches: readonly Batch[],
): Promise<Standing> {
  const found = (await standings(locked, admin, [owner])).get(owner) ?? standingOfNew(owner, admin);
  const joins = batches.some(({ statements }) =>
    statements.some(({ sql }) => sql.startsWith(`GRANT ${identifier(owner)} TO CURRENT_USER`)),
  );
  return joins ? { ...found, inherits: true, maySet: true } : found;
}

function carriedAttributes(
  role: string,
  { user }: AdoptionSpec,
  admin: AdminFacts,
  { profiles }: Roles,
): Statement[] {
  const has = profiles.get(role)?.attributes ?? [];
  const missing = (profiles.get(user)?.attributes ?? []).filter((attribute) => !has.includes(attribute));
  if (missing.length === 0) return [];
  return [{ sql: `ALTER ROLE ${identifier(role)} ${missing.join(' ')}`, remedy: mayAlter(role, admin) }];
}

function carriedLimit({ user, twin }: AdoptionSpec, admin: AdminFacts, { profiles }: Roles): Statement[] {
  const limit = profiles.get(user)?.connectionLimit ?? -1;
  if ((profiles.get(twin)?.connectionLimit ?? -1) === limit) return [];
  return [{ sql: `ALTER ROLE ${identifier(twin)} CONNECTION LIMIT ${limit}`, remedy: mayAlter(twin, admin) }];
}

function carriedMemberships({ owner }: AdoptionSpec, admin: AdminFacts, { memberships }: Roles): Statement[] {
  return memberships
    .filter(({ carried }) => !carried)
    .map(({ role, admin: withAdmin, inherit, set }) => {
      const options = `ADMIN ${on(withAdmin)}, INHERIT ${on(inherit)}, SET ${on(set)}`;
      const how = admin.major >= 16 ? ` WITH ${options}` : withAdmin ? ' WITH ADMIN OPTION' : '';
      return {
        sql: `GRANT ${identifier(role)} TO ${identifier(owner)}${how}`,
        remedy: mayGrant(role, admin),
      };
    });
}

const on = (flag: boolean): string => (flag ? 'TRUE' : 'FALSE');

/** The user's settings, where `"$user"` finds the schema of its name although its sessions work as the owner role. */
function wantedSettings(
  { user }: AdoptionSpec,
  settings: readonly Setting[],
  objects: readonly ObjectsPlan[],
): Setting[] {
  const own = settings.filter(({ role, name }) => role === user && name !== 'role');
  const paths = objects
    .filter(({ facts }) => facts.ownSchema)
    .flatMap(({ facts, database }) => {
      const value = find(own, database, 'search_path') ?? find(own, null, 'search_path') ?? facts.searchPath;
      if (!namesIn(value).includes('$user')) return [];
      return [
        {
          role: user,
          database,
          name: 'search_path',
          value: withoutUserVariable(value, user),
          settable: true,
        },
      ];
    });
  const replaced = (one: Setting) =>
    paths.some((path) => path.database === one.database && one.name === path.name);
  return [...own.filter((one) => !replaced(one)), ...paths];
}

function find(settings: readonly Setting[], database: string | null, name: string): string | undefined {
  return settings.find((one) => one.database === database && one.name === name)?.value;
}

function settingsFor(
  role: string,
  wanted: readonly Setting[],
  admin: AdminFacts,
  { settings }: Roles,
): Statement[] {
  const has = settings.filter((one) => one.role === role);
  return missingSettings(wanted, has).map((one) => planSetting(role, one, admin));
}

function notesOf({ user, owner, mark }: AdoptionSpec, { facts }: Roles): string[] {
  return [user, owner].flatMap((role) => {
    const comment = facts.get(role)?.comment ?? null;
    return comment === null || comment === mark
      ? []
      : [`The comment of ${identifier(role)} is replaced by the mark of this credential; it was: ${comment}`];
  });
}
