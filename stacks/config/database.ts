import { z } from 'zod';
import { credentialDocumentSchema } from '../../lambda-src/contract/config-document';
import { arnOf, idOf } from './patterns';
import { role } from './role';

const port = z.int().min(1).max(65_535).default(5432);
/** RDS takes no lower one. */
const ownPort = z.int().min(1150).max(65_535).default(5432);

const endpoint = z.strictObject({
  host: z.string().min(1).max(253).describe('Host name.'),
  port: port.describe('Where it listens.'),
});

/** The admin of a database that is made, unless said otherwise. */
export const ADMIN_USER = 'tandem_admin';

/** What RDS takes for the names of what it makes. Source: RDS API reference, CreateDBInstance, DBName and MasterUsername. */
const MADE_NAME = /^[A-Za-z]\w*$/;
const MADE_RULE = 'must start with a letter, then letters, digits and _: RDS makes no other';

const adminUser = role
  .regex(MADE_NAME, MADE_RULE)
  .refine((name) => name.toLowerCase() !== 'admin', 'must not be admin: RDS reserves it')
  .default(ADMIN_USER)
  .describe('The admin; RDS makes, keeps and rotates its password.');

const instanceClass = z.string().startsWith('db.', 'must be an instance class such as db.t4g.micro');
/** Days. */
const backupRetention = z.int().min(1).max(35).default(7);
const engineVersion = z
  .string()
  .regex(/^1[5-8](\.\d+)?$/, "must be a PostgreSQL version from 15 to 18, in quotes: '17'")
  .default('17');

const storageKeyArn = arnOf('kms').optional();
const STORAGE_KEY =
  'Customer-managed key of the storage. It cannot be changed without a new database. Default: the one that AWS manages';

const createdInstance = z.strictObject({
  engineVersion: engineVersion.describe('PostgreSQL version, major or full.'),
  instanceClass: instanceClass.default('db.t4g.micro').describe('Class of the instance.'),
  storage: z.int().min(20).max(65_536).default(20).describe('GiB; grows by itself to ten times that.'),
  multiAz: z.boolean().default(true).describe('Whether a copy stands by in another availability zone.'),
  backupRetention: backupRetention.describe('Days that backups are kept.'),
  adminUser,
  port: ownPort.describe('Where it listens.'),
  storageKeyArn: storageKeyArn.describe(STORAGE_KEY),
});

/** Aurora capacity units, in halves. Zero would let it pause, and the sweep wake it again every few minutes. */
const units = z.number().min(0.5).max(256).multipleOf(0.5, 'must be a multiple of 0.5');

const createdCluster = z
  .strictObject({
    engineVersion: engineVersion.describe('PostgreSQL version, major or full.'),
    instanceClass: instanceClass
      .optional()
      .describe('Class of provisioned instances. Leave it out for serverless ones.'),
    serverless: z
      .strictObject({
        min: units.default(0.5).describe('Capacity when idle.'),
        max: units.default(4).describe('Capacity at most.'),
      })
      .refine(({ min, max }) => min <= max, { path: ['max'], error: 'must be at least min' })
      .optional()
      .describe('Aurora capacity units between which each instance of serverless v2 scales.'),
    instances: z.int().min(1).max(15).default(2).describe('Instances, one of them the writer.'),
    backupRetention: backupRetention.describe('Days that backups are kept.'),
    adminUser,
    port: ownPort.describe('Where it listens.'),
    storageKeyArn: storageKeyArn.describe(STORAGE_KEY),
  })
  .refine((cluster) => (cluster.instanceClass === undefined) !== (cluster.serverless === undefined), {
    error: 'must have either instanceClass or serverless, and not both',
  });

const identifier = z
  .string()
  .regex(
    /^[A-Za-z][A-Za-z0-9-]{0,62}$/,
    'must be an identifier of RDS: a letter, then letters, digits and -',
  );

const existingDatabase = z
  .strictObject({
    writer: endpoint.optional().describe('Where it answers; instead of an identifier.'),
    readers: z.array(endpoint).max(15).default([]).describe('Where else to ask: every read replica.'),
    instanceIdentifier: identifier.optional().describe('Identifier of an RDS instance, which is looked up.'),
    clusterIdentifier: identifier.optional().describe('Identifier of an Aurora cluster, which is looked up.'),
    readerIdentifiers: z
      .array(identifier)
      .max(15)
      .default([])
      .describe(
        `Identifiers of the instances to ask besides: read replicas, or all of a cluster's, since sessions are counted on each.`,
      ),
    port: port.describe('Port of what is looked up.'),
    adminSecretArn: arnOf('secretsmanager')
      .optional()
      .describe(
        `Secret with the admin's username and password. Default: with an identifier, the one that RDS manages`,
      ),
    adminParameterName: z
      .string()
      .regex(/^\/[A-Za-z0-9_./-]+$/, 'must be the name of a parameter, with a slash in front')
      .max(1_011)
      .optional()
      .describe('SSM SecureString with the same JSON, instead of a secret.'),
    adminKeyArn: arnOf('kms')
      .optional()
      .describe(`Key that encrypts the admin's secret or parameter, where it is a customer-managed one.`),
    clientSecurityGroupIds: z
      .array(idOf('sg'))
      .min(1)
      .max(4)
      .describe(
        'Security groups whose members may connect to the database; the rotator and the services join them.',
      ),
  })
  .refine((it) => count(it.writer, it.instanceIdentifier, it.clusterIdentifier) === 1, {
    error: 'must have exactly one of writer, instanceIdentifier and clusterIdentifier',
  })
  .refine((it) => it.writer === undefined || count(it.adminSecretArn, it.adminParameterName) > 0, {
    path: ['adminSecretArn'],
    error: 'is missing: give it or adminParameterName; only of a database with an identifier is it looked up',
  })
  .refine((it) => count(it.adminSecretArn, it.adminParameterName) < 2, {
    path: ['adminParameterName'],
    error: 'must be left out together with adminSecretArn: the admin has one of them',
  })
  .refine((it) => it.clusterIdentifier === undefined || it.readerIdentifiers.length > 0, {
    path: ['readerIdentifiers'],
    error: 'must name all instances of the cluster: sessions are counted on each',
  });

function count(...values: readonly unknown[]): number {
  return values.filter((value) => value !== undefined).length;
}

export const databaseSchema = z
  .strictObject({
    name: credentialDocumentSchema.shape.database.describe('Name of the database in the server.'),
    create: createdInstance.optional().describe('An RDS instance to make.'),
    aurora: createdCluster.optional().describe('An Aurora cluster to make.'),
    existing: existingDatabase.optional().describe('A server that is there already.'),
    caBundle: z
      .string()
      .includes('-----BEGIN CERTIFICATE-----', { error: 'must be PEM, with -----BEGIN CERTIFICATE-----' })
      .max(3_000, 'must be at most 3,000 characters: a function has 4 KB of environment')
      .optional()
      .describe(`PEM of the authorities to trust. Default: the RDS bundle in the function's zip`),
  })
  .refine(({ create, aurora, existing }) => count(create, aurora, existing) === 1, {
    error: 'must have either create or aurora or existing, and only one of them',
  })
  .refine(({ name, existing }) => existing !== undefined || MADE_NAME.test(name), {
    path: ['name'],
    error: MADE_RULE,
  });
