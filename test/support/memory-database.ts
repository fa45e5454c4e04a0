import type { Sensitive } from '../../lambda-src/core/sensitive';
import {
  DatabaseError,
  type AdminSession,
  type AdoptionPlan,
  type Batch,
  type Database,
  type Endpoint,
  type Login,
  type LoginOutcome,
  type OpenSession,
  type OwnerSpec,
  type ServerFacts,
  type UserFacts,
  type UserSpec,
} from '../../lambda-src/ports/database';
import { asked } from './memory-parameters';

interface Role {
  password: string | null;
  login: boolean;
  readonly mark: string | null;
  owner: string | null;
}

type SessionOf = Omit<OpenSession, 'endpoint' | 'startedAt'>;

/** A PostgreSQL server in memory: roles, passwords, sessions and advisory locks. */
export class MemoryServer {
  readonly endpoint: Endpoint = { host: 'db.example', port: 5432 };
  /** Why the server does not answer; null while it does. */
  outage: string | null = null;
  /** Who is connected; the test says. */
  sessions: () => readonly SessionOf[] = () => [];
  /** Ends those of a user; the test says how. */
  endSessions: (user: string) => void = () => undefined;
  private readonly roles = new Map<string, Role>();
  private readonly databases = new Map<string, string>();
  /** Grows where every connection is cut. */
  era = 0;
  /** Who holds each lock. */
  private readonly locks = new Map<string, object>();
  private readonly waiting: (() => void)[] = [];

  constructor(readonly admin: Login) {
    const password = admin.password.reveal();
    this.roles.set(admin.user, { password, login: true, mark: null, owner: null });
  }

  logsIn(user: string, password: string): boolean {
    const role = this.roles.get(user);
    return role?.login === true && role.password === password;
  }

  role(name: string): Role | undefined {
    return this.roles.get(name);
  }

  /** CREATE ROLE, or ALTER ROLE by somebody else. */
  set(name: string, change: Partial<Role>): void {
    const found = this.roles.get(name) ?? { password: null, login: true, mark: null, owner: null };
    this.roles.set(name, { ...found, ...change });
  }

  isFree(key: string): boolean {
    return !this.locks.has(key);
  }

  async lock(key: string, holder: object): Promise<void> {
    while (!this.isFree(key)) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.locks.set(key, holder);
  }

  /** The connections of a client end, and with them its locks. */
  disconnect(holder: object): void {
    for (const [key, by] of this.locks) if (by === holder) this.locks.delete(key);
    for (const resume of this.waiting.splice(0)) resume();
  }

  /** Every connection ends, and with them every lock. */
  restart(): void {
    this.era += 1;
    this.locks.clear();
    for (const resume of this.waiting.splice(0)) resume();
  }

  ownerOf(database: string): string | null {
    return this.databases.get(database) ?? null;
  }

  give(database: string, owner: string): void {
    this.databases.set(database, owner);
  }
}

/** One client of the server: the database port in memory. */
export class MemoryDatabase implements Database {
  readonly endpoints: readonly Endpoint[];

  /** @param client whose connections these are: they end where it dies */
  constructor(
    private readonly server: MemoryServer,
    private readonly client: object = {},
  ) {
    this.endpoints = [server.endpoint];
  }

  async withLock<T>(admin: Login, key: string, work: (session: AdminSession) => Promise<T>): Promise<T> {
    const { server } = this;
    if (server.outage !== null) throw new DatabaseError('connection-refused', server.outage);
    if (!server.logsIn(admin.user, admin.password.reveal()))
      throw new DatabaseError('wrong-password', `the server refuses ${admin.user}`);
    await server.lock(key, this.client);
    try {
      return await work(new MemoryAdminSession(server));
    } finally {
      server.disconnect(this.client);
    }
  }

  login({ host, port }: Endpoint, _database: string, login: Login): Promise<LoginOutcome> {
    const { outage } = this.server;
    const endpoint = `${host}:${port}`;
    return asked((): LoginOutcome => {
      if (outage !== null) return { outcome: 'unreachable', endpoint, detail: outage };
      if (!this.server.logsIn(login.user, login.password.reveal()))
        return { outcome: 'refused', endpoint, detail: `password authentication failed for ${login.user}` };
      return { outcome: 'accepted', currentUser: this.server.role(login.user)?.owner ?? login.user };
    });
  }
}

class MemoryAdminSession implements AdminSession {
  private readonly era: number;
  private readonly planned = new WeakMap<Batch, () => Promise<readonly string[]>>();

  constructor(private readonly server: MemoryServer) {
    this.era = server.era;
  }

  sessionsOf(user: string): Promise<readonly OpenSession[]> {
    return this.answer(() => this.openAs(user));
  }

  planOwner(spec: OwnerSpec): Promise<readonly Batch[]> {
    const { owner, database, ownDatabase, mark } = spec;
    return this.answer(() => {
      const whole = !ownDatabase || this.server.ownerOf(database) === owner;
      if (this.lacks(owner, false, mark) || !whole)
        return [this.batch(database, `the owner role ${owner}`, () => this.ensureOwner(spec))];
      return [];
    });
  }

  planUser(spec: UserSpec): Promise<readonly Batch[]> {
    const { user, owner, mark, database } = spec;
    return this.answer(() => {
      if (this.lacks(user, true, mark) || this.server.role(user)?.owner !== owner)
        return [this.batch(database, `the user ${user}`, () => this.ensureUser(spec))];
      return [];
    });
  }

  planAdoption(): Promise<AdoptionPlan> {
    return Promise.reject(new Error('adoption is not part of this server'));
  }

  async run(batch: Batch): Promise<readonly string[]> {
    const work = this.planned.get(batch);
    if (work === undefined) throw new Error('a batch that this session did not plan');
    return await work();
  }

  ensureOwner({ owner, database, ownDatabase, mark }: OwnerSpec): Promise<readonly string[]> {
    return this.answer(() => {
      const ran = this.ensureRole(owner, false, mark);
      if (!ownDatabase || this.server.ownerOf(database) === owner) return ran;
      this.server.give(database, owner);
      return [...ran, `ALTER DATABASE ${database} OWNER TO ${owner}`];
    });
  }

  ensureUser({ user, owner, mark }: UserSpec): Promise<readonly string[]> {
    return this.answer(() => {
      const ran = this.ensureRole(user, true, mark);
      if (this.server.role(user)?.owner === owner) return ran;
      this.server.set(user, { owner });
      return [...ran, `GRANT ${owner} TO ${user}`, `ALTER ROLE ${user} SET role TO '${owner}'`];
    });
  }

  setPassword(user: string, password: Sensitive): Promise<void> {
    return this.alter(user, { password: password.reveal(), login: true });
  }

  setLogin(user: string, login: boolean): Promise<void> {
    return this.alter(user, { login });
  }

  endSessions(user: string): Promise<readonly OpenSession[]> {
    return this.answer(() => {
      const open = this.openAs(user);
      this.server.endSessions(user);
      return open;
    });
  }

  inspect(spec: OwnerSpec, users: readonly string[]): Promise<ServerFacts> {
    return this.answer(() => {
      const owner = this.server.role(spec.owner);
      return {
        version: '17.10',
        admin: { name: this.server.admin.user, superuser: false, createRole: true, seesSessions: true },
        owner: owner === undefined ? null : { canLogin: owner.login, marked: owner.mark === spec.mark },
        databaseOwner: this.server.ownerOf(spec.database),
        users: Object.fromEntries(users.map((user) => [user, this.factsOf(user, spec)])),
      };
    });
  }

  private openAs(user: string): OpenSession[] {
    const { host, port } = this.server.endpoint;
    const endpoint = `${host}:${port}`;
    const startedAt = '2026-01-10T12:00:00.000Z';
    return this.server
      .sessions()
      .filter((session) => session.user === user)
      .map((session) => ({ ...session, endpoint, startedAt }));
  }

  private factsOf(user: string, { owner, mark }: OwnerSpec): UserFacts | null {
    const role = this.server.role(user);
    if (role === undefined) return null;
    const canLogin = role.login;
    const marked = role.mark === mark;
    const common = { connectionLimit: -1, own: [], adminMayAlter: true, unendableOn: [] };
    return { canLogin, marked, maySetOwner: role.owner === owner, startsAs: role.owner, ...common };
  }

  private batch(database: string, sql: string, work: () => Promise<readonly string[]>): Batch {
    const batch = { database, statements: [{ sql, remedy: '' }] };
    this.planned.set(batch, work);
    return batch;
  }

  private lacks(name: string, login: boolean, mark: string): boolean {
    const role = this.server.role(name);
    if (role !== undefined && role.mark !== mark)
      throw new DatabaseError('unmarked-role', `The role ${name} exists and is not marked`);
    return role === undefined || (role.login && !login);
  }

  private ensureRole(name: string, login: boolean, mark: string): string[] {
    const role = this.server.role(name);
    const kind = login ? 'LOGIN' : 'NOLOGIN';
    if (role === undefined) {
      this.server.set(name, { login, mark });
      return [`CREATE ROLE ${name} ${kind}`, `COMMENT ON ROLE ${name} IS '${mark}'`];
    }
    if (role.mark !== mark)
      throw new DatabaseError('unmarked-role', `The role ${name} exists and is not marked`);
    // LOGIN comes with a new password.
    if (login || !role.login) return [];
    this.server.set(name, { login });
    return [`ALTER ROLE ${name} ${kind}`];
  }

  private alter(user: string, change: Partial<Role>): Promise<void> {
    return this.answer(() => {
      if (this.server.role(user) === undefined)
        throw new DatabaseError('other', `role ${user} does not exist`);
      this.server.set(user, change);
    });
  }

  /** What a broken connection would not answer. */
  private answer<T>(work: () => T): Promise<T> {
    return asked(() => {
      const { outage, era } = this.server;
      if (outage !== null || era !== this.era)
        throw new DatabaseError('connection-lost', outage ?? 'the connection was cut');
      return work();
    });
  }
}
