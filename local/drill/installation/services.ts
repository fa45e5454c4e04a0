import { join } from 'node:path';
import { CreateServiceCommand, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import type { LoginLog } from '../logins';
import type { Output } from '../output';
import { until } from '../wait';
import { CLUSTER, type Installation, type InstallationOptions, type ServicePlan } from './model';

/** The program that the drill's tasks run. */
export const APPLICATION = join(__dirname, '..', 'application.cjs');

/** What a service is started with. */
interface Starting extends Pick<InstallationOptions, 'clients' | 'tasks' | 'delivery'> {
  readonly database: Pick<InstallationOptions['database'], 'caFile'>;
  /** What else its tasks read, by the variable: the `active` secrets or parameters of other credentials. */
  readonly also?: Readonly<Record<string, string>>;
}

export async function startService(
  options: Starting,
  { secrets }: { readonly secrets: Pick<Installation['secrets'], 'active'> },
  service: ServicePlan,
): Promise<void> {
  await options.clients.ecs.send(
    new CreateServiceCommand({
      cluster: CLUSTER,
      serviceName: service.name,
      taskDefinition: await register(options, secrets.active, service),
      desiredCount: options.tasks,
      launchType: 'FARGATE',
      deploymentConfiguration: {
        minimumHealthyPercent: 100,
        maximumPercent: 200,
        deploymentCircuitBreaker: { enable: true, rollback: true },
        ...service.deployment,
      },
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-00000000'] } },
    }),
  );
}

/** The application as a task definition: DATABASE_URL is the `url` key of the `active` secret, or the parameter. */
async function register(
  { clients, database, delivery = 'secret', also = {} }: Starting,
  active: string,
  {
    name,
    command = [process.execPath, APPLICATION],
    environment = {},
    healthCheck,
    readsItself,
  }: ServicePlan,
): Promise<string> {
  const secrets = Object.entries({ DATABASE_URL: active, ...also }).map(([variable, value]) => ({
    name: variable,
    valueFrom: delivery === 'parameter' ? value : `${value}:url::`,
  }));
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
          command: [...command],
          environment: [
            { name: 'SERVICE_NAME', value: name },
            { name: 'NODE_EXTRA_CA_CERTS', value: database.caFile },
            ...Object.entries(environment).map(([key, value]) => ({ name: key, value })),
          ],
          secrets: readsItself === true ? [] : secrets,
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
