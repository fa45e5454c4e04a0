import { z } from 'zod';
import { arnOf, idOf } from './patterns';

export const networkSchema = z
  .strictObject({
    vpcId: idOf('vpc').optional().describe(`The VPC. Default: the account's default VPC`),
    subnetIds: z
      .array(idOf('subnet'))
      .min(2, 'must name at least two subnets, in two availability zones')
      .optional()
      .describe('For the database and the rotator; at least two availability zones.'),
    serviceSubnetIds: z
      .array(idOf('subnet'))
      .min(1)
      .optional()
      .describe('For the services. Default: subnetIds'),
    assignPublicIp: z
      .boolean()
      .optional()
      .describe(
        `Whether the services' tasks get a public address. Default: only in the default VPC, which has no private subnets`,
      ),
    endpoints: z
      .boolean()
      .default(true)
      .describe(
        'Whether to create the interface endpoints that the rotator calls; false where the VPC has them, or NAT. Of several installations in one VPC only one can make them: their private DNS names are the same, and then everybody in the VPC uses them. They let in its first address range; where it has more, make them yourself.',
      ),
    taskRouteTableIds: z
      .array(idOf('rtb'))
      .min(1, 'must name at least one route table')
      .optional()
      .describe(
        `Route tables of the services' subnets: then endpoints are made for what starting a task needs besides (logs, ecr.api, ecr.dkr, and S3 in these tables), and no NAT is needed for images of a private registry. Default: none`,
      ),
  })
  .refine((network) => network.endpoints || network.taskRouteTableIds === undefined, {
    path: ['taskRouteTableIds'],
    error: 'must be left out while endpoints is false',
  })
  .refine((network) => (network.vpcId === undefined) === (network.subnetIds === undefined), {
    error: 'must have both vpcId and subnetIds, or neither',
  })
  .prefault({});

export const backendSchema = z
  .strictObject({
    s3: z
      .strictObject({
        bucket: z.string().min(3).describe('Name of the bucket.'),
        region: z.string().min(1).describe('AWS region of the bucket.'),
        keyPrefix: z
          .string()
          .optional()
          .describe(`Prefix of the states' keys. Default: the installation's prefix`),
        kmsKeyId: z
          .string()
          .optional()
          .describe('Key that encrypts the states. Default: the one of the bucket'),
      })
      .optional()
      .describe('A bucket.'),
    cloud: z
      .strictObject({
        organization: z.string().min(1).describe('Organization in Terraform Cloud.'),
        hostname: z.string().optional().describe('Host of Terraform Enterprise. Default: app.terraform.io'),
        project: z.string().optional().describe('Project of the workspaces.'),
      })
      .optional()
      .describe('Terraform Cloud: a workspace for each stack.'),
  })
  .refine((backend) => (backend.s3 === undefined) !== (backend.cloud === undefined), {
    error: 'must have either s3 or cloud, and not both',
  })
  .optional();

/** Who is told of what a person should know. */
export const alarmsSchema = z
  .strictObject({
    topicArn: arnOf('sns')
      .optional()
      .describe(`SNS topic that is told. Default: one of the installation's own`),
    emails: z
      .array(z.email('must be a mail address'))
      .max(10)
      .default([])
      .describe(`Addresses that the installation's own topic sends a mail to, once each has confirmed.`),
    readers: z
      .strictObject({
        trailArn: arnOf('cloudtrail')
          .optional()
          .describe(
            `A trail that logs management events, reads and writes, of this region. Default: one of the installation's own`,
          ),
      })
      .optional()
      .describe(
        'Tells who reads a secret and is not expected to, as far as CloudTrail tells; an empty mapping is enough. Default: nobody is told',
      ),
    dashboard: z.boolean().default(true).describe('Whether to make a CloudWatch dashboard.'),
  })
  .refine((alarms) => alarms.topicArn === undefined || alarms.emails.length === 0, {
    path: ['emails'],
    error: 'must be left out together with topicArn: subscribe them to that topic',
  })
  .prefault({});
