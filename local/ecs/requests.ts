import { z } from 'zod';
import { AwsError } from '../endpoint/seams';

/**
 * The requests served, parsed once at the edge. Fields that nothing here interprets are kept as they are, so that
 * they can be answered again.
 */

const text = z.string();
const texts = z.array(text);
const tags = z.array(z.looseObject({ key: text.optional(), value: text.optional() }));
const nameValues = z.array(z.looseObject({ name: text, value: text }));
const cluster = { cluster: text.optional() };
const paging = { maxResults: z.number().int().positive().optional(), nextToken: text.optional() };
const include = { include: texts.optional() };

const healthCheck = z.looseObject({
  command: texts.min(1),
  interval: z.number().default(30),
  timeout: z.number().default(5),
  retries: z.number().default(3),
  startPeriod: z.number().optional(),
});

export const containerDefinition = z.looseObject({
  name: text.min(1),
  image: text.min(1),
  essential: z.boolean().default(true),
  entryPoint: texts.optional(),
  command: texts.optional(),
  environment: nameValues.default([]),
  secrets: z.array(z.looseObject({ name: text, valueFrom: text })).optional(),
  workingDirectory: text.optional(),
  stopTimeout: z.number().optional(),
  healthCheck: healthCheck.optional(),
  portMappings: z
    .array(z.looseObject({ containerPort: z.number().optional(), hostPort: z.number().optional() }))
    .default([]),
});

export type ContainerDefinition = z.infer<typeof containerDefinition>;

export const circuitBreaker = z.looseObject({
  enable: z.boolean(),
  rollback: z.boolean(),
  resetOnHealthyTask: z.boolean().optional(),
  thresholdConfiguration: z
    .looseObject({ type: z.enum(['COUNT', 'BOUNDED_PERCENT', 'UNBOUNDED_PERCENT']), value: z.number() })
    .optional(),
});

const minutes = z.number().int().min(0).max(1_440);

export const deploymentConfiguration = z.looseObject({
  maximumPercent: z.number().int().min(100).max(200).optional(),
  minimumHealthyPercent: z.number().int().min(0).max(100).optional(),
  deploymentCircuitBreaker: circuitBreaker.optional(),
  strategy: z.enum(['ROLLING', 'BLUE_GREEN', 'LINEAR', 'CANARY']).optional(),
  bakeTimeInMinutes: minutes.optional(),
  linearConfiguration: z
    .looseObject({
      stepPercent: z.number().min(3).max(100).default(10),
      stepBakeTimeInMinutes: minutes.default(6),
    })
    .optional(),
  canaryConfiguration: z
    .looseObject({
      canaryPercent: z.number().min(0.1).max(100).default(5),
      canaryBakeTimeInMinutes: minutes.default(10),
    })
    .optional(),
});

const serviceChanges = {
  ...cluster,
  taskDefinition: text.optional(),
  desiredCount: z.number().int().min(0).optional(),
  deploymentConfiguration: deploymentConfiguration.optional(),
  deploymentController: z.looseObject({ type: text }).optional(),
  schedulingStrategy: text.optional(),
};

export const requests = {
  CreateCluster: z.looseObject({ clusterName: text.optional(), tags: tags.optional() }),
  UpdateCluster: z.looseObject({ cluster: text }),
  PutClusterCapacityProviders: z.looseObject({ cluster: text }),
  DescribeClusters: z.object({ clusters: texts.optional(), ...include }),
  DeleteCluster: z.object({ cluster: text }),
  ListClusters: z.object(paging),
  RegisterTaskDefinition: z.looseObject({
    family: text.regex(/^[A-Za-z0-9_-]{1,255}$/, 'Family contains invalid characters.'),
    containerDefinitions: z.array(containerDefinition).min(1, 'Container definitions must not be empty.'),
    networkMode: text.optional(),
    tags: tags.optional(),
  }),
  DescribeTaskDefinition: z.object({ taskDefinition: text, ...include }),
  DeregisterTaskDefinition: z.object({ taskDefinition: text }),
  DeleteTaskDefinitions: z.object({ taskDefinitions: texts }),
  ListTaskDefinitions: z.object({
    familyPrefix: text.optional(),
    status: text.optional(),
    sort: text.optional(),
    ...paging,
  }),
  CreateService: z.looseObject({
    ...serviceChanges,
    serviceName: text.min(1),
    tags: tags.optional(),
  }),
  UpdateService: z.looseObject({
    ...serviceChanges,
    service: text,
    forceNewDeployment: z.boolean().optional(),
  }),
  DescribeServices: z.object({ ...cluster, services: texts, ...include }),
  ListServiceDeployments: z.object({
    ...cluster,
    service: text,
    status: texts.optional(),
    createdAt: z.object({ after: z.number().optional(), before: z.number().optional() }).optional(),
    ...paging,
  }),
  DescribeServiceDeployments: z.object({ serviceDeploymentArns: texts.min(1) }),
  StopServiceDeployment: z.object({
    serviceDeploymentArn: text,
    stopType: z.enum(['ROLLBACK', 'ABORT']).default('ROLLBACK'),
  }),
  DeleteService: z.object({ ...cluster, service: text, force: z.boolean().optional() }),
  ListServices: z.object({ ...cluster, launchType: text.optional(), ...paging }),
  RunTask: z.looseObject({
    ...cluster,
    taskDefinition: text,
    count: z.number().int().min(1).max(10).default(1),
    startedBy: text.optional(),
    group: text.optional(),
    launchType: text.optional(),
    tags: tags.optional(),
    overrides: z
      .looseObject({
        containerOverrides: z
          .array(
            z.looseObject({
              name: text.optional(),
              command: texts.optional(),
              environment: nameValues.optional(),
            }),
          )
          .optional(),
      })
      .optional(),
  }),
  StopTask: z.object({ ...cluster, task: text, reason: text.optional() }),
  ListTasks: z.object({
    ...cluster,
    serviceName: text.optional(),
    family: text.optional(),
    startedBy: text.optional(),
    launchType: text.optional(),
    desiredStatus: z.enum(['RUNNING', 'PENDING', 'STOPPED']).default('RUNNING'),
    ...paging,
  }),
  DescribeTasks: z.object({ ...cluster, tasks: texts, ...include }),
  UpdateTaskProtection: z.object({
    cluster: text,
    tasks: texts,
    protectionEnabled: z.boolean(),
    expiresInMinutes: z.number().int().min(1).max(2_880).optional(),
  }),
  GetTaskProtection: z.object({ cluster: text, tasks: texts.optional() }),
  TagResource: z.object({ resourceArn: text, tags }),
  UntagResource: z.object({ resourceArn: text, tagKeys: texts }),
  ListTagsForResource: z.object({ resourceArn: text }),
} as const;

export type OperationName = keyof typeof requests;
export type RequestOf<Name extends OperationName> = z.infer<(typeof requests)[Name]>;

/** @throws AwsError InvalidParameterException naming each wrong field */
export function parseRequest<Schema extends z.ZodType>(schema: Schema, input: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new AwsError('InvalidParameterException', wrong.join('; '));
}
