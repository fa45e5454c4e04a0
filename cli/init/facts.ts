import { z } from 'zod';

/** A database server, as far as adopting what uses it needs. */
export interface ServerFacts {
  readonly kind: 'instance' | 'cluster';
  readonly identifier: string;
  /** Host names that it answers to. */
  readonly hosts: readonly string[];
  readonly port: number;
  /** The secret in which RDS keeps the admin's password; null where it does not. */
  readonly adminSecretArn: string | null;
  readonly adminUser: string;
  /** Read replicas, or all instances of a cluster. */
  readonly readerIdentifiers: readonly string[];
  readonly vpcId: string | null;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
}

/** A service that runs. */
export interface ServiceFacts {
  readonly cluster: string;
  readonly service: string;
  /** Its deployment controller. */
  readonly controller: string;
  readonly executionRoleArn: string | null;
  readonly securityGroupIds: readonly string[];
  /** Secrets that its task definition names. */
  readonly secretArns: readonly string[];
}

/** Who logs in with a secret's value, and where; never with what. */
export interface Login {
  readonly user: string;
  readonly host: string;
  readonly database: string | null;
  /** Keys that rotations do not write. */
  readonly otherKeys: readonly string[];
}

export interface SecretFacts {
  readonly arn: string;
  /** The customer-managed key that encrypts it. */
  readonly keyArn: string | null;
  /** Whether it has a rotation of its own. */
  readonly rotated: boolean;
  /** Or why its value is no login. */
  readonly login: Login | string;
}

export interface AccountFacts {
  readonly servers: readonly ServerFacts[];
  readonly services: readonly ServiceFacts[];
  readonly secrets: readonly SecretFacts[];
}

const value = z.object({
  username: z.string().min(1),
  password: z.string(),
  host: z.string().optional(),
  dbname: z.string().optional(),
  url: z.string().optional(),
});

/** The keys of a value that Tandem writes. */
const KEYS = ['engine', 'host', 'port', 'dbname', 'username', 'password', 'url'];

/** Takes the login out of a secret's value, and leaves the password. @returns why there is none, in words */
export function loginIn(text: string): Login | string {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return 'is no JSON';
  }
  const parsed = value.safeParse(json);
  if (!parsed.success) return 'has no username and password';
  const { username, host, dbname, url } = parsed.data;
  const place = placeIn(url);
  const reached = host ?? place?.host;
  if (reached === undefined) return 'names no host';
  return {
    user: username,
    host: reached,
    database: dbname ?? place?.database ?? null,
    otherKeys: Object.keys(json as object).filter((key) => !KEYS.includes(key)),
  };
}

function placeIn(
  url: string | undefined,
): { readonly host: string; readonly database: string | null } | null {
  if (url === undefined || !URL.canParse(url)) return null;
  const { hostname, pathname } = new URL(url);
  const database = pathname.slice(1);
  return hostname === '' ? null : { host: hostname, database: database === '' ? null : database };
}
