import {
  DeleteServiceCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
  type Service,
} from '@aws-sdk/client-ecs';
import { EcsServices } from '../../../../lambda-src/adapters/aws/ecs';
import {
  begun,
  container,
  createService,
  register,
  settled,
  startWorld,
  until,
  valueArn,
  type World,
} from '../../../local/ecs/harness';

const WEB = { cluster: 'main', service: 'web' };
const STUBBORN = 'process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1000)';

let world: World;
let services: EcsServices;
/** Every command sent, with its input. */
let sent: { readonly name: string; readonly input: Record<string, unknown> }[];
/** What a list answers at most on one page. */
let pageSize: number | undefined;
/** What UpdateService answers instead of the service as it is. */
let answered: Service | undefined;
beforeEach(async () => {
  world = await startWorld();
  sent = [];
  pageSize = undefined;
  answered = undefined;
  world.client.middlewareStack.add(
    (next, context) => async (args) => {
      const name = String(context.commandName);
      const paged = name === 'ListTasksCommand' && pageSize !== undefined;
      const input = paged ? { ...args.input, maxResults: pageSize } : args.input;
      sent.push({ name, input: { ...input } });
      const answer = await next({ ...args, input });
      if (name !== 'UpdateServiceCommand' || answered === undefined) return answer;
      return { ...answer, output: { ...answer.output, service: answered } };
    },
    { step: 'initialize' },
  );
  services = new EcsServices(world.client, world.codeDeploy);
});
afterEach(() => world.close());

const sentOf = (name: string) => sent.filter((command) => command.name === name);

describe('tasks', () => {
  it('that are stopping are seen until they have stopped, by the deployment that started them', async () => {
    const command = [process.execPath, '-e', STUBBORN];
    await createService(world, { taskDefinition: await register(world, { command, stopTimeout: 120 }) });
    const { primaryId } = await settled(world);
    await until('the task ignores signals', () => world.output.some(({ line }) => line === 'up'));
    const { id } = begun(await services.forceDeployment(WEB));
    const stopping = await until('the old task to be stopping', async () => {
      const tasks = await services.tasks(WEB);
      const old = tasks.find((task) => task.startedBy === primaryId);
      if (old === undefined) throw new Error('the old task is not seen any more');
      const described = await world.client.send(
        new DescribeTasksCommand({ cluster: 'main', tasks: [old.id] }),
      );
      return described.tasks?.[0]?.desiredStatus === 'STOPPED' && old;
    });
    expect((await services.tasks(WEB)).map((task) => task.startedBy).sort()).toEqual([id, primaryId].sort());
    expect(stopping.createdAt).toBeLessThan(Date.now());
  });

  it('that have stopped are not seen', async () => {
    await createService(world);
    const { primaryId } = await settled(world);
    const { id } = begun(await services.forceDeployment(WEB));
    await settled(world);
    const left = await until('the old task has stopped', async () => {
      const tasks = await services.tasks(WEB);
      return tasks.every((task) => task.startedBy !== primaryId) && tasks;
    });
    expect(left.map((task) => task.startedBy)).toEqual([id]);
  });

  it('are all seen where they take several pages', async () => {
    await createService(world, { desiredCount: 3 });
    await settled(world);
    pageSize = 1;
    expect(await services.tasks(WEB)).toHaveLength(3);
    const pages = sentOf('ListTasksCommand').filter(({ input }) => input['desiredStatus'] === 'RUNNING');
    expect(pages).toHaveLength(3);
    expect(pages.slice(1).every(({ input }) => input['nextToken'] !== undefined)).toBe(true);
  });

  it('of a service that was deleted are listed without an error', async () => {
    await createService(world);
    await settled(world);
    await world.client.send(new DeleteServiceCommand({ cluster: 'main', service: 'web', force: true }));
    await until('no task is left', async () => (await services.tasks(WEB)).length === 0);
    const [found] = await services.observe([WEB]);
    expect(found).toEqual({
      consumer: { name: 'main/web', exists: false, desiredCount: 0, deployments: [] },
      taskDefinition: null,
      deploying: null,
      obstacle: null,
    });
  });
});

describe('services', () => {
  it('are described ten at a time, whatever their number, cluster by cluster', async () => {
    const taskDefinition = await register(world);
    const names = Array.from({ length: 12 }, (_, index) => ({ cluster: 'main', service: `web-${index}` }));
    for (const { service } of names)
      await createService(world, { serviceName: service, taskDefinition, desiredCount: 0 });
    sent.length = 0;
    const observed = await services.observe(names);
    expect(observed.map(({ consumer }) => consumer.name)).toEqual(
      names.map(({ service }) => `main/${service}`),
    );
    expect(observed.every(({ consumer }) => consumer.exists && consumer.desiredCount === 0)).toBe(true);
    const sizes = sentOf('DescribeServicesCommand').map(
      ({ input }) => (input['services'] as string[]).length,
    );
    expect(sizes).toEqual([10, 2]);
    expect(sent).toHaveLength(2);
  });

  it('none of them costs no call', async () => {
    expect(await services.observe([])).toEqual([]);
    expect(sent).toEqual([]);
  });

  it('of a cluster that does not exist are missing, and the others are answered all the same', async () => {
    await createService(world);
    const gone = { cluster: 'gone', service: 'web' };
    const [missing, found] = await services.observe([gone, WEB]);
    expect(missing).toMatchObject({ consumer: { name: 'gone/web', exists: false }, taskDefinition: null });
    expect(found?.consumer.exists).toBe(true);
    expect(await services.tasks(gone)).toEqual([]);
  });

  it('show the earlier deployment as primary again when ECS has rolled back', async () => {
    await createService(world, {
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
    });
    const { primaryId } = await settled(world);
    const broken = await register(world, { command: ['/no/such/program'] });
    await world.client.send(
      new UpdateServiceCommand({ cluster: 'main', service: 'web', taskDefinition: broken }),
    );
    await until('the deployment to fail', () =>
      world.events.some(({ detail }) => detail['eventName'] === 'SERVICE_DEPLOYMENT_FAILED'),
    );
    await until('the rollback', async () => {
      const [found] = await services.observe([WEB]);
      const primary = found?.consumer.deployments.find((deployment) => deployment.primary);
      return primary?.id === primaryId && primary.state === 'completed';
    });
  });
});

describe('what a task definition reads', () => {
  it('is what all its containers read, and is asked once a revision', async () => {
    const { taskDefinition } = await world.client.send(
      new RegisterTaskDefinitionCommand({
        family: 'two',
        containerDefinitions: [
          container(),
          container({ name: 'sidecar', secrets: [{ name: 'TOKEN', valueFrom: 'arn:other' }] }),
          container({ name: 'plain', secrets: [] }),
        ],
      }),
    );
    const arn = taskDefinition?.taskDefinitionArn ?? '';
    for (let look = 0; look < 3; look += 1)
      expect(await services.valuesRead(arn)).toEqual([valueArn, 'arn:other']);
    expect(sentOf('DescribeTaskDefinitionCommand')).toHaveLength(1);
  });

  it('is remembered from a search of a cluster that ran out of time: the next one asks for the rest', async () => {
    for (const serviceName of ['web', 'worker', 'cron'])
      await createService(world, { serviceName, desiredCount: 0 });
    const search = (calls: number) => {
      let asked = 0;
      return services.readersIn('main', [valueArn], () => (asked += 1) <= calls);
    };
    expect(await search(3)).toBeNull();
    expect(sentOf('DescribeTaskDefinitionCommand')).toHaveLength(2);
    expect((await search(10))?.map(({ service }) => service).sort()).toEqual(['cron', 'web', 'worker']);
    expect(sentOf('DescribeTaskDefinitionCommand')).toHaveLength(3);
  });
});

it('forcing a deployment leaves the task definition and everything else as it is', async () => {
  await createService(world);
  sent.length = 0;
  await services.forceDeployment(WEB);
  expect(sent).toEqual([
    { name: 'UpdateServiceCommand', input: { cluster: 'main', service: 'web', forceNewDeployment: true } },
  ]);
});

it('a forced deployment that the answer does not tell from the one before is not taken for it: it is seen later', async () => {
  await createService(world);
  const { primaryId } = await settled(world);
  const { services: before } = await world.client.send(
    new DescribeServicesCommand({ cluster: 'main', services: ['web'] }),
  );
  for (const deployments of [[], [{ ...before?.[0]?.deployments?.[0], status: 'ACTIVE' }]]) {
    answered = { ...before?.[0], deployments };
    expect(await services.forceDeployment(WEB)).toBeNull();
  }
  answered = undefined;
  const [web] = await services.observe([WEB]);
  const primary = web?.consumer.deployments.find((deployment) => deployment.primary);
  expect(primary?.id).not.toBe(primaryId);
});

it('forcing a deployment of a service that is gone throws what ECS answers', async () => {
  await expect(services.forceDeployment(WEB)).rejects.toMatchObject({
    name: 'ServiceNotFoundException',
    $metadata: expect.any(Object) as object,
  });
});
