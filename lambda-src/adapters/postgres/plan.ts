import { DatabaseError, type OwnerSpec, type Statement, type UserSpec } from '../../ports/database';
import { borrowing, type Standing } from './adoption/privileges';
import type { AdminFacts, DatabaseFacts, RoleFacts } from './facts';
import { identifier, literal } from './quoting';

/** Pure: what is wanted and what is there, to the statements that are missing. */

/** Creates, or checks and corrects, the owner role. @throws DatabaseError `unmarked-role` */
export function planOwnerRole(spec: OwnerSpec, admin: AdminFacts, found: RoleFacts | undefined): Statement[] {
  const owner = identifier(spec.owner);
  if (found === undefined) return createRole(spec.owner, 'NOLOGIN', spec.mark, admin);
  const mark = planMark(found, spec, admin);
  return found.canLogin
    ? [...mark, { sql: `ALTER ROLE ${owner} NOLOGIN`, remedy: mayAlter(spec.owner, admin) }]
    : mark;
}

/**
 * Gives the database to the owner role. The admin stays a member of it: it gives up its own rights as the
 * database's owner, and must go on administering it.
 */
export function planDatabaseOwnership(spec: OwnerSpec, admin: AdminFacts, found: DatabaseFacts): Statement[] {
  if (!spec.ownDatabase || found.owner === spec.owner) return [];
  const owner = identifier(spec.owner);
  const database = identifier(spec.database);
  const join: Statement = {
    sql: `GRANT ${owner} TO CURRENT_USER${admin.major >= 16 ? ' WITH INHERIT TRUE, SET TRUE' : ''}`,
    remedy: mayGrant(spec.owner, admin),
  };
  const give: Statement = {
    sql: `ALTER DATABASE ${database} OWNER TO ${owner}`,
    remedy:
      `"${admin.name}" must own the database and have CREATEDB. Run, as its owner: ` +
      `ALTER DATABASE ${database} OWNER TO ${identifier(admin.name)}; ALTER ROLE ${identifier(admin.name)} CREATEDB`,
  };
  return admin.superuser ? [give] : [join, give];
}

/** CONNECT and TEMPORARY for an owner role that does not own the database, where the admin can grant them. */
export function planDatabaseGrants(spec: OwnerSpec, found: DatabaseFacts): Statement[] {
  if (spec.ownDatabase || found.connectGranted || !found.grantable) return [];
  const database = identifier(spec.database);
  const sql = `GRANT CONNECT, TEMPORARY ON DATABASE ${database} TO ${identifier(spec.owner)}`;
  return [{ sql, remedy: `Run, as the owner of the database: ${sql}` }];
}

/**
 * Creates, or checks and corrects, a user and its membership. LOGIN comes with a new password only: a role that was
 * locked out must not log in with the former one for a moment. @throws DatabaseError `unmarked-role`
 */
export function planUserRole(
  spec: UserSpec,
  admin: AdminFacts,
  found: RoleFacts | undefined,
  member: { readonly inherits: boolean; readonly maySet: boolean },
): Statement[] {
  const user = identifier(spec.user);
  const role =
    found === undefined ? createRole(spec.user, 'LOGIN', spec.mark, admin) : planMark(found, spec, admin);
  if (member.inherits && member.maySet) return role;
  const sql = `GRANT ${identifier(spec.owner)} TO ${user}${admin.major >= 16 ? ' WITH INHERIT TRUE, SET TRUE' : ''}`;
  return [...role, { sql, remedy: mayGrant(spec.owner, admin) }];
}

const OBJECTS = ['TABLES', 'SEQUENCES', 'ROUTINES', 'TYPES', 'SCHEMAS'] as const;

/**
 * What the user makes while it is not the owner role (after SET ROLE NONE) is open to the owner role. Only
 * who has a role's privileges may set its default privileges, so the admin borrows them for the moment.
 */
export function planDefaultPrivileges(spec: UserSpec, admin: AdminFacts, standing: Standing): Statement[] {
  const user = identifier(spec.user);
  const statements = OBJECTS.map((objects) => ({
    sql: `ALTER DEFAULT PRIVILEGES FOR ROLE ${user} GRANT ALL ON ${objects} TO ${identifier(spec.owner)}`,
    remedy: mayAlter(spec.user, admin),
  }));
  return borrowing(admin, statements, [{ standing, set: false }]);
}

/** Sessions of the user start as the owner role. */
export function planStartsAs(spec: UserSpec, admin: AdminFacts): Statement {
  return {
    sql: `ALTER ROLE ${identifier(spec.user)} SET role TO ${literal(spec.owner)}`,
    remedy: mayAlter(spec.user, admin),
  };
}

/** What to do where the admin may not alter a role. */
export function mayAlter(role: string, { name, major }: Pick<AdminFacts, 'name' | 'major'>): string {
  const right =
    major >= 16
      ? `GRANT ${identifier(role)} TO ${identifier(name)} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE; ALTER ROLE ${identifier(name)} CREATEROLE`
      : `ALTER ROLE ${identifier(name)} CREATEROLE`;
  return `Run, as a role that may (on RDS, the master user): ${right}. On RDS with rds.restrict_password_commands, also: GRANT rds_password TO ${identifier(name)}`;
}

/** What to do where the admin may not grant a role. */
export function mayGrant(role: string, { name }: AdminFacts): string {
  return `Run, as a role that may: GRANT ${identifier(role)} TO ${identifier(name)} WITH ADMIN OPTION`;
}

/** Role and mark belong into one transaction: a role without its mark would be refused for ever. */
function createRole(role: string, login: 'LOGIN' | 'NOLOGIN', mark: string, admin: AdminFacts): Statement[] {
  const remedy = `Run, as a role that may: ALTER ROLE ${identifier(admin.name)} CREATEROLE`;
  return [
    { sql: `CREATE ROLE ${identifier(role)} ${login}`, remedy },
    { sql: `COMMENT ON ROLE ${identifier(role)} IS ${literal(mark)}`, remedy },
  ];
}

/** @throws DatabaseError `unmarked-role`, unless it is to be taken over */
function planMark(
  found: RoleFacts,
  { mark, takesOver = false }: Pick<UserSpec, 'mark' | 'takesOver'>,
  admin: AdminFacts,
): Statement[] {
  if (found.comment === mark) return [];
  const role = identifier(found.name);
  if (takesOver)
    return [{ sql: `COMMENT ON ROLE ${role} IS ${literal(mark)}`, remedy: mayAlter(found.name, admin) }];
  throw new DatabaseError(
    'unmarked-role',
    `The role ${role} exists and is not marked as this credential's (its comment is ${
      found.comment === null ? 'missing' : `"${found.comment}"`
    }). Choose another name; or, if Tandem is to manage it, run: COMMENT ON ROLE ${role} IS ${literal(mark)}`,
  );
}
