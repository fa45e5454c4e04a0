import { join } from 'node:path';
import {
  ApplicationAlreadyExistsException,
  CreateApplicationCommand,
  CreateDeploymentGroupCommand,
} from '@aws-sdk/client-codedeploy';
import { CreateServiceCommand, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { packageRoot } from '../../../scripts/packaged-zips';
import type { CredentialDocumentInput } from '../../../lambda-src/contract/config-document';
import type { LoginLog } from '../logins';
import type { Output } from '../output';
import { until } from '../wait';
import {
  CLUSTER,
  type Clients,
  type Delivery,
  type Installation,
  type InstallationOptions,
  type ServicePlan,
} from './model';

/** The program that the drill's tasks run. */
export const APPLICATION = join(__dirname, '..', 'application.cjs');

/** What Tandem ships for containers that pick their user. */
export const ENTRYPOINT = join(packageRoot(), 'container', 'tandem-entrypoint');

/** What a task reads when it starts, and what its program is started through. */
export interface Reading {
  readonly secrets: readonly { readonly name: string; readonly valueFrom: string }[];
  readonly through: readonly string[];
}

/** Of a program that asks for its credential itself. */
export const READS_NOTHING: Reading = { secrets: [], through: [] };

/** The `url` key of a secret. */
export function readingSecret(secretArn: string, variable = 'DATABASE_URL'): Reading {
  return { secrets: [{ name: variable, valueFrom: `${secretArn}:url::` }], through: [] };
}

/** What tasks read with a delivery, the URL as that variable. */
export function readingOf(
  delivery: Delivery,
  { active, blue, green }: Installation['secrets'],
  variable = 'DATABASE_URL',
): Reading {
  switch (delivery) {
    case 'secret':
      return readingSecret(active, variable);
    case 'parameter':
      return { secrets: [{ name: variable, valueFrom: active }], through: [] };
    case 'entrypoint':
      return {
        secrets: [
          { name: 'TANDEM_POINTER', valueFrom: active },
          { name: 'TANDEM_BLUE', valueFrom: `${blue}:versioned::` },
          { name: 'TANDEM_GREEN', valueFrom: `${green}:versioned::` },
        ],
        through: ['/bin/sh', ENTRYPOINT],
      };
  }
}

/** What a service is started with. */
interface Starting extends Pick<InstallationOptions, 'clients' | 'tasks'> {
  readonly database: Pick<InstallationOptions['database'], 'caFile'>;
}

export async function startService(options: Starting, reading: Reading, service: ServicePlan): Promise<void> {
  await options.clients.ecs.send(
    new CreateServiceCommand({
      cluster: CLUSTER,
      serviceName: service.name,
      taskDefinition: await register(options, reading, service),
      desiredCount: options.tasks,
      launchType: 'FARGATE',
      deploymentConfiguration: {
        minimumHealthyPercent: 100,
        maximumPercent: 200,
        deploymentCircuitBreaker: { enable: true, rollback: true },
        ...service.deployment,
      },
      ...(service.codeDeploy === undefined
        ? {}
        : { deploymentController: { type: 'CODE_DEPLOY' }, loadBalancers: [BALANCER] }),
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-00000000'] } },
    }),
  );
  if (service.codeDeploy !== undefined) await createGroup(options.clients, service, service.codeDeploy);
}

/** Nothing listens: CodeDeploy asks for a container and its port, and here no traffic shifts. */
const BALANCER = {
  targetGroupArn: 'arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/drill/0000000000000000',
  containerName: 'application',
  containerPort: 80,
};

/** A service as the configuration document names it. */
export function consumerOf({ name, codeDeploy }: ServicePlan): CredentialDocumentInput['consumers'][number] {
  const group = { application: 'drill', deploymentGroup: name };
  return { cluster: CLUSTER, service: name, ...(codeDeploy === undefined ? {} : { codeDeploy: group }) };
}

/** Its deployment group, which takes back what fails; the application is made with the first. */
async function createGroup(
  { codeDeploy }: Clients,
  { name }: ServicePlan,
  { waitMinutes }: NonNullable<ServicePlan['codeDeploy']>,
): Promise<void> {
  const applicationName = 'drill';
  try {
    await codeDeploy.send(new CreateApplicationCommand({ applicationName, computePlatform: 'ECS' }));
  } catch (error) {
    if (!(error instanceof ApplicationAlreadyExistsException)) throw error;
  }
  await codeDeploy.send(
    new CreateDeploymentGroupCommand({
      applicationName,
      deploymentGroupName: name,
      serviceRoleArn: 'arn:aws:iam::000000000000:role/drill',
      ecsServices: [{ clusterName: CLUSTER, serviceName: name }],
      blueGreenDeploymentConfiguration: {
        terminateBlueInstancesOnDeploymentSuccess: {
          action: 'TERMINATE',
          terminationWaitTimeInMinutes: waitMinutes,
        },
      },
      autoRollbackConfiguration: { enabled: true, events: ['DEPLOYMENT_FAILURE'] },
    }),
  );
}

/** The application as a task definition. */
async function register(
  { clients, database }: Starting,
  { secrets, through }: Reading,
  { name, command = [process.execPath, APPLICATION], environment = {}, healthCheck }: ServicePlan,
): Promise<string> {
  const answer = await clients.ecs.send(
    new RegisterTaskDefinitionCommand({
      family: name,
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      containerDefinitions: [
        {
          name: 'application',
          image: 'application',
          essential: true,
          command: [...through, ...command],
          environment: [
            { name: 'SERVICE_NAME', value: name },
            { name: 'NODE_EXTRA_CA_CERTS', value: database.caFile },
            ...Object.entries(environment).map(([key, value]) => ({ name: key, value })),
          ],
          secrets: [...secrets],
          ...(healthCheck === undefined
            ? {}
            : {
                healthCheck: { command: ['CMD-SHELL', healthCheck], interval: 5, timeout: 60, retries: 2 },
              }),
        },
      ],
    }),
  );
  return answer.taskDefinition?.taskDefinitionArn ?? '';
}

/** Waits until every task of every service has logged in. */
export async function untilLoggedIn(
  options: InstallationOptions,
  {
    logins,
    signal,
    output,
  }: { readonly logins: LoginLog; readonly signal: AbortSignal; readonly output: Output },
  user: string,
): Promise<void> {
  const all = options.services.length * options.tasks;
  await until(`${all} tasks to log in`, signal, () => (logins.tasksOn(user, 0) === all ? true : undefined), {
    explain: () => logins.failures()[0]?.error ?? logins.text().slice(0, 500),
  });
  output.progress(`${all} tasks are running, each opening new connections as ${user}`);
}
