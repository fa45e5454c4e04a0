import type { AdoptionSpec, Batch, Statement } from '../../../ports/database';
import type { Connection } from '../connection';
import type { AdminFacts } from '../facts';
import { identifier } from '../quoting';
import {
  databaseFactsOf,
  otherObjects,
  ownedRelations,
  policiesFor,
  readersOfTheName,
  schemasOfOwned,
  unmappedServers,
  type DatabaseFacts,
  type DefaultPrivilege,
  type Grant,
  type OwnedIn,
  type OwnedRelation,
  type Policy,
} from './database-facts';
import { defaultPrivileges, grantsTo } from './grant-facts';
import { borrowing, mayLend, standingOfNobody, standings, type Standing } from './privileges';
import { inReadingOrder, spelled } from './relations';

/** What one database adds to an adoption. */
export interface ObjectsPlan {
  readonly database: string;
  readonly facts: DatabaseFacts;
  readonly notes: readonly string[];
  readonly batches: readonly Batch[];
  readonly obstacles: readonly string[];
}

/** What there is in one database, and what the admin is to whom it belongs. */
interface Handover {
  readonly admin: AdminFacts;
  readonly spec: AdoptionSpec;
  readonly database: string;
  readonly facts: DatabaseFacts;
  readonly grants: readonly Grant[];
  readonly schemas: readonly OwnedIn[];
  readonly policies: readonly Policy[];
  readonly defaults: {
    readonly own: readonly DefaultPrivilege[];
    readonly received: readonly DefaultPrivilege[];
  };
  readonly relations: readonly OwnedRelation[];
  /** How many objects besides. */
  readonly others: number;
  readonly standing: (role: string) => Standing;
}

/**
 * In one database: everything that the user may do, the owner role may do; then everything that it owns changes hands,
 * relation by relation, each in a transaction that holds one lock for an instant.
 */
export async function planObjects(
  connection: Connection,
  admin: AdminFacts,
  spec: AdoptionSpec,
  owner: Standing,
): Promise<ObjectsPlan> {
  const handover = await readHandover(connection, admin, spec, owner);
  const { facts, database, policies, relations, others } = handover;
  const names = await readersOfTheName(connection);
  return {
    database,
    facts,
    notes: names.map(
      (what) =>
        `In database ${identifier(database)}, the ${what} asks for current_user, which becomes ${identifier(spec.owner)}; session_user stays.`,
    ),
    obstacles: [...new Set([...lendingObstacles(handover), ...(await mappingObstacles(connection, spec))])],
    batches: [
      ...asEachOwner(handover),
      ...policies.map((policy) => policyBatch(handover, policy)),
      ...relations.map((relation) => ({
        ...given(handover, `ALTER ${spelled(relation)} OWNER TO ${identifier(spec.owner)}`),
        locks: relation.name,
      })),
      ...(others === 0 ? [] : [{ ...given(handover, reassign(spec)), locks: null }]),
    ],
  };
}

/** What belongs to no database is looked after once. */
const SHARED = /^(DATABASE|TABLESPACE) /;

async function readHandover(
  connection: Connection,
  admin: AdminFacts,
  spec: AdoptionSpec,
  owner: Standing,
): Promise<Handover> {
  const database = connection.target.database;
  const main = database === spec.database;
  const facts = await databaseFactsOf(connection, spec.user);
  const granted = await grantsTo(connection, spec.user, spec.owner);
  const found = {
    grants: granted.filter(({ object }) => main || !SHARED.test(object)),
    schemas: await schemasOfOwned(connection, spec.user, spec.owner),
    policies: await policiesFor(connection, spec.user, spec.owner),
    defaults: await defaultPrivileges(connection, spec.user, spec.owner),
    relations: inReadingOrder(await ownedRelations(connection, spec.user)),
    others: await otherObjects(connection, spec.user, main),
  };
  // `pg_database_owner` is whoever owns the database.
  const real = (role: string) => (role === 'pg_database_owner' ? facts.owner : role);
  const owners = [...found.grants, ...found.schemas, ...found.policies].map((one) => real(one.owner));
  const creators = found.defaults.received.map(({ creator }) => creator);
  const known = await standings(connection, admin, [...new Set([spec.user, ...owners, ...creators])]);
  const standing = (role: string): Standing =>
    (role === spec.owner ? owner : known.get(real(role))) ?? standingOfNobody(role);
  return { admin, spec, database, facts, ...found, standing };
}

/** Whose rights are needed for a statement; null where the admin's own will do. */
interface Wanted {
  readonly as: string | null;
  readonly sql: string;
}

function privilegesWanted({ spec, grants, schemas, defaults }: Handover): Wanted[] {
  return [
    ...grants.map((grant) => ({ as: grant.canGrant ? null : grant.owner, sql: grantOf(spec, grant) })),
    ...schemas.map((schema) => ({ as: schema.owner, sql: schemaGrant(spec, schema) })),
    ...defaults.own.map((entry) => ({ as: spec.owner, sql: defaultsFor(spec, entry) })),
    ...defaults.received.map((entry) => ({ as: entry.creator, sql: defaultsFor(spec, entry) })),
  ];
}

/** Roles whose rights are needed and cannot be had. */
function lendingObstacles(handover: Handover): string[] {
  const { spec, policies, relations, others, admin, standing } = handover;
  const owned = relations.length + others > 0 ? [{ as: spec.user, sql: reassign(spec) }] : [];
  const wanted = [
    ...privilegesWanted(handover),
    ...policies.map((policy) => ({ as: policy.owner, sql: policyFor(spec, policy) })),
    ...owned,
  ];
  return wanted.flatMap(({ as, sql }) => {
    if (as === null) return [];
    const { role, inherits, mayBorrow } = standing(as);
    if (inherits || mayBorrow) return [];
    const lender = identifier(role);
    return [
      `"${admin.name}" may not act as ${lender}. ${mayLend(role, admin)}; or run, as ${lender}: ${sql}`,
    ];
  });
}

/** A login on a foreign server holds a password, which nobody but its owner should copy. */
async function mappingObstacles(connection: Connection, { user, owner }: AdoptionSpec): Promise<string[]> {
  const servers = await unmappedServers(connection, user, owner);
  return servers.map(
    (server) =>
      `${identifier(user)} has a user mapping on the foreign server ${identifier(server)}, and the owner role needs one. Run, once: CREATE ROLE ${identifier(owner)} NOLOGIN, as the admin, unless it is there; and: CREATE USER MAPPING FOR ${identifier(owner)} SERVER ${identifier(server)} OPTIONS (…)`,
  );
}

/** One transaction for each role whose rights are needed. */
function asEachOwner(handover: Handover): Batch[] {
  const { admin, database, standing } = handover;
  const wanted = privilegesWanted(handover);
  const roles = [...new Set(wanted.map((one) => one.as))];
  return roles.map((role) => {
    const remedy = (sql: string) =>
      role === null ? `Run it as the owner of the object: ${sql}` : mayLend(role, admin);
    const statements = wanted
      .filter((one) => one.as === role)
      .map(({ sql }) => ({ sql, remedy: remedy(sql) }));
    const lenders = role === null ? [] : [{ standing: standing(role), set: false }];
    return { database, statements: borrowing(admin, statements, lenders) };
  });
}

/** A change of owner needs the rights of the former one, and to be able to be the new one. */
function given({ admin, spec, database, standing }: Handover, sql: string): Batch {
  const statement: Statement = { sql, remedy: mayLend(spec.user, admin) };
  const lenders = [
    { standing: standing(spec.user), set: false },
    { standing: standing(spec.owner), set: true },
  ];
  return { database, statements: borrowing(admin, [statement], lenders) };
}

function policyBatch({ admin, spec, database, standing }: Handover, policy: Policy): Batch {
  const statement = { sql: policyFor(spec, policy), remedy: mayLend(policy.owner, admin) };
  const lenders = [{ standing: standing(policy.owner), set: false }];
  return { database, statements: borrowing(admin, [statement], lenders), locks: policy.table };
}

function reassign({ user, owner }: AdoptionSpec): string {
  return `REASSIGN OWNED BY ${identifier(user)} TO ${identifier(owner)}`;
}

function grantOf({ owner }: AdoptionSpec, { privileges, object, grantable }: Grant): string {
  return `GRANT ${privileges.join(', ')} ON ${object} TO ${identifier(owner)}${grantable ? ' WITH GRANT OPTION' : ''}`;
}

/** Only who may create in a schema may be given something in it. */
function schemaGrant({ owner }: AdoptionSpec, { schema }: OwnedIn): string {
  return `GRANT USAGE, CREATE ON SCHEMA ${schema} TO ${identifier(owner)}`;
}

function policyFor({ owner }: AdoptionSpec, { name, table, roles }: Policy): string {
  const to = [...roles, owner].map((role) => (role === null ? 'PUBLIC' : identifier(role)));
  return `ALTER POLICY ${identifier(name)} ON ${table} TO ${to.join(', ')}`;
}

/** The user's for the owner role, which is who makes things from now on; others' for the owner role as for the user. */
function defaultsFor({ user, owner }: AdoptionSpec, entry: DefaultPrivilege): string {
  const { schema, objects, privileges, grantable } = entry;
  const creator = entry.creator === user ? owner : entry.creator;
  const grantee = entry.grantee === user ? owner : entry.grantee;
  const to = grantee === null ? 'PUBLIC' : identifier(grantee);
  const whose = `ALTER DEFAULT PRIVILEGES FOR ROLE ${identifier(creator)}${schema === null ? '' : ` IN SCHEMA ${schema}`}`;
  if (privileges.length === 0) return `${whose} REVOKE ALL ON ${objects} FROM ${to}`;
  return `${whose} GRANT ${privileges.join(', ')} ON ${objects} TO ${to}${grantable ? ' WITH GRANT OPTION' : ''}`;
}
