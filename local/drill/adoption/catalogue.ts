import type { PostgresServer } from '../../postgres/server';

/** Roles, memberships and settings, as far as an adoption could change them. */
const ROLES = `
  SELECT r.*, pg_catalog.shobj_description(r.oid, 'pg_authid') AS comment,
         ARRAY(SELECT (m.roleid::regrole, m.member::regrole, m.grantor::regrole, m.admin_option)::text
               FROM pg_auth_members m WHERE r.oid IN (m.roleid, m.member) ORDER BY 1) AS memberships,
         ARRAY(SELECT s::text FROM pg_db_role_setting s WHERE s.setrole = r.oid ORDER BY 1) AS settings
  FROM pg_roles r WHERE r.rolname LIKE $1 ORDER BY r.rolname`;

/** Owners and privileges of everything in one database. */
const OBJECTS = `
  SELECT 'class' AS kind, oid::regclass::text AS name, relowner::regrole::text AS owner, relacl::text AS acl FROM pg_class
  UNION ALL SELECT 'proc', oid::regprocedure::text, proowner::regrole::text, proacl::text FROM pg_proc
  UNION ALL SELECT 'type', oid::regtype::text, typowner::regrole::text, typacl::text FROM pg_type
  UNION ALL SELECT 'schema', nspname::text, nspowner::regrole::text, nspacl::text FROM pg_namespace
  UNION ALL SELECT 'database', datname::text, datdba::regrole::text, datacl::text FROM pg_database
  UNION ALL SELECT 'default', defaclrole::regrole::text || defaclnamespace || defaclobjtype::text, '', defaclacl::text
    FROM pg_default_acl
  UNION ALL SELECT 'policy', polname::text || polrelid::regclass, '', polroles::regrole[]::text FROM pg_policy
  ORDER BY 1, 2, 3`;

/** Roles, and everything in a database with its owner and privileges. */
export type Catalogue = readonly [roles: readonly object[], objects: readonly CatalogueObject[]];

interface CatalogueObject {
  readonly kind: string;
  readonly name: string;
  /** Empty where the owner is a part of the name. */
  readonly owner: string;
  readonly acl: string | null;
}

/** Everything that a server keeps of owners, privileges and roles, for a comparison. */
export async function catalogue(
  server: Pick<PostgresServer, 'query'>,
  { database, roles = '%' }: { readonly database: string; readonly roles?: string },
): Promise<Catalogue> {
  return [await server.query(ROLES, [roles]), await server.query<CatalogueObject>(OBJECTS, [], database)];
}
