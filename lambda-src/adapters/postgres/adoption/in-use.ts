import type { Connection } from '../connection';

interface Holder {
  readonly pid: number;
  readonly what: string | null;
  readonly since: Date | null;
}

/** Who keeps a relation from being locked, in words. */
export async function inUse(connection: Connection, relation: string | null): Promise<string> {
  if (relation === null) return 'Something that was to change hands was in use.';
  // By its name as it stands in the catalogue: to_regclass is refused to an admin that may not use the schema.
  const holders = await connection.rows<Holder>(
    `SELECT DISTINCT a.pid, COALESCE(NULLIF(a.application_name, ''), a.backend_type) AS what, a.xact_start AS since
     FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a USING (pid)
     JOIN pg_catalog.pg_class c ON c.oid = l.relation JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_catalog.pg_database d ON d.oid = l.database AND d.datname = pg_catalog.current_database()
     WHERE pg_catalog.format('%I.%I', n.nspname, c.relname) = $1 AND l.granted AND a.pid <> pg_catalog.pg_backend_pid()
     ORDER BY a.xact_start LIMIT 5`,
    [relation],
  );
  const who = holders.map(({ pid, what, since }) => {
    const begun = since === null ? '' : `, in a transaction since ${since.toISOString()}`;
    return `pid ${pid} (${what ?? 'unknown'}${begun})`;
  });
  const by = who.length === 0 ? 'transactions that are over by now' : who.join('; ');
  return `${relation} was in use by ${by}.`;
}
