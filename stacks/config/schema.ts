import { z } from 'zod';
import { credentialDocumentSchema } from '../../lambda-src/contract/config-document';
import { CREDENTIAL_PATTERN, PREFIX_PATTERN } from '../../lambda-src/contract/names';
import { databaseSchema } from './database';
import { arnOf, idOf, roleArn } from './patterns';
import { role } from './role';
import { scheduleSchema } from './schedule';

const document = credentialDocumentSchema.shape;

const word = (what: string, pattern: RegExp, rule: string) =>
  z.string().regex(pattern, `must be ${what}: ${rule}`);

const clusterName = word('a cluster name', /^[A-Za-z0-9_-]{1,255}$/, 'letters, digits, _ and -');
const serviceName = word('a service name', /^[A-Za-z0-9_-]{1,255}$/, 'letters, digits, _ and -');
const ownServiceName = word(
  'a service name',
  /^[A-Za-z][A-Za-z0-9-]{0,39}$/,
  'a letter, then letters, digits and -, at most 40 characters',
);
const variable = word('an environment variable', /^[A-Za-z_][A-Za-z0-9_]*$/, 'letters, digits and _');

const controller = z.literal('ECS', {
  error: 'must be ECS: services under CODE_DEPLOY or EXTERNAL are not redeployed by UpdateService',
});

const consumer = z.union(
  [
    ownServiceName,
    z
      .strictObject({
        service: serviceName,
        /** For a service that exists already. @default one under services */
        cluster: clusterName.optional(),
        /** Environment variable that gets the URL, for a service under services. @default DATABASE_URL */
        variable: variable.optional(),
        /** The service's deployment controller. @default ECS */
        controller: controller.optional(),
      })
      .refine((entry) => entry.cluster === undefined || entry.variable === undefined, {
        path: ['variable'],
        error:
          'must be left out together with cluster: the task definition of a service that exists names its variables',
      }),
  ],
  {
    error:
      'must be the name of a service under services, {service, variable}, or {cluster, service} of one that exists',
  },
);

/** One login that applications use. */
export const credentialSchema = z.strictObject({
  strategy: document.strategy.default('dual-user'),
  delivery: document.delivery.default('secret'),
  /** Database that the application connects to. @default the installation's */
  database: document.database.optional(),
  /** Whether the database is to belong to the owner role. @default false */
  ownDatabase: document.ownDatabase,
  /** Role that both users belong to; it never logs in. @default <credential>_owner */
  ownerRole: role.optional(),
  /** @default <credential>_blue and <credential>_green */
  users: z.strictObject({ blue: role, green: role }).optional(),
  /** When each slot's secret is rotated, UTC. */
  schedule: z
    .strictObject({
      blue: scheduleSchema.prefault({ cron: 'cron(0 3 1 * ? *)' }),
      green: scheduleSchema.prefault({ cron: 'cron(0 3 15 * ? *)' }),
    })
    .prefault({}),
  urlOptions: document.urlOptions,
  password: document.password,
  rollout: document.rollout,
  /** The ECS services to redeploy, in order. */
  consumers: z
    .array(consumer)
    .min(1, 'must name at least one service: a rotation that nothing consumes is not worth its risk')
    .max(50, 'must name at most 50 services'),
  /** Roles that may read the active secret besides those of services under services: execution roles of consumers that exist. */
  readerRoleArns: z.array(roleArn).max(50).optional(),
});

/** A Fargate service that this installation creates. */
export const serviceSchema = z.strictObject({
  image: z.string().min(1, 'must name a container image'),
  command: z.array(z.string()).optional(),
  /** CPU units. */
  cpu: z
    .union(
      [256, 512, 1024, 2048, 4096].map((units) => z.literal(units)),
      {
        error: 'must be 256, 512, 1024, 2048 or 4096: CPU units that Fargate offers',
      },
    )
    .default(256),
  /** MiB. */
  memory: z.int().min(512).max(30_720).default(512),
  desiredCount: z.int().min(0).max(5_000).default(2),
  /** Port of the container, where it listens. */
  port: z.int().min(1).max(65_535).optional(),
  environment: z.record(variable, z.string()).default({}),
  /** Load balancer target group to register tasks in; needs `port`. */
  targetGroupArn: arnOf('elasticloadbalancing').optional(),
  architecture: z.enum(['X86_64', 'ARM64']).default('X86_64'),
});

const networkSchema = z
  .strictObject({
    /** @default the account's default VPC */
    vpcId: idOf('vpc').optional(),
    /** For the database and the rotator; at least two availability zones. */
    subnetIds: z
      .array(idOf('subnet'))
      .min(2, 'must name at least two subnets, in two availability zones')
      .optional(),
    /** For the services. @default subnetIds */
    serviceSubnetIds: z.array(idOf('subnet')).min(1).optional(),
    /** Whether the services' tasks get a public address. @default only in the default VPC, which has no private subnets */
    assignPublicIp: z.boolean().optional(),
    /** Whether to create the interface endpoints that the rotator calls; false where the VPC has them, or NAT. @default true */
    endpoints: z.boolean().default(true),
    /**
     * Route tables of the services' subnets: then endpoints are made for what starting a task needs besides (logs, ecr.api,
     * ecr.dkr, and S3 in these tables), and no NAT is needed for images of a private registry. @default none
     */
    taskRouteTableIds: z.array(idOf('rtb')).min(1, 'must name at least one route table').optional(),
  })
  .refine((network) => network.endpoints || network.taskRouteTableIds === undefined, {
    path: ['taskRouteTableIds'],
    error: 'must be left out while endpoints is false',
  })
  .refine((network) => (network.vpcId === undefined) === (network.subnetIds === undefined), {
    error: 'must have both vpcId and subnetIds, or neither',
  })
  .prefault({});

const backendSchema = z
  .strictObject({
    s3: z
      .strictObject({
        bucket: z.string().min(3),
        region: z.string().min(1),
        /** Prefix of the states' keys. @default the installation's prefix */
        keyPrefix: z.string().optional(),
        kmsKeyId: z.string().optional(),
      })
      .optional(),
    cloud: z
      .strictObject({
        organization: z.string().min(1),
        hostname: z.string().optional(),
        project: z.string().optional(),
      })
      .optional(),
  })
  .refine((backend) => (backend.s3 === undefined) !== (backend.cloud === undefined), {
    error: 'must have either s3 or cloud, and not both',
  })
  .optional();

/** Who is told of what a person should know. */
const alarmsSchema = z
  .strictObject({
    /** SNS topic that is told. @default one of the installation's own */
    topicArn: arnOf('sns').optional(),
    /** Addresses that the installation's own topic sends a mail to, once each has confirmed. */
    emails: z.array(z.email('must be a mail address')).max(10).default([]),
    /** Whether to make a CloudWatch dashboard. */
    dashboard: z.boolean().default(true),
  })
  .refine((alarms) => alarms.topicArn === undefined || alarms.emails.length === 0, {
    path: ['emails'],
    error: 'must be left out together with topicArn: subscribe them to that topic',
  })
  .prefault({});

/** CloudWatch Logs accepts these and no others, in days. */
const RETENTIONS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** One installation: a database and the credentials of applications that use it. */
export const configurationSchema = z.strictObject({
  /** Path that every name of this installation starts with, for instance tandem/prod. */
  prefix: z
    .string()
    .regex(PREFIX_PATTERN, 'must be path segments joined by slashes, without a slash at either end')
    .max(32, 'must be at most 32 characters: it is part of names that AWS limits to 64')
    .regex(/^[A-Za-z]/, 'must start with a letter')
    .refine(
      (prefix) => !/^(aws|ssm)/i.test(prefix),
      'must not start with aws or ssm: Parameter Store reserves these',
    ),
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be an AWS region such as eu-central-1'),
  tags: z.record(z.string().min(1).max(128), z.string().max(256)).default({}),
  /** Policy that bounds every role of this installation. */
  permissionsBoundaryArn: arnOf('iam').optional(),
  /** Customer-managed key for the secrets. @default one of the installation's own */
  kmsKeyArn: arnOf('kms').optional(),
  /** Roles of people who may read, write and rotate every secret; beside them only the functions may. */
  operatorRoleArns: z.array(roleArn).max(20).default([]),
  /** Whether what holds data refuses to be destroyed. @default true */
  protect: z.boolean().default(true),
  /** Days that logs are kept. */
  logRetentionDays: z
    .int()
    .refine((days) => RETENTIONS.includes(days), `must be one of ${RETENTIONS.join(', ')}`)
    .default(365),
  /** Minutes between two looks that nothing caused. */
  sweepMinutes: z.int().min(1).max(60).default(5),
  backend: backendSchema,
  network: networkSchema,
  alarms: alarmsSchema,
  /** ECS cluster that the services run in. @default one of their own */
  cluster: clusterName.optional(),
  database: databaseSchema,
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
    .refine((credentials) => Object.keys(credentials).length > 0, 'must have at least one credential'),
  services: z.record(ownServiceName, serviceSchema).default({}),
});

/** What a file or a program writes: defaults may be left out. */
export type ConfigurationInput = z.input<typeof configurationSchema>;
export type Configuration = z.output<typeof configurationSchema>;
export type CredentialConfiguration = z.output<typeof credentialSchema>;
export type ServiceConfiguration = z.output<typeof serviceSchema>;
