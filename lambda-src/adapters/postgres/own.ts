import type { Connection } from './connection';

/**
 * What a role has for itself, in words that are the same for another role that has the same. Default privileges and
 * memberships in it are left out: they are what a user of Tandem has. Source: PostgreSQL, "System Catalogs", pg_shdepend
 * (`a`: named in an ACL, `o`: owner), pg_db_role_setting and pg_auth_members.
 */
const OWN = `
  WITH it AS (SELECT * FROM pg_catalog.pg_roles WHERE rolname = $1), named AS (
    SELECT deptype, coalesce(
      CASE WHEN dbid IN (0, (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()))
        THEN pg_catalog.pg_describe_object(classid, objid, objsubid) END,
      'object ' || objid || ' of database ' || dbid) AS thing
    FROM pg_catalog.pg_shdepend, it
    WHERE refclassid = 'pg_catalog.pg_authid'::regclass AND refobjid = it.oid
      AND classid NOT IN ('pg_catalog.pg_default_acl'::regclass, 'pg_catalog.pg_auth_members'::regclass))
  SELECT 'CONNECTION LIMIT ' || rolconnlimit AS own FROM it WHERE rolconnlimit >= 0
  UNION ALL SELECT 'VALID UNTIL ' || rolvaliduntil FROM it WHERE rolvaliduntil < 'infinity'
  UNION ALL SELECT attribute FROM it, LATERAL (VALUES (rolcreatedb, 'CREATEDB'), (rolcreaterole, 'CREATEROLE'),
    (rolreplication, 'REPLICATION'), (rolbypassrls, 'BYPASSRLS'), (rolsuper, 'SUPERUSER')) held (has, attribute) WHERE has
  UNION ALL SELECT 'SET ' || setting FROM pg_catalog.pg_db_role_setting, it, unnest(setconfig) setting
    WHERE setrole = it.oid AND setting NOT LIKE 'role=%'
  UNION ALL SELECT 'membership in ' || granted.rolname FROM pg_catalog.pg_auth_members
    JOIN pg_catalog.pg_roles granted ON granted.oid = roleid JOIN it ON it.oid = member WHERE granted.rolname <> $2
  UNION ALL SELECT 'a grant on ' || thing FROM named WHERE deptype = 'a'
  UNION ALL SELECT 'ownership of ' || thing FROM named WHERE deptype = 'o'
  ORDER BY 1`;

/** @param owner the owner role, whose members both users are */
export async function ownOf(connection: Connection, role: string, owner: string): Promise<readonly string[]> {
  const rows = await connection.rows<{ own: string }>(OWN, [role, owner]);
  return rows.map(({ own }) => own);
}
