import { DatabaseError, type OpenSession } from '../../ports/database';
import { APPLICATION_NAME, type Connection } from './connection';
import { identifier } from './quoting';

interface Row {
  readonly pid: number;
  readonly application: string | null;
  readonly address: string | null;
  readonly started: Date | null;
  readonly sees: boolean;
}

/**
 * The sessions that a user has open on one instance, Tandem's own excepted. They are counted by name alone:
 * where the admin may not see them, every other column is NULL, and a filter on one would find nothing
 * while sessions exist.
 *
 * @throws DatabaseError `cannot-see-sessions`
 */
export async function sessionsOn(connection: Connection, user: string): Promise<OpenSession[]> {
  const { endpoint, login } = connection.target;
  const rows = await connection.rows<Row>(
    `SELECT s.pid, s.application_name AS application, s.client_addr::text AS address,
            s.backend_start AS started, admin.sees
     FROM (SELECT pg_catalog.pg_has_role(current_user, 'pg_read_all_stats', 'USAGE') AS sees) admin
     LEFT JOIN pg_catalog.pg_stat_activity s
       ON s.usename::text = $1 AND pg_catalog.split_part(s.application_name, '/', 1) IS DISTINCT FROM $2
     ORDER BY s.backend_start, s.pid`,
    [user, APPLICATION_NAME],
  );
  if (!rows.every(({ sees }) => sees)) throw cannotSee(login.user);
  return rows
    .filter((row) => (row.pid as number | null) !== null)
    .map((row) => ({
      user,
      endpoint: `${endpoint.host}:${endpoint.port}`,
      pid: row.pid,
      applicationName: row.application ?? '',
      clientAddress: row.address?.replace(/\/(32|128)$/, '') ?? 'local',
      startedAt: (row.started ?? new Date(0)).toISOString(),
    }));
}

function cannotSee(admin: string): DatabaseError {
  return new DatabaseError(
    'cannot-see-sessions',
    `"${admin}" may not see the sessions of others, so none can be excluded. Run, as a role that may (on RDS, the master user): GRANT pg_read_all_stats TO ${identifier(admin)}`,
  );
}
