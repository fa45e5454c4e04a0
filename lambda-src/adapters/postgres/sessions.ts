import { DatabaseError, type OpenSession, type Statement } from '../../ports/database';
import { standings } from './adoption/privileges';
import { APPLICATION_NAME, type Connection } from './connection';
import { adminFacts } from './facts';
import { identifier, literal } from './quoting';

interface Row {
  readonly pid: number;
  readonly application: string | null;
  readonly address: string | null;
  readonly started: Date | null;
  readonly sees: boolean;
  /** What keeps the admin from seeing: where it is a member without the membership's rights, a grant alone would not help. */
  readonly member: boolean;
  readonly inherits: boolean;
  readonly major: number;
}

/**
 * The sessions that a user has open on one instance, Tandem's own excepted. They are counted by name alone:
 * where the admin may not see them, every other column is NULL, and a filter on one would find nothing
 * while sessions exist.
 *
 * @throws DatabaseError `cannot-see-sessions`
 */
export async function sessionsOn(connection: Connection, user: string): Promise<OpenSession[]> {
  return await sessionsBut(connection, user, APPLICATION_NAME);
}

/** @param excepted how the application_name of those begins that do not count; null for none */
async function sessionsBut(
  connection: Connection,
  user: string,
  excepted: string | null,
): Promise<OpenSession[]> {
  const { endpoint, login } = connection.target;
  const rows = await connection.rows<Row>(
    `SELECT s.pid, s.application_name AS application, s.client_addr::text AS address,
            s.backend_start AS started, admin.*
     FROM (SELECT pg_catalog.pg_has_role(r.oid, 'pg_read_all_stats', 'USAGE') AS sees,
                  pg_catalog.pg_has_role(r.oid, 'pg_read_all_stats', 'MEMBER') AS member,
                  r.rolinherit AS inherits,
                  pg_catalog.current_setting('server_version_num')::int / 10000 AS major
           FROM pg_catalog.pg_roles r WHERE r.rolname = current_user) admin
     LEFT JOIN pg_catalog.pg_stat_activity s
       ON s.usename::text = $1 AND ($2::text IS NULL OR pg_catalog.split_part(s.application_name, '/', 1) IS DISTINCT FROM $2)
     ORDER BY s.backend_start, s.pid`,
    [user, excepted],
  );
  const blind = rows.find(({ sees }) => !sees);
  if (blind !== undefined) throw cannotSee(login.user, blind);
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

/** How often it is looked whether a session that was told to end is gone, and how long in between. */
const ENDING = { looks: 50, betweenSeconds: 0.1 };

/**
 * Ends the sessions that a user has open on one instance, and waits until they are gone. A session may call itself what it
 * likes, so Tandem's name excepts none.
 * @param lending adds what the statement needs to be allowed
 * @throws DatabaseError
 */
export async function endSessionsOn(
  connection: Connection,
  user: string,
  lending: (statement: Statement) => readonly Statement[],
): Promise<OpenSession[]> {
  const found = await sessionsBut(connection, user, null);
  if (found.length === 0) return found;
  const { login } = connection.target;
  const statement: Statement = {
    sql: `SELECT pg_catalog.pg_terminate_backend(s.pid) FROM pg_catalog.pg_stat_activity s WHERE s.usename::text = ${literal(user)}`,
    remedy: `Run, as a role that may (on RDS, the master user): GRANT pg_signal_backend TO ${identifier(login.user)}`,
  };
  await connection.run(lending(statement));
  for (let look = 0; look < ENDING.looks; look += 1) {
    const left = await sessionsBut(connection, user, null);
    if (left.length === 0) return found;
    await connection.rows('SELECT pg_catalog.pg_sleep($1)', [ENDING.betweenSeconds]);
  }
  throw new DatabaseError(
    'other',
    `Sessions of "${user}" were told to end and have not: they are tried again.`,
  );
}

/** Users that exist and whose sessions the admin could not end on this instance. Changes nothing to learn it. */
export async function unendableOn(
  connection: Connection,
  users: readonly string[],
  onWriter: boolean,
): Promise<string[]> {
  const admin = await adminFacts(connection);
  if (admin.signalsSessions) return [];
  // A reader cannot grant; and before PostgreSQL 16, what is granted to NOINHERIT gives it no rights.
  const borrows = onWriter && (admin.major >= 16 || admin.inherits);
  return [...(await standings(connection, admin, users)).values()]
    .filter(({ inherits, mayBorrow }) => !inherits && !(borrows && mayBorrow))
    .map(({ role }) => role);
}

function cannotSee(admin: string, { member, inherits, major }: Row): DatabaseError {
  const role = identifier(admin);
  const grant = `GRANT pg_read_all_stats TO ${role}`;
  // Since PostgreSQL 16 each membership says whether its rights are inherited; before, the role alone says it for all.
  const remedy =
    major >= 16
      ? `${grant}${member || !inherits ? ' WITH INHERIT TRUE' : ''}`
      : [...(member ? [] : [grant]), ...(inherits ? [] : [`ALTER ROLE ${role} INHERIT`])].join('; ');
  return new DatabaseError(
    'cannot-see-sessions',
    `"${admin}" may not see the sessions of others, so none can be excluded. Run, as a role that may (on RDS, the master user): ${remedy}`,
  );
}
