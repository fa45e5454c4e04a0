import type { Statement } from '../../../ports/database';
import type { Connection } from '../connection';
import type { AdminFacts } from '../facts';
import { identifier } from '../quoting';

/** What the admin is to a role whose rights it needs for a moment. */
export interface Standing {
  readonly role: string;
  /** Has its privileges already. */
  readonly inherits: boolean;
  /** May SET ROLE to it, as giving an object to it asks for. */
  readonly maySet: boolean;
  /** May grant it to itself. */
  readonly mayBorrow: boolean;
  /** What it granted to itself before, as `createrole_self_grant` does: to be found again as it was. */
  readonly own: { readonly inherit: boolean; readonly set: boolean } | null;
}

/** Of a role that the admin has yet to make: who makes a role may grant it. */
export function standingOfNew(role: string, admin: AdminFacts): Standing {
  return { role, inherits: admin.superuser, maySet: admin.superuser, mayBorrow: true, own: null };
}

/** Of a role that there is not. */
export function standingOfNobody(role: string): Standing {
  return { role, inherits: false, maySet: false, mayBorrow: false, own: null };
}

/** What the admin is to each of these roles; those that do not exist are missing. */
export async function standings(
  connection: Connection,
  admin: AdminFacts,
  roles: readonly string[],
): Promise<ReadonlyMap<string, Standing>> {
  // Before PostgreSQL 16 every member may SET ROLE, and CREATEROLE grants every role that is no superuser. A membership was
  // one for all grantors, and who had it and inherits has the privileges already.
  const own =
    admin.major >= 16
      ? `(SELECT pg_catalog.json_build_object('inherit', m.inherit_option, 'set', m.set_option)
          FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles a ON a.oid = m.member AND a.oid = m.grantor
          WHERE m.roleid = r.oid AND a.rolname = current_user)`
      : 'NULL';
  const rows = await connection.rows<Standing>(
    `SELECT r.rolname::text AS role,
            pg_catalog.pg_has_role(current_user, r.oid, 'USAGE') AS inherits,
            pg_catalog.pg_has_role(current_user, r.oid, $2) AS "maySet",
            NOT r.rolsuper AND r.rolname <> 'pg_database_owner' AND (
              pg_catalog.pg_has_role(current_user, r.oid, 'MEMBER WITH ADMIN OPTION') OR $3) AS "mayBorrow",
            ${own} AS own
     FROM pg_catalog.pg_roles r WHERE r.rolname::text = ANY($1::text[])`,
    [roles, admin.major >= 16 ? 'SET' : 'MEMBER', admin.major < 16 && admin.createRole],
  );
  return new Map(rows.map((row) => [row.role, row]));
}

/** Statements with the privileges of some roles, borrowed and given back in the same transaction. */
export function borrowing(
  admin: AdminFacts,
  statements: readonly Statement[],
  roles: readonly { readonly standing: Standing; readonly set: boolean }[],
): Statement[] {
  const missing = roles.filter(({ standing, set }) => !standing.inherits || (set && !standing.maySet));
  const modern = admin.major >= 16;
  const borrow = missing.map(({ standing: { role, own }, set }) => ({
    sql: `GRANT ${identifier(role)} TO CURRENT_USER${modern ? options(true, set || own?.set === true) : ''}`,
    remedy: mayLend(role, admin),
  }));
  const giveBack = missing.map(({ standing: { role, own } }) => ({
    sql:
      own === null
        ? `REVOKE ${identifier(role)} FROM CURRENT_USER${modern ? ' GRANTED BY CURRENT_USER' : ''}`
        : `GRANT ${identifier(role)} TO CURRENT_USER${options(own.inherit, own.set)}`,
    remedy: mayLend(role, admin),
  }));
  return [...borrow, ...statements, ...giveBack.reverse()];
}

function options(inherit: boolean, set: boolean): string {
  return ` WITH INHERIT ${inherit ? 'TRUE' : 'FALSE'}, SET ${set ? 'TRUE' : 'FALSE'}`;
}

/** What to run where the admin may not borrow a role. */
export function mayLend(role: string, { name, major }: Pick<AdminFacts, 'name' | 'major'>): string {
  const how = major >= 16 ? 'WITH ADMIN TRUE, INHERIT FALSE, SET FALSE' : 'WITH ADMIN OPTION';
  return `Run, as a role that may: GRANT ${identifier(role)} TO ${identifier(name)} ${how}`;
}
