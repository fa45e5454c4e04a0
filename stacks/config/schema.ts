import { z } from 'zod';
import { credentialDocumentSchema } from '../../lambda-src/contract/config-document';
import { CREDENTIAL_PATTERN, PREFIX_PATTERN } from '../../lambda-src/contract/names';
import { consumerSchema } from './consumer-schema';
import { databaseSchema } from './database';
import { CPU_UNITS, memoryProblem } from './fargate';
import { importSchema } from './import';
import { arnOf, clusterName, ownServiceName, roleArn, variable } from './patterns';
import { role } from './role';
import { alarmsSchema, backendSchema, networkSchema } from './settings';
import { schedulesSchema, strategySchema, usersSchema } from './strategy';

const document = credentialDocumentSchema.shape;

const AGE =
  'Days that the active password may be old: then an alarm goes off, and the sweep rotates the standby, once a day until it succeeds. The schedule must be able to keep it. Default: no limit';

/** One login that applications use. */
export const credentialSchema = z.strictObject({
  strategy: strategySchema.describe('How a password changes: docs/strategies.md.'),
  delivery: document.delivery.default('secret').describe('How a container gets the active credential.'),
  database: document.database
    .optional()
    .describe(`Database that the application connects to. Default: the installation's`),
  ownDatabase: document.ownDatabase.describe(
    'Whether the database is to belong to the owner role, so that the application may create what it needs in it; of one credential of a database at most.',
  ),
  ownerRole: role
    .optional()
    .describe('Role that both users belong to; it never logs in. Default: <credential>_owner'),
  users: usersSchema,
  adopt: z
    .strictObject({
      secret: z
        .string()
        .regex(
          /^(arn:aws(-[a-z]+)*:secretsmanager:[a-z0-9-]+:\d{12}:secret:\S+-[A-Za-z0-9]{6}|[A-Za-z0-9/_+=.@-]{1,512})$/,
          'must be the name of a secret, or its whole ARN with the six characters at its end',
        )
        .describe('Name or ARN of the secret that task definitions read already: it becomes the active one.'),
      keyArn: arnOf('kms')
        .optional()
        .describe('Key that encrypts it, where it is a customer-managed one. Default: the one of AWS'),
      slot: z
        .enum(['blue', 'green'])
        .default('blue')
        .describe('Slot whose user, under users, is there already.'),
      ownPolicy: z
        .boolean()
        .default(false)
        .describe('Whether its resource policy is replaced by one like that of the other secrets.'),
    })
    .optional()
    .describe('What is there already and is taken over, once a person asks for it. Needs users.'),
  schedule: schedulesSchema,
  maxAgeDays: z.int().min(1).max(999).optional().describe(AGE),
  urlOptions: document.urlOptions,
  password: document.password.describe('What generated passwords are like.'),
  rollout: document.rollout.describe('How long moving the consumers may take.'),
  readers: document.readers,
  retire: document.retire,
  consumers: z
    .array(consumerSchema)
    .min(1, 'must name at least one service: a rotation that nothing consumes is not worth its risk')
    .max(50, 'must name at most 50 services')
    .describe(
      'The ECS services to redeploy, in order; with rollout.canaryBakeSeconds the first is the canary.',
    ),
  readerRoleArns: z
    .array(roleArn)
    .max(50)
    .optional()
    .describe(
      'Roles that may read what applications read besides those of services under services: execution roles of consumers that exist.',
    ),
});

/** A Fargate service that this installation creates. */
const serviceSchema = z
  .strictObject({
    image: z.string().min(1, 'must name a container image').describe('Container image.'),
    command: z.array(z.string()).optional().describe('What the container runs. Default: what the image says'),
    cpu: z
      .union(
        CPU_UNITS.map((units) => z.literal(units)),
        {
          error: 'must be 256, 512, 1024, 2048 or 4096: CPU units that Fargate offers',
        },
      )
      .default(256)
      .describe('CPU units.'),
    memory: z
      .int()
      .min(512)
      .max(30_720)
      .default(512)
      .describe('MiB, of what Fargate offers with these CPU units.'),
    desiredCount: z.int().min(0).max(5_000).default(2).describe('Tasks.'),
    port: z.int().min(1).max(65_535).optional().describe('Port of the container, where it listens.'),
    environment: z
      .record(variable, z.string())
      .default({})
      .describe('Plain environment variables, by name; never a secret.'),
    targetGroupArn: arnOf('elasticloadbalancing')
      .optional()
      .describe('Load balancer target group to register tasks in; needs port.'),
    healthCheckGraceSeconds: z
      .int()
      .min(0)
      .max(86_400)
      .default(60)
      .describe(
        'Seconds after its start for which a task may fail the health check of the target group: a rollout starts every task anew.',
      ),
    architecture: z
      .enum(['X86_64', 'ARM64'])
      .default('X86_64')
      .describe('Processor that the image is built for.'),
    readonlyRootFilesystem: z
      .boolean()
      .default(false)
      .describe('Whether the container may write nothing to its own file system.'),
  })
  .superRefine(({ cpu, memory }, context) => {
    const message = memoryProblem(cpu, memory);
    if (message !== null) context.addIssue({ code: 'custom', path: ['memory'], message });
  });

/** CloudWatch Logs accepts these and no others, in days. */
const RETENTIONS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Levels of a parameter's name, credential and kind left out. Source: AWS Systems Manager User Guide, "Requirements and constraints for parameter names". */
const LEVELS = 13;

/** One installation: a database and the credentials of applications that use it. */
export const configurationSchema = z.strictObject({
  prefix: z
    .string()
    .regex(PREFIX_PATTERN, 'must be path segments joined by slashes, without a slash at either end')
    .max(32, 'must be at most 32 characters: it is part of names that AWS limits to 64')
    .regex(/^[A-Za-z]/, 'must start with a letter')
    .refine(
      (prefix) => !/^(aws|ssm)/i.test(prefix),
      'must not start with aws or ssm: Parameter Store reserves these',
    )
    .refine((prefix) => !/^sg([^A-Za-z0-9]|$)/i.test(prefix), 'must not start with sg-: EC2 reserves it')
    .refine(
      (prefix) => prefix.split('/').length <= LEVELS,
      `must have at most ${LEVELS} segments: Parameter Store has no deeper paths`,
    )
    .describe(
      'Path that every name of this installation starts with, for instance tandem/prod. All below it belongs to the installation: put no other there.',
    ),
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be an AWS region such as eu-central-1')
    .describe('AWS region of everything in this installation.'),
  tags: z
    .record(z.string().min(1).max(128), z.string().max(256))
    .default({})
    .describe('Tags on everything that can have them.'),
  permissionsBoundaryArn: arnOf('iam')
    .optional()
    .describe('Policy that bounds every role of this installation.'),
  kmsKeyArn: arnOf('kms')
    .optional()
    .describe(`Customer-managed key for the secrets. Default: one of the installation's own`),
  operationsKeyArn: arnOf('kms')
    .optional()
    .describe(
      `Customer-managed key for logs and alarms; its policy must let CloudWatch and CloudWatch Logs use it. Default: one of the installation's own`,
    ),
  operatorRoleArns: z
    .array(roleArn)
    .max(20)
    .default([])
    .describe(
      'Roles of people who may read, write and rotate every secret; beside them only the functions may.',
    ),
  protect: z.boolean().default(true).describe('Whether what holds data refuses to be destroyed.'),
  logRetentionDays: z
    .int()
    .refine((days) => RETENTIONS.includes(days), `must be one of ${RETENTIONS.join(', ')}`)
    .default(365)
    .describe('Days that logs are kept.'),
  sweepMinutes: z.int().min(1).max(60).default(5).describe('Minutes between two looks that nothing caused.'),
  backend: backendSchema.describe('Where Terraform keeps its state. Default: files beside cdktf.out'),
  network: networkSchema.describe('The VPC that everything lives in; none is made.'),
  alarms: alarmsSchema.describe('Who is told of what a person should know.'),
  cluster: clusterName.optional().describe('ECS cluster that the services run in. Default: one of their own'),
  database: databaseSchema.describe('The PostgreSQL server, made or there already.'),
  credentials: z
    .record(
      z
        .string()
        .regex(
          CREDENTIAL_PATTERN,
          'must start with a letter, then letters, digits, _ and -, at most 40 characters',
        ),
      credentialSchema,
    )
    .refine((credentials) => Object.keys(credentials).length > 0, 'must have at least one credential')
    .describe('Logins that applications use, by name.'),
  services: z
    .record(ownServiceName, serviceSchema)
    .default({})
    .describe('Fargate services to make, by name.'),
  import: importSchema.describe(
    'What is there already and comes under this state. docs/adoption.md says how.',
  ),
});

/** What a file or a program writes: defaults may be left out. */
export type ConfigurationInput = z.input<typeof configurationSchema>;
export type Configuration = z.output<typeof configurationSchema>;
export type CredentialConfiguration = z.output<typeof credentialSchema>;
