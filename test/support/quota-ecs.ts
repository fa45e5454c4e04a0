import {
  DescribeServicesCommand,
  ECSClient,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from '@aws-sdk/client-ecs';
import type { FinalizeRequestMiddleware } from '@smithy/types';
import { QUOTA_PATIENCE } from '../../lambda-src/adapters/aws/patience';
import type { SlotVersion } from '../../lambda-src/core/slot';
import { FakeService } from './fake-service';

interface Quota {
  readonly burst: number;
  readonly perSecond: number;
}

/** Requests of an account in a region. Source: Amazon ECS API Reference, "Request throttling". */
const QUOTAS = {
  UpdateService: { burst: 50, perSecond: 5 },
  DescribeServices: { burst: 100, perSecond: 20 },
  ListTasks: { burst: 100, perSecond: 20 },
  DescribeTasks: { burst: 100, perSecond: 20 },
  DescribeTaskDefinition: { burst: 100, perSecond: 20 },
  ListServices: { burst: 100, perSecond: 20 },
} as const satisfies Readonly<Record<string, Quota>>;

export type Operation = keyof typeof QUOTAS;

/** The shortest time in which a quota lets so many requests through, in milliseconds. */
export function leastMs(operation: Operation, requests: number): number {
  const { burst, perSecond } = QUOTAS[operation];
  return (Math.max(0, requests - burst) / perSecond) * 1_000;
}

class Bucket {
  private tokens: number;
  private filledAt: number;

  constructor(
    private readonly quota: Quota,
    private readonly now: () => number,
  ) {
    this.tokens = quota.burst;
    this.filledAt = now();
  }

  take(): boolean {
    const now = this.now();
    const gained = ((now - this.filledAt) / 1_000) * this.quota.perSecond;
    this.tokens = Math.min(this.quota.burst, this.tokens + gained);
    this.filledAt = now;
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}

/** A service as it is made. */
interface Plan {
  readonly cluster: string;
  readonly service: string;
  readonly count: number;
  /** What its tasks read when they start. */
  readonly published: () => SlotVersion;
  /** Told of what EventBridge would tell: a deployment that completed, a task that stopped. */
  readonly changed: () => void;
}

interface Running extends Plan {
  readonly fake: FakeService;
}

/** How long an answer takes, tasks take to start, and old ones to stop, in milliseconds. */
const ANSWER_MS = 40;
export const START_MS = 60_000;
export const STOP_MS = 30_000;

/** ECS behind its quotas, for the real SDK's client with its real retries; time is that of the fake timers. */
export class QuotaEcs {
  /** Requests by operation: let through, and turned away. */
  readonly served = new Map<string, number>();
  readonly throttled = new Map<string, number>();
  /** Forced deployments by service. */
  readonly forced = new Map<string, number>();
  private readonly services = new Map<string, Running>();
  private readonly buckets: Readonly<Record<Operation, Bucket>>;

  /** @param valueFrom what every container reads */
  constructor(private readonly valueFrom: string) {
    const bucket = (operation: Operation) => new Bucket(QUOTAS[operation], () => Date.now());
    this.buckets = {
      UpdateService: bucket('UpdateService'),
      DescribeServices: bucket('DescribeServices'),
      ListTasks: bucket('ListTasks'),
      DescribeTasks: bucket('DescribeTasks'),
      DescribeTaskDefinition: bucket('DescribeTaskDefinition'),
      ListServices: bucket('ListServices'),
    };
  }

  create(plan: Plan): void {
    const fake = new FakeService(`${plan.cluster}/${plan.service}`, plan.count, plan.published());
    this.services.set(plan.service, { ...plan, fake });
  }

  /** What every task holds. */
  held(): SlotVersion[] {
    return [...this.services.values()].flatMap(({ fake }) => fake.tasks.map(({ holds }) => holds));
  }

  /** One client for each function at work: each has retries of its own. */
  async client(): Promise<ECSClient> {
    const client = new ECSClient({
      region: 'eu-central-1',
      credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'x' },
      ...QUOTA_PATIENCE,
    });
    let warm = false;
    const answering: FinalizeRequestMiddleware<ServiceInputTypes, ServiceOutputTypes> =
      (_next, context) => async (args) => {
        if (!warm) return { output: { $metadata: {} }, response: {} };
        const operation = String(context.commandName).replace(/Command$/, '');
        await new Promise((answered) => setTimeout(answered, ANSWER_MS));
        const output = this.answer(operation, args.input as Readonly<Record<string, unknown>>);
        return { output: { ...output, $metadata: {} }, response: {} };
      };
    client.middlewareStack.addRelativeTo(answering, {
      name: 'quotaEcs',
      relation: 'after',
      toMiddleware: 'retryMiddleware',
    });
    // The first request of a client reads its configuration from files, for which fake timers would not wait.
    await client.send(new DescribeServicesCommand({ services: [] }));
    warm = true;
    return client;
  }

  private answer(operation: string, input: Readonly<Record<string, unknown>>): object {
    const bucket = Object.entries(this.buckets).find(([name]) => name === operation)?.[1];
    if (bucket === undefined) throw new Error(`${operation} is not served`);
    if (!bucket.take()) {
      count(this.throttled, operation);
      throw Object.assign(new Error('Rate exceeded'), {
        name: 'ThrottlingException',
        $fault: 'client',
        $metadata: { httpStatusCode: 400 },
      });
    }
    count(this.served, operation);
    return this.handle(operation as Operation, input);
  }

  private handle(operation: Operation, input: Readonly<Record<string, unknown>>): object {
    switch (operation) {
      case 'UpdateService':
        return { service: this.deploy(this.of(String(input['service']))) };
      case 'DescribeServices':
        return { services: (input['services'] as string[]).map((name) => described(this.of(name))) };
      case 'ListTasks':
        return { taskArns: this.listed(input) };
      case 'DescribeTasks':
        return { tasks: (input['tasks'] as string[]).map((arn) => this.task(arn)) };
      case 'ListServices':
        return {
          serviceArns: [...this.services.keys()].map(
            (name) => `arn:aws:ecs:eu-central-1:123456789012:service/main/${name}`,
          ),
        };
      case 'DescribeTaskDefinition':
        return {
          taskDefinition: {
            containerDefinitions: [{ secrets: [{ name: 'DATABASE_URL', valueFrom: this.valueFrom }] }],
          },
        };
    }
  }

  private of(service: string): Running {
    const found = this.services.get(service);
    if (found === undefined) throw new Error(`no service ${service}`);
    return found;
  }

  /** New tasks come up beside the old ones, which are then told to stop. */
  private deploy(running: Running): object {
    const { fake, published, changed } = running;
    count(this.forced, running.service);
    fake.deploy(Date.now());
    setTimeout(() => {
      fake.completeBesideOld(Date.now(), published());
      changed();
      setTimeout(() => {
        const before = fake.tasks.length;
        fake.finish(Date.now(), published());
        for (let stopped = fake.tasks.length; stopped < before; stopped += 1) changed();
      }, STOP_MS);
    }, START_MS);
    return described(running);
  }

  private listed({ serviceName, family, desiredStatus }: Readonly<Record<string, unknown>>): string[] {
    const { fake, cluster, service } = this.of(String(serviceName ?? family));
    const primary = fake.deployments.find((deployment) => deployment.primary);
    return fake.tasks
      .filter(({ startedBy }) => {
        const stays = startedBy === primary?.id || primary?.state === 'in-progress';
        return stays === (desiredStatus === 'RUNNING');
      })
      .map(
        ({ id }) =>
          `arn:aws:ecs:eu-central-1:123456789012:task/${cluster}/${service}~${id.split('/').at(-1) ?? ''}`,
      );
  }

  private task(taskArn: string): object {
    const [service = '', id = ''] = taskArn.slice(taskArn.lastIndexOf('/') + 1).split('~');
    const found = this.of(service).fake.tasks.find((task) => task.id.endsWith(`/${id}`));
    if (found === undefined) return { taskArn, lastStatus: 'STOPPED' };
    const { startedBy, createdAt } = found;
    return {
      taskArn,
      startedBy,
      createdAt: new Date(createdAt),
      lastStatus: 'RUNNING',
      group: `service:${service}`,
    };
  }
}

const ROLLOUT_STATES = { 'in-progress': 'IN_PROGRESS', completed: 'COMPLETED', failed: 'FAILED' } as const;

function described({ service, count: desiredCount, cluster, fake }: Running): object {
  const taskDefinition = `arn:aws:ecs:eu-central-1:123456789012:task-definition/${service}:1`;
  return {
    serviceName: service,
    clusterArn: `arn:aws:ecs:eu-central-1:123456789012:cluster/${cluster}`,
    status: 'ACTIVE',
    desiredCount,
    taskDefinition,
    deployments: fake.deployments.map(({ id, primary, state, createdAt }) => ({
      id,
      status: primary ? 'PRIMARY' : 'ACTIVE',
      rolloutState: ROLLOUT_STATES[state],
      createdAt: new Date(createdAt),
      taskDefinition,
    })),
  };
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
