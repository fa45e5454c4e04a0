import { DatabaseError } from '../../ports/database';
import type { Connection } from './connection';

/** What the server says of the admin that asks. */
export interface AdminFacts {
  readonly name: string;
  readonly superuser: boolean;
  readonly createRole: boolean;
  readonly seesSessions: boolean;
  /** Whether it may end the sessions of every user that is no superuser. */
  readonly signalsSessions: boolean;
  /** False for NOINHERIT: before PostgreSQL 16, its memberships then give it no rights. */
  readonly inherits: boolean;
  /** What it has by itself: since PostgreSQL 16 it can give nothing else. */
  readonly attributes: readonly string[];
  /** For instance `17.10`. */
  readonly version: string;
  /** For instance 17. */
  readonly major: number;
}

/** What the server says of a role, as the admin sees it. */
export interface RoleFacts {
  readonly name: string;
  readonly canLogin: boolean;
  readonly connectionLimit: number;
  readonly comment: string | null;
  /** The role that its sessions start as, if any. */
  readonly startsAs: string | null;
  /** Whether the admin holds ADMIN OPTION on it; superusers always do. */
  readonly adminOption: boolean;
}

/** What the server says of a database and what the owner role may do in it. */
export interface DatabaseFacts {
  readonly owner: string;
  /** Whether the owner role was granted CONNECT by name, not as part of PUBLIC. */
  readonly connectGranted: boolean;
  /** Whether the admin can grant privileges on the database. */
  readonly grantable: boolean;
}

/** Attributes of a role `r` that no membership passes on. */
export const ATTRIBUTES = `pg_catalog.array_remove(ARRAY[
  CASE WHEN r.rolcreatedb THEN 'CREATEDB' END, CASE WHEN r.rolcreaterole THEN 'CREATEROLE' END,
  CASE WHEN r.rolreplication THEN 'REPLICATION' END, CASE WHEN r.rolbypassrls THEN 'BYPASSRLS' END], NULL)`;

export async function adminFacts(connection: Connection): Promise<AdminFacts> {
  const [row] = await connection.rows<Omit<AdminFacts, 'major'> & { number: number }>(`
    SELECT r.rolname::text AS name, r.rolsuper AS superuser, r.rolcreaterole AS "createRole",
           r.rolinherit AS inherits,
           pg_catalog.pg_has_role(r.oid, 'pg_read_all_stats', 'USAGE') AS "seesSessions",
           pg_catalog.pg_has_role(r.oid, 'pg_signal_backend', 'USAGE') AS "signalsSessions", ${ATTRIBUTES} AS attributes,
           pg_catalog.split_part(pg_catalog.current_setting('server_version'), ' ', 1) AS version,
           pg_catalog.current_setting('server_version_num')::int AS number
    FROM pg_catalog.pg_roles r WHERE r.rolname = current_user`);
  if (row === undefined) throw new DatabaseError('other', 'The admin is not in pg_roles.');
  const { number, ...facts } = row;
  return { ...facts, major: Math.trunc(number / 10_000) };
}

/** The roles of these names that exist. */
export async function roleFacts(
  connection: Connection,
  names: readonly string[],
): Promise<ReadonlyMap<string, RoleFacts>> {
  const rows = await connection.rows<RoleFacts>(
    `SELECT r.rolname::text AS name, r.rolcanlogin AS "canLogin", r.rolconnlimit AS "connectionLimit",
            pg_catalog.shobj_description(r.oid, 'pg_authid') AS comment,
            (SELECT pg_catalog.substr(setting, 6) FROM pg_catalog.unnest(r.rolconfig) setting
             WHERE setting LIKE 'role=%') AS "startsAs",
            pg_catalog.pg_has_role(current_user, r.oid, 'MEMBER WITH ADMIN OPTION') AS "adminOption"
     FROM pg_catalog.pg_roles r WHERE r.rolname::text = ANY($1::text[])`,
    [names],
  );
  return new Map(rows.map((row) => [row.name, row]));
}

/** @throws DatabaseError `unknown-database` */
export async function databaseFacts(
  connection: Connection,
  database: string,
  ownerRole: string,
): Promise<DatabaseFacts> {
  const [row] = await connection.rows<DatabaseFacts>(
    `SELECT pg_catalog.pg_get_userbyid(d.datdba)::text AS owner,
            EXISTS (SELECT FROM pg_catalog.aclexplode(d.datacl) a JOIN pg_catalog.pg_roles r ON r.oid = a.grantee
                    WHERE r.rolname::text = $2 AND a.privilege_type = 'CONNECT') AS "connectGranted",
            pg_catalog.has_database_privilege(d.oid, 'CONNECT WITH GRANT OPTION') AS grantable
     FROM pg_catalog.pg_database d WHERE d.datname::text = $1`,
    [database, ownerRole],
  );
  if (row !== undefined) return row;
  const { host, port } = connection.target.endpoint;
  throw new DatabaseError(
    'unknown-database',
    `There is no database "${database}" on ${host}:${port}. Check the database name in the configuration, or create it.`,
  );
}

/** Whether a role is a member of another one: with its privileges, and able to SET ROLE to it. */
export async function membership(
  connection: Connection,
  member: string,
  role: string,
  major: number,
): Promise<{ readonly inherits: boolean; readonly maySet: boolean }> {
  // Before PostgreSQL 16 every member may SET ROLE.
  const maySet = major >= 16 ? 'SET' : 'MEMBER';
  const [row] = await connection.rows<{ inherits: boolean; maySet: boolean }>(
    `SELECT pg_catalog.pg_has_role(m.oid, r.oid, 'USAGE') AS inherits,
            pg_catalog.pg_has_role(m.oid, r.oid, $3) AS "maySet"
     FROM pg_catalog.pg_roles m, pg_catalog.pg_roles r WHERE m.rolname::text = $1 AND r.rolname::text = $2`,
    [member, role, maySet],
  );
  return row ?? { inherits: false, maySet: false };
}
