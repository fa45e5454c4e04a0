import type { Sensitive } from '../core/sensitive';

/** Where one PostgreSQL instance listens. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

export interface Login {
  readonly user: string;
  readonly password: Sensitive;
}

/** A session that a user has open, as the server names it. */
export interface OpenSession {
  readonly user: string;
  /** `host:port` of the instance it is open on. */
  readonly endpoint: string;
  readonly pid: number;
  readonly applicationName: string;
  /** Client address, or `local` for a Unix socket. */
  readonly clientAddress: string;
  /** ISO 8601. */
  readonly startedAt: string;
}

/** The owner role that both users belong to, and what it owns. */
export interface OwnerSpec {
  readonly owner: string;
  /** The database whose objects the owner role owns. */
  readonly database: string;
  /** Whether the database itself is to belong to the owner role. */
  readonly ownDatabase: boolean;
  /** The COMMENT that marks roles as this credential's. */
  readonly mark: string;
}

export interface UserSpec {
  readonly owner: string;
  readonly user: string;
  readonly database: string;
  /** The COMMENT that marks roles as this credential's; an existing role without it is refused. */
  readonly mark: string;
}

/** What the server says of one user; `null` where there is no such role. */
export interface UserFacts {
  readonly canLogin: boolean;
  readonly marked: boolean;
  /** Member of the owner role, with SET (PostgreSQL 16 and later can withhold it). */
  readonly maySetOwner: boolean;
  /** The role that sessions of this user start as (`ALTER ROLE … SET role`), if any. */
  readonly startsAs: string | null;
  readonly connectionLimit: number;
  /** Whether the admin may alter it: superuser, or ADMIN OPTION on it. */
  readonly adminMayAlter: boolean;
}

/** What `preflight` reports from the server; nothing is changed to learn it. */
export interface ServerFacts {
  /** For instance `17.10`. */
  readonly version: string;
  readonly admin: {
    readonly name: string;
    readonly superuser: boolean;
    readonly createRole: boolean;
    readonly seesSessions: boolean;
  };
  readonly owner: { readonly canLogin: boolean; readonly marked: boolean } | null;
  readonly databaseOwner: string | null;
  readonly users: Readonly<Record<string, UserFacts | null>>;
}

/**
 * The admin's connection, holding the credential's advisory lock: what is asked of it happens while
 * nobody else alters this credential's users.
 */
export interface AdminSession {
  /**
   * Sessions of the user on every instance, those of the rotator itself excepted.
   * @throws DatabaseError where the admin is not allowed to see them: no rows is never taken for none
   */
  sessionsOf(user: string): Promise<readonly OpenSession[]>;
  /** Makes what is missing of the owner role: NOLOGIN, mark, grants, database ownership. Idempotent; answers the statements it ran. */
  ensureOwner(spec: OwnerSpec): Promise<readonly string[]>;
  /**
   * Makes what is missing of a user: role, LOGIN, membership with SET, `SET role`, default privileges, mark.
   * Idempotent; answers the statements it ran.
   * @throws DatabaseError `unmarked-role` where the role exists and does not carry the mark
   */
  ensureUser(spec: UserSpec): Promise<readonly string[]>;
  /** ALTER ROLE with a SCRAM-SHA-256 verifier computed here: the server never sees the password. */
  setPassword(user: string, password: Sensitive): Promise<void>;
  /** LOGIN or NOLOGIN. */
  setLogin(user: string, login: boolean): Promise<void>;
  inspect(owner: OwnerSpec, users: readonly string[]): Promise<ServerFacts>;
}

/** How one login attempt ended. */
export type LoginOutcome =
  | { readonly outcome: 'accepted'; readonly currentUser: string }
  /** 28P01 or 28000 from a server that answers. */
  | { readonly outcome: 'refused'; readonly endpoint: string; readonly detail: string }
  /** Anything else: an outage, which is waited for. */
  | { readonly outcome: 'unreachable'; readonly endpoint: string; readonly detail: string };

/** The PostgreSQL server as the rotator needs it. */
export interface Database {
  /** Writer first. */
  readonly endpoints: readonly Endpoint[];
  /**
   * Connects to the writer as the admin, takes the advisory lock `key` (waiting at most the lock timeout),
   * runs the work, then releases and disconnects, whatever happened.
   * @throws DatabaseError
   */
  withLock<T>(admin: Login, key: string, work: (session: AdminSession) => Promise<T>): Promise<T>;
  /** Logs in to `database` on one endpoint, over verified TLS, and asks for current_user; then disconnects. */
  login(endpoint: Endpoint, database: string, login: Login): Promise<LoginOutcome>;
}

/** Why the database could not be used: a name for each cause, and words that say what to do. Carries no secret. */
export type DatabaseErrorKind =
  | 'host-not-found'
  | 'connection-refused'
  | 'timeout'
  | 'unknown-database'
  | 'tls-refused'
  | 'tls-untrusted'
  | 'tls-wrong-host'
  | 'wrong-password'
  | 'no-access-rule'
  | 'login-locked'
  | 'missing-privilege'
  | 'cannot-see-sessions'
  | 'unmarked-role'
  | 'too-many-connections'
  | 'lock-timeout'
  | 'statement-timeout'
  | 'concurrent-update'
  | 'read-only'
  | 'restarting'
  | 'connection-lost'
  | 'other';

export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
  constructor(
    readonly kind: DatabaseErrorKind,
    message: string,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
  }
}
