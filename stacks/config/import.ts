import { z } from 'zod';
import { idOf, roleArn } from './patterns';

const secretArn = z
  .string()
  .regex(
    /^arn:aws(-[a-z]+)*:secretsmanager:[a-z0-9-]+:\d{12}:secret:\S+-[A-Za-z0-9]{6}$/,
    'must be the whole ARN of a secret, with the six characters at its end: arn:aws:secretsmanager:<region>:<account>:secret:<name>-AbCdEf',
  );

const securityGroup = idOf('sg');

const service = z.strictObject({
  service: z
    .string()
    .regex(
      /^[A-Za-z0-9_-]{1,255}\/[A-Za-z0-9_-]{1,255}$/,
      'must be <cluster>/<service>, by their names in ECS',
    )
    .optional()
    .describe('The ECS service, as <cluster>/<service>.'),
  takeOver: z
    .boolean()
    .default(false)
    .describe(
      'Whether the imported ECS service is to become what this configuration says, which redeploys it. Until then it stays as it is.',
    ),
  log: z
    .string()
    .regex(/^[A-Za-z0-9_./#-]{1,512}$/, 'must be the name of a log group')
    .optional()
    .describe('Its log group, by name.'),
  securityGroup: securityGroup.optional().describe('Security group of its tasks.'),
  executionRole: roleArn.optional().describe('ARN of the role that starts its tasks.'),
  taskRole: roleArn.optional().describe('ARN of the role of the application itself.'),
});

/** What exists already and is to belong to this installation's state: ids of AWS by what they are here. */
export const importSchema = z
  .strictObject({
    secrets: z
      .record(
        z.string(),
        z.strictObject({
          blue: secretArn.optional().describe('ARN of the secret of the blue slot.'),
          green: secretArn.optional().describe('ARN of the secret of the green slot.'),
          active: secretArn.optional().describe('ARN of the secret that services read.'),
        }),
      )
      .default({})
      .describe('Secrets, by credential. They keep their names.'),
    services: z
      .record(z.string(), service)
      .default({})
      .describe('What belongs to the services under services, by name.'),
    cluster: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,255}$/, 'must be the name of a cluster')
      .optional()
      .describe('ECS cluster of the services, by name.'),
    securityGroups: z
      .strictObject({
        rotator: securityGroup.optional().describe('Of the rotator.'),
        endpoints: securityGroup.optional().describe('Of the interface endpoints.'),
        database: securityGroup.optional().describe('Of the database that this installation makes.'),
        databaseClients: securityGroup
          .optional()
          .describe('Of those who may connect to the database that this installation makes.'),
      })
      .prefault({})
      .describe('Security groups. They keep name, description and tags.'),
  })
  .prefault({});

export type ImportConfiguration = z.output<typeof importSchema>;
