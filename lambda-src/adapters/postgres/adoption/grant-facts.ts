import type { Connection } from '../connection';
import type { DefaultPrivilege, Grant } from './database-facts';

/** Everything that can be granted, with its access list. Source: PostgreSQL documentation, "Privileges". */
const ACCESS_LISTS = `
  SELECT 'pg_catalog.pg_class'::regclass AS class, oid AS object, 0 AS sub, relacl AS acl, relowner AS owner FROM pg_catalog.pg_class
  UNION ALL SELECT 'pg_catalog.pg_class'::regclass, c.oid, a.attnum, a.attacl, c.relowner
    FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
  UNION ALL SELECT 'pg_catalog.pg_proc'::regclass, oid, 0, proacl, proowner FROM pg_catalog.pg_proc
  UNION ALL SELECT 'pg_catalog.pg_type'::regclass, oid, 0, typacl, typowner FROM pg_catalog.pg_type
  UNION ALL SELECT 'pg_catalog.pg_namespace'::regclass, oid, 0, nspacl, nspowner FROM pg_catalog.pg_namespace
  UNION ALL SELECT 'pg_catalog.pg_language'::regclass, oid, 0, lanacl, lanowner FROM pg_catalog.pg_language
  UNION ALL SELECT 'pg_catalog.pg_foreign_data_wrapper'::regclass, oid, 0, fdwacl, fdwowner FROM pg_catalog.pg_foreign_data_wrapper
  UNION ALL SELECT 'pg_catalog.pg_foreign_server'::regclass, oid, 0, srvacl, srvowner FROM pg_catalog.pg_foreign_server
  UNION ALL SELECT 'pg_catalog.pg_largeobject'::regclass, oid, 0, lomacl, lomowner FROM pg_catalog.pg_largeobject_metadata
  UNION ALL SELECT 'pg_catalog.pg_database'::regclass, oid, 0, datacl, datdba FROM pg_catalog.pg_database
  UNION ALL SELECT 'pg_catalog.pg_tablespace'::regclass, oid, 0, spcacl, spcowner FROM pg_catalog.pg_tablespace`;

/** Privileges of the user on what others own, as far as the owner role lacks them. */
export async function grantsTo(connection: Connection, user: string, owner: string): Promise<Grant[]> {
  return connection.rows<Grant>(
    `WITH lists AS (SELECT * FROM (${ACCESS_LISTS}) every WHERE acl IS NOT NULL),
          granted AS (
            SELECT l.class, l.object, l.sub, l.owner, x.privilege_type AS privilege, bool_or(x.is_grantable) AS grantable
            FROM lists l CROSS JOIN pg_catalog.aclexplode(l.acl) x
            JOIN pg_catalog.pg_roles u ON u.oid = x.grantee
            WHERE u.rolname::text = $1 AND l.owner <> u.oid
              AND NOT EXISTS (SELECT FROM pg_catalog.aclexplode(l.acl) h JOIN pg_catalog.pg_roles o ON o.oid = h.grantee
                              WHERE o.rolname::text = $2 AND h.privilege_type = x.privilege_type
                                AND h.is_grantable >= x.is_grantable)
            GROUP BY 1, 2, 3, 4, 5)
     SELECT CASE i.type
              WHEN 'table' THEN 'TABLE ' WHEN 'view' THEN 'TABLE ' WHEN 'materialized view' THEN 'TABLE '
              WHEN 'foreign table' THEN 'TABLE ' WHEN 'sequence' THEN 'SEQUENCE ' WHEN 'schema' THEN 'SCHEMA '
              WHEN 'function' THEN 'ROUTINE ' WHEN 'procedure' THEN 'ROUTINE ' WHEN 'aggregate' THEN 'ROUTINE '
              WHEN 'type' THEN 'TYPE ' WHEN 'language' THEN 'LANGUAGE ' WHEN 'database' THEN 'DATABASE '
              WHEN 'foreign-data wrapper' THEN 'FOREIGN DATA WRAPPER ' WHEN 'server' THEN 'FOREIGN SERVER '
              WHEN 'large object' THEN 'LARGE OBJECT ' WHEN 'tablespace' THEN 'TABLESPACE '
              ELSE upper(i.type) || ' ' END || i.identity AS object,
            pg_catalog.array_agg(g.privilege || COALESCE(' (' || pg_catalog.quote_ident(a.attname) || ')', '')
                                 ORDER BY g.sub, g.privilege) AS privileges,
            g.grantable, pg_catalog.pg_get_userbyid(g.owner)::text AS owner,
            pg_catalog.pg_has_role(current_user, g.owner, 'USAGE') AS "canGrant"
     FROM granted g CROSS JOIN pg_catalog.pg_identify_object(g.class, g.object, 0) i
     LEFT JOIN pg_catalog.pg_attribute a ON g.sub > 0 AND a.attrelid = g.object AND a.attnum = g.sub
     GROUP BY i.type, i.identity, g.grantable, g.owner ORDER BY 1, 3`,
    [user, owner],
  );
}

const OBJECTS = `CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'ROUTINES'
  WHEN 'T' THEN 'TYPES' WHEN 'n' THEN 'SCHEMAS' ELSE 'LARGE OBJECTS' END`;

/** Default privileges for what the user makes, and of what others make for the user, that the owner role lacks. */
export async function defaultPrivileges(
  connection: Connection,
  user: string,
  owner: string,
): Promise<{ readonly own: DefaultPrivilege[]; readonly received: DefaultPrivilege[] }> {
  const rows = await connection.rows<DefaultPrivilege>(
    `WITH entries AS (
       SELECT d.defaclrole AS creator, d.defaclnamespace AS space, ${OBJECTS} AS objects, x.grantee,
              x.privilege_type AS privilege, x.is_grantable AS grantable
       FROM pg_catalog.pg_default_acl d CROSS JOIN pg_catalog.aclexplode(d.defaclacl) x),
     named AS (
       SELECT (SELECT oid FROM pg_catalog.pg_roles WHERE rolname::text = $1) AS adopted,
              (SELECT oid FROM pg_catalog.pg_roles WHERE rolname::text = $2) AS owner),
     wanted AS (
       SELECT e.creator, e.space, e.objects, e.grantee, e.privilege, e.grantable FROM entries e, named n
       WHERE (e.creator = n.adopted) <> (e.grantee = n.adopted) AND e.grantee IS DISTINCT FROM n.owner
         AND NOT EXISTS (SELECT FROM entries h
           WHERE h.space = e.space AND h.objects = e.objects AND h.privilege = e.privilege AND h.grantable >= e.grantable
             AND h.creator = CASE WHEN e.creator = n.adopted THEN n.owner ELSE e.creator END
             AND h.grantee = CASE WHEN e.grantee = n.adopted THEN n.owner ELSE e.grantee END)
         AND NOT (e.grantee = 0 AND e.space = 0 AND e.objects IN ('ROUTINES', 'TYPES')
                  AND NOT EXISTS (SELECT FROM entries h WHERE h.creator = n.owner AND h.space = 0 AND h.objects = e.objects))
       UNION ALL
       SELECT DISTINCT e.creator, e.space, e.objects, 0::oid, NULL, false FROM entries e, named n
       WHERE e.creator = n.adopted AND e.space = 0 AND e.objects IN ('ROUTINES', 'TYPES')
         AND NOT EXISTS (SELECT FROM entries p WHERE p.creator = e.creator AND p.space = 0 AND p.objects = e.objects AND p.grantee = 0)
         AND (NOT EXISTS (SELECT FROM entries h WHERE h.creator = n.owner AND h.space = 0 AND h.objects = e.objects)
              OR EXISTS (SELECT FROM entries h WHERE h.creator = n.owner AND h.space = 0 AND h.objects = e.objects AND h.grantee = 0)))
     SELECT pg_catalog.pg_get_userbyid(w.creator)::text AS creator, pg_catalog.quote_ident(s.nspname) AS schema, w.objects,
            COALESCE(pg_catalog.array_agg(w.privilege ORDER BY w.privilege) FILTER (WHERE w.privilege IS NOT NULL), '{}') AS privileges,
            CASE WHEN w.grantee <> 0 THEN pg_catalog.pg_get_userbyid(w.grantee)::text END AS grantee, w.grantable
     FROM wanted w LEFT JOIN pg_catalog.pg_namespace s ON s.oid = w.space
     GROUP BY w.creator, s.nspname, w.objects, w.grantee, w.grantable ORDER BY 1, 2, 3, 5`,
    [user, owner],
  );
  return {
    own: rows.filter(({ creator }) => creator === user),
    received: rows.filter(({ creator }) => creator !== user),
  };
}
