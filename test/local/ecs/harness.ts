import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
  type ContainerDefinition,
  type CreateServiceCommandInput,
  type Deployment,
  type Service,
  type ServiceDeployment,
  type Task,
} from '@aws-sdk/client-ecs';
import { randomUUID } from 'node:crypto';
import { createCodeDeploy, type CodeDeploySettings } from '../../../local/codedeploy/codedeploy';
import { createEcs, type EcsSettings, type LocalEcs, type TaskOutput } from '../../../local/ecs/ecs';
import { AwsError, type BusEvent, type Timers } from '../../../local/endpoint/seams';
import { startEndpoint } from '../../../local/endpoint/server';
import { startKeeper } from '../../../local/processes/keeper';

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

/** Generous: the machine may be busy with other suites. */
const deadlineMs = 25_000;

/** Ends what a run that is killed would leave behind. */
const keeper = startKeeper();
afterAll(() => keeper.close());

const timers: Timers = {
  after: (ms, run) => {
    const timer = setTimeout(run, ms).unref();
    return () => clearTimeout(timer);
  },
};

/** Waits for something to become true; a failed wait names what was waited for. */
export async function until<Found>(
  what: string,
  look: () => Promise<Found | undefined | false> | Found | undefined | false,
): Promise<Found> {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}

/** A program that says what it was given and then runs until it is told to stop. */
export const goodProgram = [
  process.execPath,
  '-e',
  'console.log("value " + process.env.DATABASE_URL); setInterval(() => {}, 1000)',
];

export const valueArn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:active-AbCdEf';

/** The local ECS behind its endpoint, an SDK client, and everything that it says. */
export interface World {
  readonly client: ECSClient;
  readonly codeDeploy: CodeDeployClient;
  readonly ecs: LocalEcs;
  readonly events: BusEvent[];
  readonly output: TaskOutput[];
  /** What `valueFrom` resolves to; what is missing cannot be read. */
  readonly values: Map<string, string>;
  /** Every read of a value. */
  readonly reads: string[];
  /** Process ids that were kept and not released. */
  readonly kept: Set<number>;
  close(): Promise<void>;
}

/** @param minutes how the local CodeDeploy waits, where it is not as AWS's does */
export async function startWorld(
  settings: Partial<EcsSettings> = {},
  minutes: Partial<CodeDeploySettings> = {},
): Promise<World> {
  const world = {
    events: [] as BusEvent[],
    output: [] as TaskOutput[],
    values: new Map([[valueArn, 'first']]),
    reads: [] as string[],
    kept: new Set<number>(),
  };
  const place = { accountId: '123456789012', region: 'eu-central-1', partition: 'aws' };
  const clock = { now: () => Date.now() };
  const ecs = createEcs({
    place,
    clock,
    timers,
    newId: randomUUID,
    events: { emit: (event) => world.events.push(event) },
    values: {
      resolve: (valueFrom) => {
        world.reads.push(valueFrom);
        const value = world.values.get(valueFrom);
        if (value !== undefined) return value;
        throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
      },
    },
    keeper: {
      keep: (pid) => {
        keeper.keep(pid);
        world.kept.add(pid);
      },
      release: (pid) => {
        keeper.release(pid);
        world.kept.delete(pid);
      },
    },
    log: (message) => {
      throw new Error(`unexpected: ${message}`);
    },
    onTaskOutput: (line) => world.output.push(line),
    settings: { settleMs: 50, retryFirstMs: 20, retryMostMs: 200, stopTimeoutMs: 10_000, ...settings },
  });
  const codedeploy = createCodeDeploy({
    ...{ place, clock, timers, newId: randomUUID, taskSets: ecs.taskSets, settings: minutes },
    events: { emit: (event) => world.events.push(event) },
  });
  const endpoint = await startEndpoint({ services: { ecs, codedeploy }, place, clock });
  const clientSettings = {
    endpoint: endpoint.url,
    region: place.region,
    credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'x' },
    maxAttempts: 1,
  };
  const client = new ECSClient(clientSettings);
  const codeDeploy = new CodeDeployClient(clientSettings);
  await client.send(new CreateClusterCommand({ clusterName: 'main' }));
  const close = async (): Promise<void> => {
    client.destroy();
    codeDeploy.destroy();
    await endpoint.close();
  };
  return { ...world, client, codeDeploy, ecs, close };
}

export const container = (changes: Partial<ContainerDefinition> = {}): ContainerDefinition => ({
  name: 'app',
  image: 'app:1',
  essential: true,
  command: goodProgram,
  secrets: [{ name: 'DATABASE_URL', valueFrom: valueArn }],
  ...changes,
});

/** Registers a definition of one container and answers its ARN. */
export async function register(world: World, changes: Partial<ContainerDefinition> = {}): Promise<string> {
  const { taskDefinition } = await world.client.send(
    new RegisterTaskDefinitionCommand({ family: 'app', containerDefinitions: [container(changes)] }),
  );
  return taskDefinition?.taskDefinitionArn ?? '';
}

export async function createService(
  world: World,
  changes: Partial<CreateServiceCommandInput> = {},
): Promise<void> {
  const taskDefinition = changes.taskDefinition ?? (await register(world));
  const named = { cluster: 'main', serviceName: 'web', desiredCount: 1 };
  await world.client.send(new CreateServiceCommand({ ...named, ...changes, taskDefinition }));
}

export const force = (world: World): Promise<{ service?: Service | undefined }> =>
  world.client.send(new UpdateServiceCommand({ cluster: 'main', service: 'web', forceNewDeployment: true }));

export async function describe1(world: World): Promise<Service> {
  const { services } = await world.client.send(
    new DescribeServicesCommand({ cluster: 'main', services: ['web'] }),
  );
  const service = services?.[0];
  if (service === undefined) throw new Error('the service is missing');
  return service;
}

export const primary = (service: Service): Deployment | undefined =>
  service.deployments?.find((deployment) => deployment.status === 'PRIMARY');

/** Waits until the service's primary deployment is COMPLETED and the only one left. */
export async function settled(world: World): Promise<Service & { readonly primaryId: string }> {
  return until('the deployment to complete and the old one to go', async () => {
    const service = await describe1(world);
    const done = primary(service)?.rolloutState === 'COMPLETED' && service.deployments?.length === 1;
    return done && { ...service, primaryId: primary(service)?.id ?? '' };
  });
}

/** What was begun. @throws Error where nothing was */
export function begun<Deployment>(deployment: Deployment | null): Deployment {
  if (deployment === null) throw new Error('nothing was begun');
  return deployment;
}

/** The latest service deployment, in full; undefined where there is none. */
export async function latestDeployment(world: World): Promise<ServiceDeployment | undefined> {
  const { serviceDeployments } = await world.client.send(
    new ListServiceDeploymentsCommand({ cluster: 'main', service: 'web' }),
  );
  const arn = serviceDeployments?.[0]?.serviceDeploymentArn;
  if (arn === undefined) return undefined;
  const described = await world.client.send(
    new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }),
  );
  return described.serviceDeployments?.[0];
}

/** Waits until the latest deployment is over, whatever the strategy, and the only one left. */
export async function deployed(world: World): Promise<void> {
  await until('the service deployment to succeed and the old one to go', async () => {
    const { deployments = [] } = await describe1(world);
    return (await latestDeployment(world))?.status === 'SUCCESSFUL' && deployments.length === 1;
  });
}

export async function tasksWith(world: World, desiredStatus: 'RUNNING' | 'STOPPED'): Promise<Task[]> {
  const { taskArns = [] } = await world.client.send(new ListTasksCommand({ cluster: 'main', desiredStatus }));
  if (taskArns.length === 0) return [];
  const { tasks = [] } = await world.client.send(
    new DescribeTasksCommand({ cluster: 'main', tasks: taskArns }),
  );
  return tasks;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
