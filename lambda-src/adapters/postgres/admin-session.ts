import type { Sensitive } from '../../core/sensitive';
import {
  DatabaseError,
  type AdminSession,
  type AdoptionPlan,
  type AdoptionSpec,
  type Batch,
  type OpenSession,
  type OwnerSpec,
  type ServerFacts,
  type Statement,
  type UserSpec,
} from '../../ports/database';
import { inUse } from './adoption/in-use';
import { planAdoption } from './adoption/adoption';
import { borrowing, standingOfNew, standingOfNobody, standings } from './adoption/privileges';
import type { Connection } from './connection';
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
import { endSessionsOn, sessionsOn, unendableOn } from './sessions';

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

  async planOwner(spec: OwnerSpec): Promise<readonly Batch[]> {
    const { locked } = this.connections;
    const admin = await this.admin();
    const role = (await roleFacts(locked, [spec.owner])).get(spec.owner);
    const database = await databaseFacts(locked, spec.database, spec.owner);
    const here = { database: locked.target.database };
    const grants = planDatabaseGrants(spec, database);
    const schema = (connection: Connection) => planSchemaGrants(connection, spec);
    return [
      {
        ...here,
        statements: [...planOwnerRole(spec, admin, role), ...planDatabaseOwnership(spec, admin, database)],
      },
      // The grant on the database comes last: that it is there means that the one on the schema is, too.
      ...(grants.length === 0
        ? []
        : [
            { database: spec.database, statements: await this.connections.inDatabase(spec.database, schema) },
            { ...here, statements: grants },
          ]),
    ].filter(hasStatements);
  }

  async planUser(spec: UserSpec): Promise<readonly Batch[]> {
    const { joining, starting } = await this.planMember(spec);
    return [...joining, ...starting];
  }

  async planAdoption(spec: AdoptionSpec): Promise<AdoptionPlan> {
    const { owner, mark, database, user, twin } = spec;
    const found = await databaseFacts(this.connections.locked, database, owner);
    // A database that belongs to the user changes hands with everything else that does.
    const ownDatabase = spec.ownDatabase && found.owner !== user;
    const member = { owner, mark, database };
    return planAdoption(this.connections, await this.admin(), spec, {
      owner: await this.planOwner({ ...member, ownDatabase, takesOver: true }),
      ...(await this.planMember({ ...member, user, takesOver: true })),
      // One that is not this credential's is among the obstacles.
      twin: await this.planUser({ ...member, user: twin, takesOver: true }),
    });
  }

  async run(batch: Batch): Promise<readonly string[]> {
    return this.connections.inDatabase(batch.database, (connection) => runOn(connection, batch));
  }

  async ensureOwner(spec: OwnerSpec): Promise<readonly string[]> {
    return this.runAll(await this.planOwner(spec));
  }

  async ensureUser(spec: UserSpec): Promise<readonly string[]> {
    return this.runAll(await this.planUser(spec));
  }

  async setPassword(user: string, password: Sensitive): Promise<void> {
    const verifier = scramVerifier(password, this.randomBytes);
    await this.alter(user, `ALTER ROLE ${identifier(user)} PASSWORD ${literal(verifier)} LOGIN`);
  }

  async setLogin(user: string, login: boolean): Promise<void> {
    await this.alter(user, `ALTER ROLE ${identifier(user)} ${login ? 'LOGIN' : 'NOLOGIN'}`);
  }

  async endSessions(user: string): Promise<readonly OpenSession[]> {
    const admin = await this.admin();
    const ended = await this.connections.onEachInstance(async (connection) => {
      const standing = (await standings(connection, admin, [user])).get(user) ?? standingOfNobody(user);
      return endSessionsOn(connection, user, (statement) =>
        // A reader cannot grant: there, only what the admin has already counts.
        this.isWriter(connection) && !admin.signalsSessions
          ? borrowing(admin, [statement], [{ standing, set: false }])
          : [statement],
      );
    });
    return ended.flat();
  }

  async inspect(owner: OwnerSpec, users: readonly string[]): Promise<ServerFacts> {
    const found = await this.connections.onEachInstance(async (connection) => {
      const { host, port } = connection.target.endpoint;
      const unendable = await unendableOn(connection, users, this.isWriter(connection));
      return { instance: `${host}:${port}`, unendable };
    });
    const instances = (user: string) =>
      found.filter(({ unendable }) => unendable.includes(user)).map(({ instance }) => instance);
    const byUser = new Map(users.map((user) => [user, instances(user)]));
    return inspectServer(this.connections.locked, await this.admin(), owner, byUser);
  }

  private isWriter(connection: Connection): boolean {
    return connection.target.endpoint === this.connections.locked.target.endpoint;
  }

  private async planMember(
    spec: UserSpec,
  ): Promise<{ readonly joining: readonly Batch[]; readonly starting: readonly Batch[] }> {
    const { locked } = this.connections;
    const admin = await this.admin();
    const found = (await roleFacts(locked, [spec.user])).get(spec.user);
    const member = await membership(locked, spec.user, spec.owner, admin.major);
    const here = { database: locked.target.database };
    const joining = [{ ...here, statements: planUserRole(spec, admin, found, member) }].filter(hasStatements);
    if (found?.startsAs === spec.owner) return { joining, starting: [] };
    const standing =
      (await standings(locked, admin, [spec.user])).get(spec.user) ?? standingOfNew(spec.user, admin);
    // `SET role` comes last: that it is there means that the default privileges are, too.
    const starting = [
      { database: spec.database, statements: planDefaultPrivileges(spec, admin, standing) },
      { ...here, statements: [planStartsAs(spec, admin)] },
    ];
    return { joining, starting };
  }

  private async runAll(batches: readonly Batch[]): Promise<readonly string[]> {
    const ran: string[] = [];
    for (const batch of batches) ran.push(...(await this.run(batch)));
    return ran;
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

const hasStatements = ({ statements }: Batch): boolean => statements.length > 0;

/** A lock that does not come is told with who holds it: the server's own words name nobody. */
async function runOn(connection: Connection, { statements, locks }: Batch): Promise<readonly string[]> {
  try {
    return await connection.run(statements, locks !== undefined);
  } catch (error) {
    if (locks === undefined || !(error instanceof DatabaseError) || error.kind !== 'lock-timeout')
      throw error;
    throw new DatabaseError('lock-timeout', await inUse(connection, locks), { cause: error });
  }
}

/** USAGE and CREATE on the schema `public`, where it exists, lacks them and the admin can grant them. */
async function planSchemaGrants(connection: Connection, spec: OwnerSpec): Promise<Statement[]> {
  const [schema] = await connection.rows<{ lacking: boolean; grantable: boolean }>(
    `SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.rolname::text = $1
                        AND pg_catalog.has_schema_privilege(r.oid, n.oid, 'CREATE')) AS lacking,
            pg_catalog.has_schema_privilege(n.oid, 'CREATE WITH GRANT OPTION') AS grantable
     FROM pg_catalog.pg_namespace n WHERE n.nspname = 'public'`,
    [spec.owner],
  );
  if (schema?.lacking !== true || !schema.grantable) return [];
  const sql = `GRANT USAGE, CREATE ON SCHEMA public TO ${identifier(spec.owner)}`;
  return [{ sql, remedy: `Run, as the owner of the schema: ${sql}` }];
}
