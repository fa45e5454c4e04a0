import type { Connection } from '../connection';
import { ATTRIBUTES, type AdminFacts } from '../facts';

/** What a role has by itself; no membership passes it on. */
export type Attribute = 'CREATEDB' | 'CREATEROLE' | 'REPLICATION' | 'BYPASSRLS';

/** What carrying a role over needs to know of it. */
export interface RoleProfile {
  readonly superuser: boolean;
  readonly canLogin: boolean;
  readonly inherits: boolean;
  readonly attributes: readonly Attribute[];
  readonly connectionLimit: number;
  /** ISO 8601; null where the password does not expire. */
  readonly validUntil: string | null;
  readonly comment: string | null;
}

/** A role that the adopted user is a member of. */
export interface Membership {
  readonly role: string;
  readonly admin: boolean;
  readonly inherit: boolean;
  readonly set: boolean;
  /** Whether the owner role is a member in the same way already. */
  readonly carried: boolean;
  /** Whether the admin can make it one. */
  readonly grantable: boolean;
}

/** A setting of a role, in every database (null) or in one. */
export interface Setting {
  readonly role: string;
  readonly database: string | null;
  readonly name: string;
  /** As PostgreSQL keeps it. */
  readonly value: string;
  /** Whether the admin may set it for a role. */
  readonly settable: boolean;
}

export async function roleProfiles(
  connection: Connection,
  names: readonly string[],
): Promise<ReadonlyMap<string, RoleProfile>> {
  const rows = await connection.rows<RoleProfile & { name: string }>(
    `SELECT r.rolname::text AS name, r.rolsuper AS superuser, r.rolcanlogin AS "canLogin", r.rolinherit AS inherits,
            ${ATTRIBUTES} AS attributes,
            r.rolconnlimit AS "connectionLimit",
            CASE WHEN pg_catalog.isfinite(r.rolvaliduntil) THEN r.rolvaliduntil::text END AS "validUntil",
            pg_catalog.shobj_description(r.oid, 'pg_authid') AS comment
     FROM pg_catalog.pg_roles r WHERE r.rolname::text = ANY($1::text[])`,
    [names],
  );
  return new Map(rows.map(({ name, ...profile }) => [name, profile]));
}

export async function membershipsOf(
  connection: Connection,
  admin: AdminFacts,
  user: string,
  owner: string,
): Promise<Membership[]> {
  // Before PostgreSQL 16 a membership had no options but ADMIN.
  const [inherit, set] = admin.major >= 16 ? ['m.inherit_option', 'm.set_option'] : ['true', 'true'];
  const carried =
    admin.major >= 16 ? 'o.inherit_option >= m.inherit_option AND o.set_option >= m.set_option' : 'true';
  return connection.rows<Membership>(
    `SELECT r.rolname::text AS role, m.admin_option AS admin, ${inherit} AS inherit, ${set} AS set,
            EXISTS (SELECT FROM pg_catalog.pg_auth_members o JOIN pg_catalog.pg_roles w ON w.oid = o.member
                    WHERE o.roleid = m.roleid AND w.rolname::text = $2
                      AND o.admin_option >= m.admin_option AND ${carried}) AS carried,
            pg_catalog.pg_has_role(current_user, r.oid, 'MEMBER WITH ADMIN OPTION')
              OR ($3 AND NOT r.rolsuper) AS grantable
     FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles r ON r.oid = m.roleid
     JOIN pg_catalog.pg_roles u ON u.oid = m.member
     WHERE u.rolname::text = $1 AND r.rolname::text <> $2 ORDER BY r.rolname, m.admin_option`,
    [user, owner, admin.superuser || (admin.major < 16 && admin.createRole)],
  );
}

/** Settings of these roles, but for the one that says which role sessions start as. */
export async function settingsOf(
  connection: Connection,
  admin: AdminFacts,
  roles: readonly string[],
): Promise<Setting[]> {
  // Before PostgreSQL 15 no right to make one setting could be granted.
  const granted =
    admin.major >= 15
      ? "pg_catalog.has_parameter_privilege(current_user, pg_catalog.split_part(entry, '=', 1), 'SET')"
      : String(admin.superuser);
  return connection.rows<Setting>(
    `SELECT r.rolname::text AS role, d.datname::text AS database,
            pg_catalog.split_part(entry, '=', 1) AS name,
            pg_catalog.substr(entry, pg_catalog.strpos(entry, '=') + 1) AS value,
            COALESCE(p.context NOT LIKE 'superuser%', true) OR ${granted} AS settable
     FROM pg_catalog.pg_db_role_setting s JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
     LEFT JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase
     CROSS JOIN pg_catalog.unnest(s.setconfig) entry
     LEFT JOIN pg_catalog.pg_settings p ON p.name = pg_catalog.split_part(entry, '=', 1)
     WHERE r.rolname::text = ANY($1::text[]) AND (s.setdatabase = 0 OR d.oid IS NOT NULL)
     ORDER BY d.datname NULLS FIRST, 3`,
    [roles],
  );
}

/** Databases that hold something of a role: objects of it, or privileges that it was granted. */
export async function databasesOf(connection: Connection, role: string): Promise<string[]> {
  const rows = await connection.rows<{ name: string }>(
    `SELECT DISTINCT d.datname::text AS name
     FROM pg_catalog.pg_shdepend s JOIN pg_catalog.pg_database d ON d.oid = s.dbid
     WHERE s.refclassid = 'pg_catalog.pg_authid'::regclass
       AND s.refobjid = (SELECT oid FROM pg_catalog.pg_roles WHERE rolname::text = $1) ORDER BY 1`,
    [role],
  );
  return rows.map(({ name }) => name);
}

/** Whether one role is a member of another, at whatever distance. */
export async function isMember(connection: Connection, member: string, role: string): Promise<boolean> {
  const rows = await connection.rows(
    `SELECT FROM pg_catalog.pg_roles m, pg_catalog.pg_roles r
     WHERE m.rolname::text = $1 AND r.rolname::text = $2 AND pg_catalog.pg_has_role(m.oid, r.oid, 'MEMBER')`,
    [member, role],
  );
  return rows.length > 0;
}
