import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { CreateSecretCommand, DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { clientsOf } from '../../local/drill/clients';
import { CREDENTIAL, DATABASE, PREFIX, type Clients } from '../../local/drill/installation/model';
import { APPLICATION } from '../../local/drill/installation/services';
import { serverLog } from '../../local/drill/server-log';
import type { Stage } from '../../local/drill/stage';
import type { ConfigurationInput } from '../../stacks/config/schema';
import type { Account } from './account';
import { Root } from './root';

export const KEY = 'arn:aws:kms:us-east-1:000000000000:key/11111111-2222-3333-4444-555555555555';
const TAGS = { team: 'shop', 'tandem:installation': PREFIX };
export const ROLE = 'arn:aws:iam::000000000000:role/shop-execution';

export function rootIn({ system, keeper }: Account, directory: string): Root {
  return new Root(directory, system.url, (pid) => keeper.keep(pid));
}

const PROVIDER = `
terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = ">= 5.100.0, < 7.0.0" }
  }
}
`;

/** What another team's state holds. */
const HELD = `${PROVIDER}
locals { tags = ${JSON.stringify(TAGS)} }
resource "aws_secretsmanager_secret" "blue" {
  name                    = "shop/db-a"
  description             = "Made by another state"
  kms_key_id              = "${KEY}"
  recovery_window_in_days = 7
  tags                    = local.tags
}
resource "aws_cloudwatch_log_group" "web" {
  name              = "/ecs/shop-web"
  retention_in_days = 30
  tags              = local.tags
}
resource "aws_security_group" "web" {
  name        = "shop web"
  description = "Made by another state"
}
resource "aws_iam_role" "execution" {
  name               = "shop-execution"
  description        = "Made by another state"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ecs-tasks.amazonaws.com" } }]
  })
}
output "secret" { value = aws_secretsmanager_secret.blue.arn }
output "group" { value = aws_security_group.web.id }
`;

/** The same state once it has let go of everything. */
export const LET_GO = [
  PROVIDER,
  ...[
    'secretsmanager_secret.blue',
    'cloudwatch_log_group.web',
    'security_group.web',
    'iam_role.execution',
  ].map((address) => `removed {\n  from = aws_${address}\n  lifecycle {\n    destroy = false\n  }\n}`),
].join('\n');

export async function otherState(account: Account): Promise<Root> {
  const directory = path.join(account.directory, 'elsewhere');
  mkdirSync(directory);
  writeFileSync(path.join(directory, 'main.tf'), HELD);
  const root = rootIn(account, directory);
  await root.mustRun('init', '-input=false', '-no-color');
  await root.apply();
  return root;
}

/** Two secrets without a value, a cluster, and a service whose tasks start as soon as their secret has one. */
export async function madeByHand(account: Account): Promise<Stage> {
  const { system, output, logins, rotations } = account;
  const clients = clientsOf(system);
  const Tags = Object.entries(TAGS).map(([Key, Value]) => ({ Key, Value }));
  const secret = async (Name: string, SecretString?: string) => {
    const value = SecretString === undefined ? {} : { SecretString };
    const made = await clients.secrets.send(new CreateSecretCommand({ Name, KmsKeyId: KEY, Tags, ...value }));
    return made.ARN ?? '';
  };
  const { username, password } = system.admin;
  const adminSecret = await secret('admin', JSON.stringify({ username, password }));
  const blue = await clients.secrets.send(new DescribeSecretCommand({ SecretId: 'shop/db-a' }));
  const secrets = { blue: blue.ARN ?? '', green: await secret('shop/db-b'), active: await secret('shop/db') };
  await clients.ecs.send(new CreateClusterCommand({ clusterName: 'prod' }));
  await runService(account, clients, { cluster: 'prod', service: 'shop-web', secretArn: secrets.active });
  return {
    ...{ output, system, logins, rotations, clients, close: account.close },
    signal: new AbortController().signal,
    installation: { secrets, adminSecret, queueUrl: '' },
    services: [{ name: 'shop-web' }],
    tasks: 2,
    server: serverLog(system.postgres.logFile),
    passwords: new Set([password, system.postgres.adminPassword]),
  };
}

/** A service of two tasks that read a secret's key `url`. */
export async function runService(
  { system }: Account,
  clients: Clients,
  {
    cluster,
    service,
    secretArn,
  }: { readonly cluster: string; readonly service: string; readonly secretArn: string },
): Promise<void> {
  const task = await clients.ecs.send(
    new RegisterTaskDefinitionCommand({
      family: service,
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      executionRoleArn: ROLE,
      containerDefinitions: [
        {
          name: 'application',
          image: 'application',
          command: [process.execPath, APPLICATION],
          environment: [
            { name: 'SERVICE_NAME', value: 'web' },
            { name: 'NODE_EXTRA_CA_CERTS', value: system.postgres.caFile },
          ],
          secrets: [{ name: 'DATABASE_URL', valueFrom: `${secretArn}:url::` }],
        },
      ],
    }),
  );
  await clients.ecs.send(
    new CreateServiceCommand({
      cluster,
      serviceName: service,
      taskDefinition: task.taskDefinition?.taskDefinitionArn,
      desiredCount: 2,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-00000000'] } },
    }),
  );
}

/** One machine has one clock, and its ECS answers at once: the margins can be short. */
export const ROLLOUT = {
  deadlineSeconds: 240,
  drainAlarmSeconds: 240,
  skewSeconds: 0.05,
  visibilitySeconds: 1,
};

/** The stage's key, network and database, which no apply of ours makes. */
export function byReference({ system, installation }: Stage) {
  const { caPem, port } = system.postgres;
  return {
    prefix: PREFIX,
    region: system.place.region,
    protect: false,
    kmsKeyArn: KEY,
    network: { endpoints: false },
    database: {
      name: DATABASE,
      caBundle: caPem,
      existing: {
        writer: { host: 'localhost', port },
        adminSecretArn: installation.adminSecret,
        clientSecurityGroupIds: ['sg-00000000'],
      },
    },
  } satisfies Partial<ConfigurationInput>;
}

/** All of it imported. */
export async function importing(stage: Stage, elsewhere: Root): Promise<ConfigurationInput> {
  const { stdout } = await elsewhere.mustRun('output', '-json', '-no-color');
  const given = JSON.parse(stdout) as { group: { value: string } };
  return {
    ...byReference(stage),
    tags: { team: 'shop' },
    credentials: {
      [CREDENTIAL]: {
        ownDatabase: true,
        urlOptions: 'sslmode=verify-full',
        consumers: ['web'],
        rollout: ROLLOUT,
      },
    },
    services: { web: { image: 'application' } },
    import: {
      secrets: { [CREDENTIAL]: stage.installation.secrets },
      cluster: 'prod',
      services: {
        web: {
          service: 'prod/shop-web',
          log: '/ecs/shop-web',
          securityGroup: given.group.value,
          executionRole: ROLE,
        },
      },
    },
  };
}
