import {
  ClusterNotFoundException,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  type ECSClient,
  ListServicesCommand,
  ListTasksCommand,
  type ListTasksCommandInput,
  type Service,
  ServiceNotActiveException,
  ServiceNotFoundException,
  type Task as EcsTask,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { namesIt } from '../../core/delivery';
import type { Deployment, Task } from '../../core/observation';
import { consumerKey, type ConsumerName, type ObservedService, type Services } from '../../ports/services';
import { deployingOf, deploymentsOf } from './deployments';
import { ServiceDeployments } from './service-deployments';

/** "You may specify up to 10 services to describe in a single operation": DescribeServices, Amazon ECS API Reference. */
const SERVICES_PER_CALL = 10;
/** "maxResults … can be between 1 and 100": ListServices, Amazon ECS API Reference. */
const SERVICES_PER_PAGE = 100;
/** "A list of up to 100 task IDs": DescribeTasks, Amazon ECS API Reference. */
const TASKS_PER_CALL = 100;

/**
 * Its quotas are an account's, and small: credentials that flip at once wait for each other. Eight attempts wait about half a
 * minute in all, where a look would otherwise end and the next one might come with the sweep.
 */
export const ECS_PATIENCE = { maxAttempts: 8 } as const;

/** One entry under `secrets` of a container: the variable, and what it is read from. */
export interface SecretRead {
  readonly variable: string;
  readonly valueFrom: string;
}

type TaskFilter = Pick<ListTasksCommandInput, 'serviceName' | 'family'>;

/** Consumers over Amazon ECS, services of the ECS controller. */
export class EcsServices implements Services {
  /** Task definition revisions never change, so what they read is asked once. */
  readonly #secretsRead = new Map<string, readonly SecretRead[]>();

  readonly #serviceDeployments: ServiceDeployments;

  constructor(private readonly client: ECSClient) {
    this.#serviceDeployments = new ServiceDeployments(client);
  }

  async observe(consumers: readonly ConsumerName[]): Promise<readonly ObservedService[]> {
    const services = await this.#describe(consumers);
    const active = [...services.values()].filter(isActive);
    const progress = await this.#serviceDeployments.progressOf(active);
    return consumers.map((consumer) => {
      const service = services.get(consumerKey(consumer));
      const exists = isActive(service);
      return {
        consumer: {
          name: consumerKey(consumer),
          exists,
          desiredCount: service?.desiredCount ?? 0,
          deployments: exists ? deploymentsOf(service, progress) : [],
        },
        taskDefinition: exists ? taskDefinitionOf(service) : null,
        deploying: exists ? deployingOf(service) : null,
      };
    });
  }

  /** ListTasks shows running tasks unless asked for stopped ones, and tasks that are stopping are among the latter. */
  async tasks({ cluster, service }: ConsumerName): Promise<readonly Task[]> {
    return (await this.#tasks(cluster, { serviceName: service })).map(toTask);
  }

  /** A service's tasks are in the group `service:<name>`: Task, Amazon ECS API Reference. */
  async standaloneTasks(cluster: string, taskDefinition: string): Promise<readonly Task[]> {
    const tasks = await this.#tasks(cluster, { family: familyOf(taskDefinition) });
    return tasks.filter(({ group = '' }) => !group.startsWith('service:')).map(toTask);
  }

  async readersIn(cluster: string, read: readonly string[]): Promise<readonly ConsumerName[]> {
    const names = await this.#servicesOf(cluster);
    const services = await this.#describe(names);
    const found: ConsumerName[] = [];
    for (const name of names) {
      const service = services.get(consumerKey(name));
      const taskDefinition = isActive(service) ? taskDefinitionOf(service) : null;
      if (taskDefinition === null) continue;
      const values = await this.valuesRead(taskDefinition);
      if (values.some((value) => read.some((one) => namesIt(one, value)))) found.push(name);
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

  async forceDeployment({ cluster, service }: ConsumerName): Promise<Deployment> {
    const answer = await this.client.send(
      new UpdateServiceCommand({ cluster, service, forceNewDeployment: true }),
    );
    const deployments = deploymentsOf(answer.service ?? {}, new Map());
    const primary = deployments.find((deployment) => deployment.primary);
    // "PRIMARY: The most recent deployment of a service": Deployment, Amazon ECS API Reference. An older one is not ours.
    if (primary === undefined || deployments.some(({ createdAt }) => createdAt > primary.createdAt))
      throw new Error(`UpdateService of ${cluster}/${service} answered without a new primary deployment.`);
    return primary;
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

  /** Those that are not STOPPED yet. */
  async #tasks(cluster: string, filter: TaskFilter): Promise<readonly EcsTask[]> {
    const arns = new Set<string>();
    for (const desiredStatus of ['RUNNING', 'STOPPED'] as const) {
      for (const arn of await this.#list({ cluster, ...filter, desiredStatus })) arns.add(arn);
    }
    const all = [...arns];
    const tasks: EcsTask[] = [];
    for (let from = 0; from < all.length; from += TASKS_PER_CALL) {
      const answer = await this.client.send(
        new DescribeTasksCommand({ cluster, tasks: all.slice(from, from + TASKS_PER_CALL) }),
      );
      tasks.push(...(answer.tasks ?? []).filter((task) => task.lastStatus !== 'STOPPED'));
    }
    return tasks;
  }

  async #list(input: ListTasksCommandInput): Promise<string[]> {
    const arns: string[] = [];
    let nextToken: string | undefined;
    do {
      try {
        const page = await this.client.send(new ListTasksCommand({ ...input, nextToken }));
        arns.push(...(page.taskArns ?? []));
        nextToken = page.nextToken;
      } catch (error) {
        if (isGone(error)) return arns;
        throw error;
      }
    } while (nextToken !== undefined);
    return arns;
  }
}

function isGone(error: unknown): boolean {
  return (
    error instanceof ServiceNotFoundException ||
    error instanceof ServiceNotActiveException ||
    error instanceof ClusterNotFoundException
  );
}

function isActive(service: Service | undefined): service is Service {
  return service?.status === 'ACTIVE';
}

function taskDefinitionOf(service: Service): string | null {
  const primary = service.deployments?.find((deployment) => deployment.status === 'PRIMARY');
  return primary?.taskDefinition ?? service.taskDefinition ?? null;
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
