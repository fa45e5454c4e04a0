import type { Connection } from '../connection';

interface Holder {
  readonly pid: number;
  readonly what: string | null;
  readonly since: Date | null;
}

/** Who keeps a relation from being locked, in words. */
export async function inUse(connection: Connection, relation: string | null): Promise<string> {
  if (relation === null) return 'Something that was to change hands was in use.';
  const holders = await connection.rows<Holder>(
    `SELECT DISTINCT a.pid, COALESCE(NULLIF(a.application_name, ''), a.backend_type) AS what, a.xact_start AS since
     FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a USING (pid)
     WHERE l.relation = pg_catalog.to_regclass($1) AND l.granted AND a.pid <> pg_catalog.pg_backend_pid()
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
