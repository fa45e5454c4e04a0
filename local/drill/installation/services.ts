import { join } from 'node:path';
import { CreateServiceCommand, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { CLUSTER, type Installation, type InstallationOptions } from './model';

export async function startService(
  { clients, tasks }: InstallationOptions,
  installation: Installation,
  service: string,
): Promise<void> {
  await clients.ecs.send(
    new CreateServiceCommand({
      cluster: CLUSTER,
      serviceName: service,
      taskDefinition: await installation.taskDefinition(service),
      desiredCount: tasks,
      launchType: 'FARGATE',
      deploymentConfiguration: {
        minimumHealthyPercent: 100,
        maximumPercent: 200,
        deploymentCircuitBreaker: { enable: true, rollback: true },
      },
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-00000000'] } },
    }),
  );
}

/** The application as a task definition: its only secret is DATABASE_URL, the `url` key of the `active` secret. */
export async function register(
  { clients, database }: InstallationOptions,
  activeSecret: string,
  service: string,
  command: readonly string[] = [process.execPath, join(__dirname, '..', 'application.cjs')],
): Promise<string> {
  const answer = await clients.ecs.send(
    new RegisterTaskDefinitionCommand({
      family: service,
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
            { name: 'SERVICE_NAME', value: service },
            { name: 'NODE_EXTRA_CA_CERTS', value: database.caFile },
          ],
          secrets: [{ name: 'DATABASE_URL', valueFrom: `${activeSecret}:url::` }],
        },
      ],
    }),
  );
  return answer.taskDefinition?.taskDefinitionArn ?? '';
}
