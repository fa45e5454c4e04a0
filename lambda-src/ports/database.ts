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

/** How the COMMENT begins that marks a role as some credential's. */
export const MARK = 'managed by tandem: ';

/** The owner role that both users belong to, and what it owns. */
export interface OwnerSpec {
  readonly owner: string;
  /** The database whose objects the owner role owns. */
  readonly database: string;
  /** Whether the database itself is to belong to the owner role. */
  readonly ownDatabase: boolean;
  /** The COMMENT that marks roles as this credential's. */
  readonly mark: string;
  /** Whether an existing role without the mark is given it, rather than refused. @default false */
  readonly takesOver?: boolean;
}

export interface UserSpec {
  readonly owner: string;
  readonly user: string;
  readonly database: string;
  /** The COMMENT that marks roles as this credential's; an existing role without it is refused. */
  readonly mark: string;
  /** Whether it is given it instead. @default false */
  readonly takesOver?: boolean;
}

/** A user that is there already, to be taken over as one of a pair. */
export interface AdoptionSpec extends OwnerSpec {
  /** The user that applications log in as. */
  readonly user: string;
  /** The user that is made beside it, with everything that it has. */
  readonly twin: string;
}

/** A statement that changes something, with what to do where the privilege for it is missing. */
export interface Statement {
  readonly sql: string;
  /** Ends an error message: what to grant to whom. */
  readonly remedy: string;
}

/** Statements that belong into one transaction; none of them counts where one fails. */
export interface Batch {
  readonly database: string;
  readonly statements: readonly Statement[];
  /**
   * The relation that it locks away from applications, as SQL names it; null for one that cannot be named. It waits for
   * such a lock so shortly that no application's statement fails, and then gives up with `lock-timeout`: run it again.
   * @default nothing is locked
   */
  readonly locks?: string | null;
}

/** What taking a user over will run, and whether it can. */
export interface AdoptionPlan {
  /** In the order in which they must run. Planned anew after a part of them, they are the rest. */
  readonly batches: readonly Batch[];
  /** What stands in the way, each with what to do; while there are any, nothing may run. */
  readonly obstacles: readonly string[];
  /** What a person should know before it runs. */
  readonly notes: readonly string[];
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
  /** What it has for itself, besides membership in the owner role: attributes, settings, memberships, grants, objects. */
  readonly own: readonly string[];
  /** Whether the admin may alter it: superuser, or ADMIN OPTION on it. */
  readonly adminMayAlter: boolean;
  /** Instances, as `host:port`, on which the admin may not end its sessions. */
  readonly unendableOn: readonly string[];
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
   * Makes what is missing of a user: role, membership with SET, `SET role`, default privileges, mark. A role that may not
   * log in stays so until it has a new password. Idempotent; answers the statements it ran.
   * @throws DatabaseError `unmarked-role` where the role exists and does not carry the mark
   */
  ensureUser(spec: UserSpec): Promise<readonly string[]>;
  /** What {@link ensureOwner} would run. Changes nothing. */
  planOwner(spec: OwnerSpec): Promise<readonly Batch[]>;
  /** What {@link ensureUser} would run, also before the owner role is there. Changes nothing. */
  planUser(spec: UserSpec): Promise<readonly Batch[]>;
  /**
   * Makes an existing user one of a pair: what it owns goes to the owner role, and what it may do, the owner role and
   * its twin may do. It is the rest where parts of it have run. Changes nothing.
   */
  planAdoption(spec: AdoptionSpec): Promise<AdoptionPlan>;
  /** Runs one transaction; answers its statements. */
  run(batch: Batch): Promise<readonly string[]>;
  /**
   * LOGIN with this password, in one ALTER ROLE: a user that was locked out never logs in with the former one. The
   * SCRAM-SHA-256 verifier is computed here: the server never sees the password.
   */
  setPassword(user: string, password: Sensitive): Promise<void>;
  /** LOGIN or NOLOGIN. */
  setLogin(user: string, login: boolean): Promise<void>;
  /**
   * Ends every session of the user on every instance, whatever it calls itself, and waits until they are gone.
   * @returns those that it found
   * @throws DatabaseError where the admin may not end them, or one does not end
   */
  endSessions(user: string): Promise<readonly OpenSession[]>;
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
