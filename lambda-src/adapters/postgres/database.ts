import { createHash } from 'node:crypto';
import {
  DatabaseError,
  type AdminSession,
  type Database,
  type Endpoint,
  type Login,
  type LoginOutcome,
} from '../../ports/database';
import { PostgresAdminSession, type AdminConnections } from './admin-session';
import { connect, type Connection, type ConnectionSettings } from './connection';
import type { RandomBytes } from './scram';

/** Where the server is and how to reach it. */
export interface DatabaseSettings extends ConnectionSettings {
  readonly writer: Endpoint;
  readonly readers: readonly Endpoint[];
  /** The database in which every advisory lock is taken: they are per database. */
  readonly lockDatabase: string;
  /** For the salts of verifiers. */
  readonly randomBytes: RandomBytes;
}

/** The database port over PostgreSQL's wire protocol, with TLS that is verified and never left out. */
export function createDatabase(settings: DatabaseSettings): Database {
  const { writer, readers, lockDatabase } = settings;
  const endpoints = [writer, ...readers];
  return {
    endpoints,
    async withLock<T>(admin: Login, key: string, work: (session: AdminSession) => Promise<T>): Promise<T> {
      const locked = await connectAdmin(settings, { endpoint: writer, database: lockDatabase, login: admin });
      try {
        await locked.lock(advisoryKey(key));
        return await work(
          new PostgresAdminSession(adminConnections(settings, locked, endpoints), settings.randomBytes),
        );
      } finally {
        await locked.close();
      }
    },
    login: (endpoint, database, login) => attempt(settings, endpoint, database, login),
  };
}

async function attempt(
  settings: ConnectionSettings,
  endpoint: Endpoint,
  database: string,
  login: Login,
): Promise<LoginOutcome> {
  const where = `${endpoint.host}:${endpoint.port}`;
  try {
    const connection = await connect(settings, { endpoint, database, login });
    try {
      const [row] = await connection.rows<{ name: string }>('SELECT current_user::text AS name');
      return { outcome: 'accepted', currentUser: row?.name ?? '' };
    } finally {
      await connection.close();
    }
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    return { outcome: isRefusal(error) ? 'refused' : 'unreachable', endpoint: where, detail: error.message };
  }
}

/** 28P01 and 28000: the server answered, and said no to this login. */
function isRefusal({ kind }: DatabaseError): boolean {
  return kind === 'wrong-password' || kind === 'login-locked' || kind === 'no-access-rule';
}

/** Where the password is in a secret of somebody else's making, it is there that a person has to look. */
async function connectAdmin(
  settings: ConnectionSettings,
  target: Parameters<typeof connect>[1],
): Promise<Connection> {
  try {
    return await connect(settings, target);
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.kind !== 'wrong-password') throw error;
    throw new DatabaseError(
      error.kind,
      `${error.message} It is the admin: check that the admin secret is the one of this instance and that its password was not changed elsewhere.`,
      { cause: error.cause },
    );
  }
}

/** The connection that holds the lock serves wherever it can: each further one counts. */
function adminConnections(
  settings: DatabaseSettings,
  locked: Connection,
  endpoints: readonly Endpoint[],
): AdminConnections {
  const { login, endpoint: writer, database: lockDatabase } = locked.target;
  const reach = async <T>(
    endpoint: Endpoint,
    database: string,
    work: (connection: Connection) => Promise<T>,
  ): Promise<T> => {
    if (endpoint === writer && database === lockDatabase) return work(locked);
    const connection = await connectAdmin(settings, { endpoint, database, login });
    try {
      return await work(connection);
    } finally {
      await connection.close();
    }
  };
  return {
    locked,
    inDatabase: (database, work) => reach(writer, database, work),
    async onEachInstance<T>(work: (connection: Connection) => Promise<T>): Promise<T[]> {
      const answers: T[] = [];
      for (const endpoint of endpoints) answers.push(await reach(endpoint, lockDatabase, work));
      return answers;
    },
  };
}

/** A name as the 64-bit key of an advisory lock: the first bytes of its SHA-256. */
export function advisoryKey(name: string): bigint {
  return createHash('sha256').update(`tandem:${name}`).digest().readBigInt64BE(0);
}
