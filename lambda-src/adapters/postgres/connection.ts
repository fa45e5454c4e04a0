import { Client, type QueryResultRow } from 'pg';
import type { DatabaseError, Endpoint, Login, Statement } from '../../ports/database';
import { databaseError, type ErrorContext } from './errors';
import { identifier } from './quoting';

/** How the application_name of every session that Tandem opens begins; after a slash it says what for. */
export const APPLICATION_NAME = 'tandem-rotator';

/** How to connect: what is the same for every connection. */
export interface ConnectionSettings {
  /** What the sessions are for, as administrators will read it: `setSecret`, `verify`. @default nothing said */
  readonly purpose?: string;
  /** PEM of the authorities that may have signed the server's certificate; no other is trusted. */
  readonly caPem: string;
  readonly timeouts: {
    /** TCP, TLS and authentication together. */
    readonly connectMs: number;
    readonly statementMs: number;
    readonly lockMs: number;
  };
}

/** Where to connect, and as whom. */
export interface Target {
  readonly endpoint: Endpoint;
  readonly database: string;
  readonly login: Login;
}

/** One session, over TLS that was verified. Every method throws DatabaseError. */
export interface Connection {
  readonly target: Target;
  rows<Row extends QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /**
   * Runs the statements in one transaction; none of them counts where one fails. Answers their texts.
   * @param considerate waits for a lock so shortly that no statement of others, which then wait behind, can fail for it
   */
  run(statements: readonly Statement[], considerate?: boolean): Promise<string[]>;
  /** Waits for the session-level advisory lock, at most the lock timeout. It ends with the connection. */
  lock(key: bigint): Promise<void>;
  /** Never fails. */
  close(): Promise<void>;
}

/** How much longer than the server the client waits, for the answer to travel. */
const MARGIN_MS = 1_000;

/**
 * Who waits for a lock that we hold or wait for looks for a deadlock after deadlock_timeout, and may then fail. Half of
 * it leaves time for what runs once the lock is held.
 */
const BRIEFLY = [
  `SELECT pg_catalog.set_config('lock_timeout', LEAST(400, setting::int / 2)::text, true)
   FROM pg_catalog.pg_settings WHERE name = 'deadlock_timeout'`,
];

/** @throws DatabaseError */
export async function connect(settings: ConnectionSettings, target: Target): Promise<Connection> {
  const client = newClient(settings, target);
  const translated = (error: unknown, remedy?: string): DatabaseError =>
    databaseError(error, contextOf(target, remedy), [target.login.password.reveal()]);
  // A connection that breaks while nobody waits for it shows at the next query.
  client.on('error', () => undefined);
  const close = (): Promise<void> => client.end().catch(() => undefined);
  try {
    await client.connect();
  } catch (error) {
    await close();
    throw translated(error, connectRight(target));
  }
  const query = async (text: string, remedy?: string): Promise<void> => {
    try {
      await client.query(text);
    } catch (error) {
      throw translated(error, remedy);
    }
  };
  return {
    target,
    close,
    async rows<Row extends QueryResultRow>(text: string, values: readonly unknown[] = []) {
      try {
        return (await client.query<Row>(text, [...values])).rows;
      } catch (error) {
        throw translated(error);
      }
    },
    run: (statements, considerate = false) => inTransaction(query, statements, considerate ? BRIEFLY : []),
    async lock(key) {
      const { statementMs, lockMs } = settings.timeouts;
      // The statement timeout would end the wait early where it is the shorter one.
      await query(`SET statement_timeout = ${Math.max(statementMs, lockMs + MARGIN_MS)}`);
      await query(`SELECT pg_catalog.pg_advisory_lock('${key}'::bigint)`);
      await query(`SET statement_timeout = ${statementMs}`);
    },
  };
}

function newClient(
  { caPem, timeouts, purpose }: ConnectionSettings,
  { endpoint, database, login }: Target,
): Client {
  return new Client({
    host: endpoint.host,
    port: endpoint.port,
    database,
    user: login.user,
    password: login.password.reveal(),
    // pg has Node check the certificate against `host`; nothing here may weaken that.
    ssl: { ca: caPem, rejectUnauthorized: true, minVersion: 'TLSv1.2' },
    application_name: purpose === undefined ? APPLICATION_NAME : `${APPLICATION_NAME}/${purpose}`,
    connectionTimeoutMillis: timeouts.connectMs,
    statement_timeout: timeouts.statementMs,
    lock_timeout: timeouts.lockMs,
    query_timeout: Math.max(timeouts.statementMs, timeouts.lockMs) + 2 * MARGIN_MS,
    keepAlive: true,
  });
}

function connectRight({ database, login }: Target): string {
  return `Run, as the owner of the database: GRANT CONNECT ON DATABASE ${identifier(database)} TO ${identifier(login.user)}`;
}

function contextOf({ endpoint, database, login }: Target, remedy?: string): ErrorContext {
  return { ...endpoint, database, user: login.user, ...(remedy === undefined ? {} : { remedy }) };
}

async function inTransaction(
  query: (text: string, remedy?: string) => Promise<void>,
  statements: readonly Statement[],
  before: readonly string[],
): Promise<string[]> {
  if (statements.length === 0) return [];
  await query('BEGIN');
  try {
    for (const text of before) await query(text);
    for (const { sql, remedy } of statements) await query(sql, remedy);
    await query('COMMIT');
  } catch (error) {
    await query('ROLLBACK').catch(() => undefined);
    throw error;
  }
  return statements.map(({ sql }) => sql);
}
