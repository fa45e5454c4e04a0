import type { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import {
  ClusterNotFoundException,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  type ECSClient,
  ListServicesCommand,
  type Service,
  type Task as EcsTask,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { namesIt } from '../../core/delivery';
import type { Task } from '../../core/observation';
import {
  consumerKey,
  NotDeployableError,
  type Begun,
  type CodeDeployGroup,
  type ConsumerName,
  type ObservedService,
  type Services,
} from '../../ports/services';
import { CodeDeployDeployments, type DeploymentGroup } from './code-deploy';
import { deployingOf, deploymentsOf } from './deployments';
import { obstacleOf } from './obstacles';
import { ServiceDeployments } from './service-deployments';
import { appSpecOf, deploymentIdOf, deploymentsOfTaskSets, servingOf } from './task-sets';
import { isGone, listTasks } from './tasks';

/** "You may specify up to 10 services to describe in a single operation": DescribeServices, Amazon ECS API Reference. */
const SERVICES_PER_CALL = 10;
/** "maxResults … can be between 1 and 100": ListServices, Amazon ECS API Reference. */
const SERVICES_PER_PAGE = 100;

/** One entry under `secrets` of a container: the variable, and what it is read from. */
export interface SecretRead {
  readonly variable: string;
  readonly valueFrom: string;
}

/** Consumers over Amazon ECS, services of the controllers ECS and CODE_DEPLOY. */
export class EcsServices implements Services {
  /** Task definition revisions never change, so what they read is asked once. */
  readonly #secretsRead = new Map<string, readonly SecretRead[]>();

  /** Ids of deployments, by the ids of the task sets that they made. */
  readonly #taskSets = new Map<string, string>();
  readonly #serviceDeployments: ServiceDeployments;
  readonly #codeDeploy: CodeDeployDeployments;

  constructor(
    private readonly client: ECSClient,
    codeDeploy: CodeDeployClient,
  ) {
    this.#serviceDeployments = new ServiceDeployments(client);
    this.#codeDeploy = new CodeDeployDeployments(codeDeploy);
  }

  async observe(consumers: readonly ConsumerName[]): Promise<readonly ObservedService[]> {
    const services = await this.#describe(consumers);
    const active = [...services.values()].filter(isActive);
    const progress = await this.#serviceDeployments.progressOf(active);
    const observed: ObservedService[] = [];
    for (const consumer of consumers) {
      const name = consumerKey(consumer);
      const service = services.get(name);
      if (service?.status !== 'ACTIVE') {
        observed.push({
          consumer: { name, exists: false, desiredCount: service?.desiredCount ?? 0, deployments: [] },
          ...{ taskDefinition: null, deploying: null, obstacle: null },
        });
        continue;
      }
      const group = await this.#groupOf(consumer);
      const { desiredCount = 0 } = service;
      const deployments = isOfCodeDeploy(service)
        ? deploymentsOfTaskSets(service, group?.latest ?? null)
        : deploymentsOf(service, progress);
      observed.push({
        consumer: { name, exists: true, desiredCount, deployments },
        taskDefinition: taskDefinitionOf(service),
        deploying: deployingOf(service, group),
        obstacle: obstacleOf(consumer, service, group),
      });
    }
    return observed;
  }

  /** ListTasks shows running tasks unless asked for stopped ones, and tasks that are stopping are among the latter. */
  async tasks(consumer: ConsumerName): Promise<readonly Task[]> {
    const { cluster, service, codeDeploy } = consumer;
    const tasks = (await listTasks(this.client, cluster, { serviceName: service })).map(toTask);
    if (codeDeploy === undefined) return tasks;
    // A task names its task set: the deployment that made that is in the description of the service.
    if (tasks.some(({ startedBy }) => !this.#taskSets.has(startedBy))) await this.#describe([consumer]);
    return tasks.map((task) => ({
      ...task,
      startedBy: this.#taskSets.get(task.startedBy) ?? task.startedBy,
    }));
  }

  /** A service's tasks are in the group `service:<name>`: Task, Amazon ECS API Reference. */
  async standaloneTasks(cluster: string, taskDefinition: string): Promise<readonly Task[]> {
    const tasks = await listTasks(this.client, cluster, { family: familyOf(taskDefinition) });
    return tasks.filter(({ group = '' }) => !group.startsWith('service:')).map(toTask);
  }

  async readersIn(
    cluster: string,
    read: readonly string[],
    mayGoOn: () => boolean,
  ): Promise<readonly ConsumerName[] | null> {
    const names = await this.#servicesOf(cluster);
    const found: ConsumerName[] = [];
    for (let from = 0; from < names.length; from += SERVICES_PER_CALL) {
      const some = names.slice(from, from + SERVICES_PER_CALL);
      if (!mayGoOn()) return null;
      const services = await this.#describe(some);
      for (const name of some) {
        const service = services.get(consumerKey(name));
        const taskDefinition = isActive(service) ? taskDefinitionOf(service) : null;
        if (taskDefinition === null) continue;
        if (!mayGoOn()) return null;
        const values = await this.valuesRead(taskDefinition);
        if (values.some((value) => read.some((one) => namesIt(one, value)))) found.push(name);
      }
    }
    return found;
  }

  async valuesRead(taskDefinition: string): Promise<readonly string[]> {
    return (await this.secretsRead(taskDefinition)).map(({ valueFrom }) => valueFrom);
  }

  /** What the containers of a task definition read when they start. */
  async secretsRead(taskDefinition: string): Promise<readonly SecretRead[]> {
    const known = this.#secretsRead.get(taskDefinition);
    if (known !== undefined) return known;
    const answer = await this.client.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
    const containers = answer.taskDefinition?.containerDefinitions ?? [];
    const secrets = containers.flatMap((container) =>
      (container.secrets ?? []).flatMap(({ name, valueFrom }) =>
        name === undefined || valueFrom === undefined ? [] : [{ variable: name, valueFrom }],
      ),
    );
    this.#secretsRead.set(taskDefinition, secrets);
    return secrets;
  }

  async forceDeployment(consumer: ConsumerName): Promise<Begun | null> {
    const { cluster, service, codeDeploy } = consumer;
    if (codeDeploy !== undefined) return await this.#deploy(consumer, codeDeploy);
    const answer = await this.client.send(
      new UpdateServiceCommand({ cluster, service, forceNewDeployment: true }),
    );
    const deployments = deploymentsOf(answer.service ?? {}, new Map());
    const primary = deployments.find((deployment) => deployment.primary);
    // "PRIMARY: The most recent deployment of a service": Deployment, Amazon ECS API Reference. An older one is not ours.
    if (primary === undefined || deployments.some(({ createdAt }) => createdAt > primary.createdAt))
      return null;
    return primary;
  }

  async #deploy(consumer: ConsumerName, codeDeploy: CodeDeployGroup): Promise<Begun | null> {
    const name = consumerKey(consumer);
    const service = (await this.#describe([consumer])).get(name);
    const serving = isActive(service) ? servingOf(service) : undefined;
    const content = service === undefined || serving === undefined ? null : appSpecOf(serving, service);
    if (content === null)
      throw new NotDeployableError(
        `${name} has no primary task set with a load balancer for CodeDeploy to replace.`,
      );
    const id = await this.#codeDeploy.create(codeDeploy, content);
    // The clock of CodeDeploy is not the one by which ECS dates tasks.
    return id === null ? null : { id, createdAt: null };
  }

  async #groupOf({ codeDeploy }: ConsumerName): Promise<DeploymentGroup | null> {
    return codeDeploy === undefined ? null : await this.#codeDeploy.groupOf(codeDeploy);
  }

  async #describe(consumers: readonly ConsumerName[]): Promise<Map<string, Service>> {
    const found = new Map<string, Service>();
    for (const cluster of new Set(consumers.map((consumer) => consumer.cluster))) {
      const names = consumers
        .filter((consumer) => consumer.cluster === cluster)
        .map((consumer) => consumer.service);
      for (let from = 0; from < names.length; from += SERVICES_PER_CALL) {
        const services = names.slice(from, from + SERVICES_PER_CALL);
        for (const service of await this.#describeSome(cluster, services)) {
          if (service.serviceName !== undefined)
            found.set(consumerKey({ cluster, service: service.serviceName }), service);
          for (const taskSet of service.taskSets ?? [])
            this.#taskSets.set(taskSet.id ?? '', deploymentIdOf(taskSet));
        }
      }
    }
    return found;
  }

  /** A cluster that is missing has no services: those of the other clusters are answered all the same. */
  async #describeSome(cluster: string, services: string[]): Promise<readonly Service[]> {
    try {
      const answer = await this.client.send(new DescribeServicesCommand({ cluster, services }));
      return answer.services ?? [];
    } catch (error) {
      if (error instanceof ClusterNotFoundException) return [];
      throw error;
    }
  }

  async #servicesOf(cluster: string): Promise<ConsumerName[]> {
    const services: ConsumerName[] = [];
    let nextToken: string | undefined;
    do {
      try {
        const page = await this.client.send(
          new ListServicesCommand({ cluster, nextToken, maxResults: SERVICES_PER_PAGE }),
        );
        for (const arn of page.serviceArns ?? [])
          services.push({ cluster, service: arn.slice(arn.lastIndexOf('/') + 1) });
        nextToken = page.nextToken;
      } catch (error) {
        if (isGone(error)) return services;
        throw error;
      }
    } while (nextToken !== undefined);
    return services;
  }
}

function isActive(service: Service | undefined): service is Service {
  return service?.status === 'ACTIVE';
}

function isOfCodeDeploy(service: Service): boolean {
  return service.deploymentController?.type === 'CODE_DEPLOY';
}

function taskDefinitionOf(service: Service): string | null {
  const primary = service.deployments?.find((deployment) => deployment.status === 'PRIMARY');
  return (primary ?? servingOf(service))?.taskDefinition ?? service.taskDefinition ?? null;
}

/** `web` of `arn:aws:ecs:eu-central-1:123456789012:task-definition/web:7`. */
function familyOf(taskDefinition: string): string {
  return taskDefinition.slice(taskDefinition.lastIndexOf('/') + 1).replace(/:\d+$/, '');
}

function toTask(task: EcsTask): Task {
  return {
    id: task.taskArn?.split('/').at(-1) ?? 'unknown',
    startedBy: task.startedBy ?? '',
    createdAt: task.createdAt?.getTime() ?? 0,
  };
}
