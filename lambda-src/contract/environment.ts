import { z } from 'zod';
import { PREFIX_PATTERN, type ImportedSecrets } from './names';
import { parsed } from './parse';

const endpoint = z.strictObject({
  host: z.string().min(1).max(253),
  port: z.int().min(1).max(65535),
});

/**
 * Where the rotator finds its database. It is environment, not configuration document, because setSecret
 * must connect *before* it reads document and record under the lock, and may read them only once.
 */
export const databaseSchema = z
  .strictObject({
    writer: endpoint,
    readers: z.array(endpoint).max(15).default([]),
    /** The database in which advisory locks are taken: always the same one. */
    lockDatabase: z.string().min(1),
    /** ARN of the Secrets Manager secret with the admin's `username` and `password`. */
    adminSecretArn: z.string().startsWith('arn:').optional(),
    /** Instead of it: name of the SSM SecureString with the same JSON. */
    adminParameter: z.string().startsWith('/').optional(),
    timeouts: z
      .strictObject({
        connectMs: z.int().min(100).max(60_000).default(5_000),
        statementMs: z.int().min(100).max(120_000).default(10_000),
        lockMs: z.int().min(100).max(120_000).default(10_000),
      })
      .prefault({}),
  })
  .refine((it) => (it.adminSecretArn === undefined) !== (it.adminParameter === undefined), {
    path: ['adminSecretArn'],
    error: 'give it or adminParameter, and not both',
  });
export type DatabaseEnvironment = z.infer<typeof databaseSchema>;

const json = <T extends z.ZodType>(schema: T) =>
  z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue({ code: 'custom', message: 'is not JSON' });
        return z.NEVER;
      }
    })
    .pipe(schema);

const prefix = z
  .string()
  .regex(PREFIX_PATTERN, 'must be path segments joined by slashes, without a slash at either end');

const rotatorSchema = z.object({
  TANDEM_PREFIX: prefix,
  TANDEM_DATABASE: json(databaseSchema),
  /** PEM; absent: the RDS CA bundle shipped in the zip. */
  TANDEM_CA_BUNDLE: z.string().includes('-----BEGIN CERTIFICATE-----').optional(),
  /** Absent: every secret has its name by convention. */
  TANDEM_IMPORTED_SECRETS: json(z.record(z.string().startsWith('arn:'), z.string())).default({}),
});

export interface RotatorEnvironment {
  /** The installation's path, for instance `tandem/prod`. */
  readonly prefix: string;
  readonly database: DatabaseEnvironment;
  /** PEM of the certification authorities to trust, or undefined for the RDS bundle. */
  readonly caBundle: string | undefined;
  /** The secrets that have other names than by convention. */
  readonly importedSecrets: ImportedSecrets;
}

const orchestratorSchema = z.object({
  TANDEM_PREFIX: prefix,
  TANDEM_ROTATOR: z.string().min(1).max(170),
});

export interface OrchestratorEnvironment {
  readonly prefix: string;
  /** Name or ARN of the rotator function. */
  readonly rotator: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** @throws ContractError naming every bad variable */
export function parseRotatorEnvironment(variables: Variables): RotatorEnvironment {
  const env = parsed('environment of the rotator', rotatorSchema, variables);
  return {
    prefix: env.TANDEM_PREFIX,
    database: env.TANDEM_DATABASE,
    caBundle: env.TANDEM_CA_BUNDLE,
    importedSecrets: env.TANDEM_IMPORTED_SECRETS,
  };
}

/** @throws ContractError naming every bad variable */
export function parseOrchestratorEnvironment(variables: Variables): OrchestratorEnvironment {
  const env = parsed('environment of the orchestrator', orchestratorSchema, variables);
  return { prefix: env.TANDEM_PREFIX, rotator: env.TANDEM_ROTATOR };
}

/** The variables to set on the rotator function. */
export function rotatorVariables(environment: {
  readonly prefix: string;
  readonly database: z.input<typeof databaseSchema>;
  readonly caBundle?: string;
  readonly importedSecrets?: ImportedSecrets;
}): Record<string, string> {
  const { importedSecrets = {} } = environment;
  return {
    TANDEM_PREFIX: environment.prefix,
    TANDEM_DATABASE: JSON.stringify(environment.database),
    ...(environment.caBundle === undefined ? {} : { TANDEM_CA_BUNDLE: environment.caBundle }),
    ...(Object.keys(importedSecrets).length === 0
      ? {}
      : { TANDEM_IMPORTED_SECRETS: JSON.stringify(importedSecrets) }),
  };
}

/** The variables to set on the orchestrator function. */
export function orchestratorVariables(environment: OrchestratorEnvironment): Record<string, string> {
  return { TANDEM_PREFIX: environment.prefix, TANDEM_ROTATOR: environment.rotator };
}
