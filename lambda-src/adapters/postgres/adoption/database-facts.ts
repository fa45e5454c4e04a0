import type { Connection } from '../connection';

/** The database's own facts, and what a search path without a schema of the user's name would lose. */
export interface DatabaseFacts {
  readonly owner: string;
  /** Whether there is a schema named like the user, which "$user" finds. */
  readonly ownSchema: boolean;
  /** The search path of those for whom nobody set one. */
  readonly searchPath: string;
}

/** A table, view, sequence or the like that the user owns. */
export interface OwnedRelation {
  readonly oid: string;
  /** pg_class.relkind. */
  readonly kind: 'r' | 'p' | 'v' | 'm' | 'S' | 'f';
  /** Quoted, with its schema. */
  readonly name: string;
  /** Relations that its rules read: with the rights of whoever owns it. */
  readonly reads: readonly string[];
}

/** Privileges that the user was granted on something that somebody else owns. */
export interface Grant {
  /** As GRANT spells it: `TABLE public.orders`. */
  readonly object: string;
  /** With its columns, where it was granted on some. */
  readonly privileges: readonly string[];
  readonly grantable: boolean;
  /** Whose object it is. */
  readonly owner: string;
  readonly canGrant: boolean;
}

/** A schema in which the user owns something. */
export interface OwnedIn {
  /** Quoted. */
  readonly schema: string;
  readonly owner: string;
}

/** One entry of somebody's default privileges. */
export interface DefaultPrivilege {
  /** Whose objects it is about. */
  readonly creator: string;
  /** Quoted; null for all of them. */
  readonly schema: string | null;
  /** As ALTER DEFAULT PRIVILEGES spells it. */
  readonly objects: string;
  /** Empty where nothing is left to PUBLIC that it would have by default. */
  readonly privileges: readonly string[];
  /** Null for PUBLIC. */
  readonly grantee: string | null;
  readonly grantable: boolean;
}

/** A row security policy that names the user. */
export interface Policy {
  readonly name: string;
  /** Quoted, with its schema. */
  readonly table: string;
  readonly owner: string;
  /** Null for PUBLIC. */
  readonly roles: readonly (string | null)[];
}

export async function databaseFactsOf(connection: Connection, user: string): Promise<DatabaseFacts> {
  const [row] = await connection.rows<DatabaseFacts>(
    `SELECT pg_catalog.pg_get_userbyid(d.datdba)::text AS owner,
            EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname::text = $1) AS "ownSchema",
            COALESCE(
              (SELECT pg_catalog.substr(entry, 13) FROM pg_catalog.pg_db_role_setting s, pg_catalog.unnest(s.setconfig) entry
               WHERE s.setdatabase = d.oid AND s.setrole = 0 AND entry LIKE 'search\\_path=%'),
              (SELECT boot_val FROM pg_catalog.pg_settings WHERE name = 'search_path')) AS "searchPath"
     FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()`,
    [user],
  );
  if (row === undefined) throw new Error('a session is in no database');
  return row;
}

/** Without sequences that belong to a column, which follow their table. */
export async function ownedRelations(connection: Connection, user: string): Promise<OwnedRelation[]> {
  return connection.rows<OwnedRelation>(
    `SELECT c.oid::text AS oid, c.relkind::text AS kind,
            pg_catalog.format('%I.%I', n.nspname, c.relname) AS name,
            ARRAY(SELECT DISTINCT d.refobjid::text
                  FROM pg_catalog.pg_rewrite w JOIN pg_catalog.pg_depend d
                    ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = w.oid
                   AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid <> c.oid
                  WHERE w.ev_class = c.oid) AS reads
     FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_catalog.pg_roles r ON r.oid = c.relowner
     WHERE r.rolname::text = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND n.nspname !~ '^pg_(toast|temp)'
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                       WHERE c.relkind = 'S' AND d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid
                         AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.deptype IN ('a', 'i'))
     ORDER BY c.oid`,
    [user],
  );
}

/**
 * How many objects of the user are none of {@link ownedRelations} and none that follow them.
 * @param shared whether to count what belongs to no database, such as databases themselves
 */
export async function otherObjects(connection: Connection, user: string, shared: boolean): Promise<number> {
  const [row] = await connection.rows<{ count: number }>(
    `SELECT count(*)::int AS count FROM pg_catalog.pg_shdepend s
     LEFT JOIN pg_catalog.pg_class c ON s.classid = 'pg_catalog.pg_class'::regclass AND c.oid = s.objid
     WHERE s.refclassid = 'pg_catalog.pg_authid'::regclass AND s.deptype = 'o'
       AND s.refobjid = (SELECT oid FROM pg_catalog.pg_roles WHERE rolname::text = $1)
       AND (s.dbid = 0 AND $2
            OR s.dbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()))
       AND s.classid NOT IN ('pg_catalog.pg_default_acl'::regclass, 'pg_catalog.pg_user_mapping'::regclass)
       AND (c.oid IS NULL OR c.relkind NOT IN ('r', 'p', 'v', 'm', 'S', 'f', 'i', 'I', 't'))`,
    [user, shared],
  );
  return row?.count ?? 0;
}

export async function schemasOfOwned(
  connection: Connection,
  user: string,
  owner: string,
): Promise<OwnedIn[]> {
  // Before PostgreSQL 15 everybody may create in the schema public, which belongs to a superuser.
  return connection.rows<OwnedIn>(
    `SELECT DISTINCT pg_catalog.quote_ident(n.nspname) AS schema, pg_catalog.pg_get_userbyid(n.nspowner)::text AS owner
     FROM pg_catalog.pg_shdepend s
     CROSS JOIN pg_catalog.pg_identify_object(s.classid, s.objid, 0) i
     JOIN pg_catalog.pg_namespace n ON pg_catalog.quote_ident(n.nspname) = i.schema
     WHERE s.refclassid = 'pg_catalog.pg_authid'::regclass AND s.deptype = 'o'
       AND s.refobjid = (SELECT oid FROM pg_catalog.pg_roles WHERE rolname::text = $1)
       AND s.dbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
       AND n.nspname !~ '^pg_(toast|temp)'
       AND NOT pg_catalog.has_schema_privilege('public', n.oid, 'CREATE')
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_roles o WHERE o.rolname::text = $2
                       AND pg_catalog.has_schema_privilege(o.oid, n.oid, 'CREATE'))
     ORDER BY 1`,
    [user, owner],
  );
}

export async function policiesFor(connection: Connection, user: string, owner: string): Promise<Policy[]> {
  return connection.rows<Policy>(
    `SELECT p.polname::text AS name, pg_catalog.format('%I.%I', n.nspname, c.relname) AS table,
            pg_catalog.pg_get_userbyid(c.relowner)::text AS owner,
            ARRAY(SELECT CASE WHEN o = 0 THEN NULL ELSE pg_catalog.pg_get_userbyid(o)::text END
                  FROM pg_catalog.unnest(p.polroles) o) AS roles
     FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE (SELECT oid FROM pg_catalog.pg_roles WHERE rolname::text = $1) = ANY(p.polroles)
       AND NOT COALESCE((SELECT oid FROM pg_catalog.pg_roles WHERE rolname::text = $2) = ANY(p.polroles), false)
     ORDER BY 2, 1`,
    [user, owner],
  );
}

/** Foreign servers on which the user, but not the owner role, has a login of its own. */
export async function unmappedServers(
  connection: Connection,
  user: string,
  owner: string,
): Promise<string[]> {
  const rows = await connection.rows<{ server: string }>(
    `SELECT DISTINCT m.srvname::text AS server FROM pg_catalog.pg_user_mappings m WHERE m.usename::text = $1
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_user_mappings o WHERE o.srvid = m.srvid AND o.usename::text = $2)`,
    [user, owner],
  );
  return rows.map(({ server }) => server);
}

/** Policies and column defaults that ask for `current_user`, which becomes the owner role. */
export async function readersOfTheName(connection: Connection): Promise<string[]> {
  const rows = await connection.rows<{ what: string }>(
    `SELECT pg_catalog.format('policy %I on %I.%I', policyname, schemaname, tablename) AS what FROM pg_catalog.pg_policies
     WHERE pg_catalog.concat(qual, ' ', with_check) ~* '(current_user|current_role|\\muser\\M)'
     UNION ALL
     SELECT pg_catalog.format('default of %I.%I.%I', n.nspname, c.relname, a.attname)
     FROM pg_catalog.pg_attrdef d JOIN pg_catalog.pg_class c ON c.oid = d.adrelid
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.adnum
     WHERE pg_catalog.pg_get_expr(d.adbin, d.adrelid) ~* '^\\(*(current_user|current_role|\\muser\\M)' ORDER BY 1`,
  );
  return rows.map(({ what }) => what);
}
