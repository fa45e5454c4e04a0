import { DatabaseError, type DatabaseErrorKind } from '../../ports/database';

/** What was being done when an error came, as its message needs it. Holds no secret. */
export interface ErrorContext {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** What to grant or run, where the server says that a privilege is missing. */
  readonly remedy?: string;
}

interface Translation {
  readonly kind: DatabaseErrorKind;
  /** A sentence or two: what is wrong, and what to do. */
  readonly message: string;
}

type Explain = (context: ErrorContext, said: string) => Translation;

const place = ({ host, port }: ErrorContext): string => `${host}:${port}`;

const explain =
  (kind: DatabaseErrorKind, message: (context: ErrorContext, said: string) => string): Explain =>
  (context, said) => ({ kind, message: message(context, said) });

const hostNotFound = explain(
  'host-not-found',
  ({ host }) =>
    `The database host ${host} is not known to DNS. Check the host in the configuration, and that the function's VPC resolves it.`,
);
const refused = explain(
  'connection-refused',
  (context) =>
    `Nothing listens on ${place(context)}. Check the port in the configuration, and that the instance is running.`,
);
const timedOut = explain(
  'timeout',
  (context) =>
    `${place(context)} did not answer in time. Check that its security group lets the function's security group in on port ${context.port}, and that subnets and routes connect them.`,
);
const lost = explain(
  'connection-lost',
  (context) =>
    `The connection to ${place(context)} broke. It is tried again; look at the instance's events if it stays so.`,
);
const untrusted = explain(
  'tls-untrusted',
  (context, said) =>
    `The certificate of ${place(context)} is not signed by a trusted authority (${said}). Set tls.caBundle to the authority that signs it; without one, only Amazon RDS is trusted.`,
);
const wrongHost = explain(
  'tls-wrong-host',
  ({ host }, said) =>
    `The server's certificate is not for ${host} (${said}). Use a host name that the certificate carries: for RDS, the instance's or cluster's own endpoint.`,
);
const restarting = explain(
  'restarting',
  (context) =>
    `The server at ${place(context)} is starting up or shutting down. It is tried again; nothing was changed.`,
);

const BY_CODE: Readonly<Record<string, Explain>> = {
  ENOTFOUND: hostNotFound,
  EAI_AGAIN: hostNotFound,
  ECONNREFUSED: refused,
  ETIMEDOUT: timedOut,
  EHOSTUNREACH: timedOut,
  ENETUNREACH: timedOut,
  ECONNRESET: lost,
  EPIPE: lost,
  ERR_TLS_CERT_ALTNAME_INVALID: wrongHost,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  CERT_SIGNATURE_FAILURE: untrusted,
  CERT_HAS_EXPIRED: untrusted,
  CERT_NOT_YET_VALID: untrusted,
  CERT_UNTRUSTED: untrusted,
  CERT_REVOKED: untrusted,
  INVALID_CA: untrusted,
  '3D000': explain(
    'unknown-database',
    ({ database, ...context }) =>
      `There is no database "${database}" on ${context.host}:${context.port}. Check the database name in the configuration, or create it.`,
  ),
  '28P01': explain(
    'wrong-password',
    (context) => `${place(context)} does not accept the password of "${context.user}".`,
  ),
  '28000': (context, said) =>
    said.includes('not permitted to log in')
      ? {
          kind: 'login-locked',
          message: `The role "${context.user}" is locked: it has NOLOGIN. If that is not meant, run: ALTER ROLE ${shown(context.user)} LOGIN.`,
        }
      : {
          kind: 'no-access-rule',
          message: `${place(context)} has no rule that lets "${context.user}" into database "${context.database}" over TLS. Add one to pg_hba.conf; on RDS, check rds.force_ssl and IAM authentication (a member of rds_iam cannot log in with a password).`,
        },
  '42501': explain(
    'missing-privilege',
    ({ user, remedy }, said) =>
      `"${user}" lacks a privilege: ${said}. ${remedy ?? 'Ask the owner of the object to grant it'}.`,
  ),
  '53300': explain(
    'too-many-connections',
    (context, said) =>
      `${place(context)} has no connection left for "${context.user}" (${said}). Raise the limit (ALTER ROLE … CONNECTION LIMIT, or max_connections), or end idle sessions.`,
  ),
  '55P03': explain(
    'lock-timeout',
    ({ database }) =>
      `A lock in database "${database}" was not free in time: another rotation or verification holds it. It is tried again; look at pg_locks if it stays so.`,
  ),
  '57014': explain(
    'statement-timeout',
    (context) =>
      `A statement on ${place(context)} took longer than the statement timeout. Look at what blocks it in pg_stat_activity, or raise the timeout.`,
  ),
  '25006': explain(
    'read-only',
    (context) =>
      `The server at ${place(context)} is read-only: a replica, or an instance that has just failed over. The configuration's writer must name the writer endpoint of the cluster.`,
  ),
  '57P01': restarting,
  '57P02': restarting,
  '57P03': restarting,
  '08006': lost,
};

/** Errors of the driver that carry no code. */
const BY_MESSAGE: readonly (readonly [RegExp, Explain])[] = [
  [
    /server does not support SSL/,
    explain(
      'tls-refused',
      (context) =>
        `The server at ${place(context)} refuses TLS, and Tandem never connects without it. Turn ssl on (on RDS it always is: check host and port).`,
    ),
  ],
  [/timeout expired|timeout exceeded|Query read timeout/, timedOut],
  [/Connection terminated|Client has encountered a connection error/, lost],
  [
    /tuple concurrently (updated|deleted)/,
    explain(
      'concurrent-update',
      ({ database }) =>
        `Someone else altered the same role or database at the same moment ("${database}"). Nothing was changed; it is tried again.`,
    ),
  ],
];

/**
 * The one place where errors of the server, the network and TLS become a {@link DatabaseError}.
 *
 * @param secrets texts that must appear nowhere in what is answered
 */
export function databaseError(
  error: unknown,
  context: ErrorContext,
  secrets: readonly string[] = [],
): DatabaseError {
  if (error instanceof DatabaseError) return error;
  const code = codeOf(error);
  const said = redact(messageOf(error), secrets);
  const found =
    (code === undefined ? undefined : BY_CODE[code]) ?? BY_MESSAGE.find(([shape]) => shape.test(said))?.[1];
  const { kind, message } = (found ?? other)(context, said);
  // The driver's error objects carry whole statements, details and sockets: only its words go on.
  const cause = new Error(code === undefined ? said : `${code}: ${said}`);
  delete cause.stack;
  return new DatabaseError(kind, message, { cause });
}

const other = explain(
  'other',
  (context, said) => `${place(context)}, database "${context.database}": ${said}.`,
);

/** With several addresses, Node reports an AggregateError whose own code is that of its parts. */
function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** By shape, not by class: an error of Node itself need not be an instance of this realm's Error. */
function messageOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'unknown error';
  const [first] = 'errors' in error && Array.isArray(error.errors) ? (error.errors as unknown[]) : [];
  if (first !== undefined) return messageOf(first);
  return 'message' in error && typeof error.message === 'string' ? error.message : 'unknown error';
}

const VERIFIER = /SCRAM-SHA-256\$[^\s'"]*/g;

function redact(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret !== '')
    .reduce((shorter, secret) => shorter.replaceAll(secret, '[redacted]'), text)
    .replace(VERIFIER, '[redacted]');
}

const shown = (name: string): string => `"${name.replaceAll('"', '""')}"`;
