import type { Sensitive } from '../../core/sensitive';
import type { AdminSession, OpenSession, OwnerSpec, ServerFacts, UserSpec } from '../../ports/database';
import type { Connection, Statement } from './connection';
import { adminFacts, databaseFacts, membership, roleFacts, type AdminFacts } from './facts';
import { inspectServer } from './inspect';
import {
  mayAlter,
  planDatabaseGrants,
  planDatabaseOwnership,
  planDefaultPrivileges,
  planOwnerRole,
  planStartsAs,
  planUserRole,
} from './plan';
import { identifier, literal } from './quoting';
import { scramVerifier, type RandomBytes } from './scram';
import { sessionsOn } from './sessions';

/** Runs work on another connection of the admin, or on the one at hand where it is the same place. */
export interface AdminConnections {
  /** The one that holds the lock. */
  readonly locked: Connection;
  inDatabase<T>(database: string, work: (connection: Connection) => Promise<T>): Promise<T>;
  /** On every instance, one after the other. */
  onEachInstance<T>(work: (connection: Connection) => Promise<T>): Promise<T[]>;
}

/** What the admin does under the lock: find out what is there, plan what is missing, run it. */
export class PostgresAdminSession implements AdminSession {
  #admin: Promise<AdminFacts> | undefined;

  constructor(
    private readonly connections: AdminConnections,
    private readonly randomBytes: RandomBytes,
  ) {}

  async sessionsOf(user: string): Promise<readonly OpenSession[]> {
    return (await this.connections.onEachInstance((connection) => sessionsOn(connection, user))).flat();
  }

  async ensureOwner(spec: OwnerSpec): Promise<readonly string[]> {
    const { locked } = this.connections;
    const admin = await this.admin();
    const role = (await roleFacts(locked, [spec.owner])).get(spec.owner);
    const database = await databaseFacts(locked, spec.database, spec.owner);
    const ran = await locked.run([
      ...planOwnerRole(spec, admin, role),
      ...planDatabaseOwnership(spec, admin, database),
    ]);
    const grants = planDatabaseGrants(spec, database);
    if (grants.length === 0) return ran;
    // The grant on the database comes last: that it is there means that the one on the schema is, too.
    const schema = await this.connections.inDatabase(spec.database, async (connection) =>
      connection.run(await planSchemaGrants(connection, spec)),
    );
    return [...ran, ...schema, ...(await locked.run(grants))];
  }

  async ensureUser(spec: UserSpec): Promise<readonly string[]> {
    const { locked } = this.connections;
    const admin = await this.admin();
    const found = (await roleFacts(locked, [spec.user])).get(spec.user);
    const member = await membership(locked, spec.user, spec.owner, admin.major);
    const ran = await locked.run(planUserRole(spec, admin, found, member));
    if (found?.startsAs === spec.owner) return ran;
    // `SET role` comes last: that it is there means that the default privileges are, too.
    const defaults = await this.connections.inDatabase(spec.database, (connection) =>
      connection.run(planDefaultPrivileges(spec, admin, admin.superuser || found?.adminInherits === true)),
    );
    return [...ran, ...defaults, ...(await locked.run([planStartsAs(spec, admin)]))];
  }

  async setPassword(user: string, password: Sensitive): Promise<void> {
    const verifier = scramVerifier(password, this.randomBytes);
    await this.alter(user, `ALTER ROLE ${identifier(user)} PASSWORD ${literal(verifier)}`);
  }

  async setLogin(user: string, login: boolean): Promise<void> {
    await this.alter(user, `ALTER ROLE ${identifier(user)} ${login ? 'LOGIN' : 'NOLOGIN'}`);
  }

  async inspect(owner: OwnerSpec, users: readonly string[]): Promise<ServerFacts> {
    return inspectServer(this.connections.locked, await this.admin(), owner, users);
  }

  private async alter(user: string, sql: string): Promise<void> {
    const statement: Statement = { sql, remedy: mayAlter(user, await this.admin()) };
    await this.connections.locked.run([statement]);
  }

  private admin(): Promise<AdminFacts> {
    this.#admin ??= adminFacts(this.connections.locked);
    return this.#admin;
  }
}

/** USAGE and CREATE on the schema `public`, where it exists, lacks them and the admin can grant them. */
async function planSchemaGrants(connection: Connection, spec: OwnerSpec): Promise<Statement[]> {
  const [schema] = await connection.rows<{ lacking: boolean; grantable: boolean }>(
    `SELECT NOT pg_catalog.has_schema_privilege($1::text, n.oid, 'CREATE') AS lacking,
            pg_catalog.has_schema_privilege(n.oid, 'CREATE WITH GRANT OPTION') AS grantable
     FROM pg_catalog.pg_namespace n WHERE n.nspname = 'public'`,
    [spec.owner],
  );
  if (schema?.lacking !== true || !schema.grantable) return [];
  const sql = `GRANT USAGE, CREATE ON SCHEMA public TO ${identifier(spec.owner)}`;
  return [{ sql, remedy: `Run, as the owner of the schema: ${sql}` }];
}
