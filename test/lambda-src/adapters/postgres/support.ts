import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { createDatabase, type DatabaseSettings } from '../../../../lambda-src/adapters/postgres/database';
import { Sensitive } from '../../../../lambda-src/core/sensitive';
import type {
  AdminSession,
  Database,
  DatabaseError,
  Login,
  OwnerSpec,
  UserSpec,
} from '../../../../lambda-src/ports/database';
import { createRdsLikeAdmin } from '../../../../local/postgres/rds-like';
import type { PostgresServer } from '../../../../local/postgres/server';

/** Generous: the machine may be busy. */
export const TIMEOUTS = { connectMs: 20_000, statementMs: 20_000, lockMs: 20_000 };

export function databaseOn(server: PostgresServer, overrides: Partial<DatabaseSettings> = {}): Database {
  return createDatabase({
    writer: { host: server.host, port: server.port },
    readers: [],
    lockDatabase: 'postgres',
    caPem: server.caPem,
    timeouts: TIMEOUTS,
    randomBytes,
    ...overrides,
  });
}

export function loginOf(user: string, password: string): Login {
  return { user, password: new Sensitive(password) };
}

export function newPassword(): string {
  return `pw-${randomBytes(18).toString('hex')}`;
}

/** The DatabaseError that a promise rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<DatabaseError> {
  return promise.then(
    () => {
      throw new Error('it did not reject');
    },
    (error: unknown) => error as DatabaseError,
  );
}

/** Everything a log could show of an error. */
export function everything(error: DatabaseError): string {
  return [
    error.message,
    error.stack,
    JSON.stringify(error),
    inspect(error, { depth: 10, showHidden: true }),
  ].join('\n');
}

export const ADMINS = ['a superuser', 'an admin as RDS gives one', 'an admin with CREATEROLE'] as const;

/** An admin and a database that belongs to it, both fresh. */
export async function fresh(
  server: PostgresServer,
  kind: (typeof ADMINS)[number],
): Promise<{ admin: Login; database: string; tag: string }> {
  const tag = randomBytes(4).toString('hex');
  const database = `db_${tag}`;
  if (kind === 'a superuser') {
    await server.query(`CREATE DATABASE ${database}`);
    return { admin: loginOf(server.adminUser, server.adminPassword), database, tag };
  }
  const sees = kind === 'an admin as RDS gives one';
  const made = await createRdsLikeAdmin(server, { username: `admin_${tag}`, database, seesSessions: sees });
  if (!sees) await server.query(`GRANT pg_read_all_stats TO ${made.username}`);
  return { admin: loginOf(made.username, made.password), database, tag };
}

export function specs(
  tag: string,
  database: string,
  names: Partial<Record<'owner' | 'blue' | 'green', string>> = {},
) {
  const mark = `tandem:app-${tag}`;
  const owner: OwnerSpec = { owner: names.owner ?? `owner_${tag}`, database, ownDatabase: true, mark };
  const user = (name: string): UserSpec => ({ owner: owner.owner, user: name, database, mark });
  return { owner, blue: user(names.blue ?? `blue_${tag}`), green: user(names.green ?? `green_${tag}`) };
}

export async function ensureAll(session: AdminSession, all: ReturnType<typeof specs>): Promise<string[]> {
  const owner = await session.ensureOwner(all.owner);
  const blue = await session.ensureUser(all.blue);
  const green = await session.ensureUser(all.green);
  return [...owner, ...blue, ...green];
}
