import { RunTaskCommand, type DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { EcsServices } from '../../../../lambda-src/adapters/aws/ecs';
import { consumerKey, type ConsumerName, type Services } from '../../../../lambda-src/ports/services';
import { MemoryServices } from '../../../support/memory-services';
import { createDeployedService, DEPLOYED } from '../../../local/codedeploy/harness';
import {
  begun,
  createService,
  deployed,
  describe1,
  startWorld,
  until,
  valueArn,
} from '../../../local/ecs/harness';

const WEB: ConsumerName = { cluster: 'main', service: 'web' };
const MISSING: ConsumerName = { cluster: 'main', service: 'missing' };

/** Services with one that is called web and runs one task that reads one value. */
interface Subject {
  readonly services: Services;
  /** How web is named. */
  readonly web: ConsumerName;
  /** Whether a deployment is refused while another one is under way. */
  readonly oneAtATime: boolean;
  /** Lets the latest deployment of web come to its end. */
  finish(): Promise<void>;
  /** RunTask of web's task definition. */
  run(): Promise<void>;
  close(): Promise<void>;
}

async function overEcs(deploymentConfiguration: DeploymentConfiguration): Promise<Subject> {
  const world = await startWorld({ minuteMs: 200 });
  await createService(world, { deploymentConfiguration });
  await deployed(world);
  return {
    web: WEB,
    oneAtATime: false,
    services: new EcsServices(world.client, world.codeDeploy),
    finish: () => deployed(world),
    run: async () => {
      const { taskDefinition } = await describe1(world);
      await world.client.send(new RunTaskCommand({ cluster: 'main', taskDefinition }));
    },
    close: () => world.close(),
  };
}

/** With a wait before the old task set ends. */
async function throughCodeDeploy(): Promise<Subject> {
  const world = await startWorld({}, { minuteMs: 200 });
  await createDeployedService(world);
  const services = new EcsServices(world.client, world.codeDeploy);
  const settle = async () => {
    await until('the deployment to succeed and the old task set to go', async () => {
      const [found] = await services.observe([DEPLOYED]);
      const [only, ...others] = found?.consumer.deployments ?? [];
      return only?.state === 'completed' && others.length === 0;
    });
  };
  await settle();
  return {
    web: DEPLOYED,
    oneAtATime: true,
    services,
    finish: settle,
    run: async () => {
      const { taskDefinition } = await describe1(world);
      await world.client.send(new RunTaskCommand({ cluster: 'main', taskDefinition }));
    },
    close: () => world.close(),
  };
}

const SUBJECTS: readonly [string, () => Promise<Subject>][] = [
  [
    'in memory',
    () => {
      const clock = { now: () => 1_000 };
      const services = new MemoryServices(clock);
      const published = { slot: 'blue', version: 'blue-1' } as const;
      services.create(WEB, published, [valueArn]);
      return Promise.resolve({
        services,
        web: WEB,
        oneAtATime: false,
        finish: () => {
          services.finish(published);
          return Promise.resolve();
        },
        run: () => {
          services.service(consumerKey(WEB)).run(clock.now(), published);
          return Promise.resolve();
        },
        close: () => Promise.resolve(),
      });
    },
  ],
  ['over Amazon ECS', () => overEcs({})],
  ['over Amazon ECS, blue/green', () => overEcs({ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1 })],
  ['over AWS CodeDeploy', throughCodeDeploy],
];

describe.each(SUBJECTS)('services %s', (_name, start) => {
  let subject: Subject;
  let services: Services;
  beforeEach(async () => {
    subject = await start();
    services = subject.services;
  });
  afterEach(() => subject.close());

  const web = async () => {
    const [found] = await services.observe([subject.web]);
    if (found === undefined) throw new Error('one was asked for');
    return found;
  };
  const primaryOf = async () => (await web()).consumer.deployments.find(({ primary }) => primary);

  it('are answered in the order asked, those that do not exist among them', async () => {
    const [missing, found] = await services.observe([MISSING, subject.web]);
    expect(missing).toEqual({
      consumer: { name: consumerKey(MISSING), exists: false, desiredCount: 0, deployments: [] },
      taskDefinition: null,
      deploying: null,
      obstacle: null,
    });
    expect(found?.consumer).toMatchObject({ name: 'main/web', exists: true, desiredCount: 1 });
    expect(found?.consumer.deployments).toEqual([
      {
        id: expect.any(String) as string,
        primary: true,
        state: 'completed',
        createdAt: expect.any(Number) as number,
      },
    ]);
  });

  it('say which task definition runs, and what its containers read', async () => {
    const { taskDefinition } = await web();
    expect(await services.valuesRead(taskDefinition ?? '')).toEqual([valueArn]);
  });

  it('have tasks that name the deployment that started them', async () => {
    const tasks = await services.tasks(subject.web);
    expect(tasks).toHaveLength(1);
    expect(tasks[0]?.startedBy).toBe((await primaryOf())?.id);
    expect(await services.tasks(MISSING)).toEqual([]);
  });

  it('have standalone tasks beside theirs, by what they run', async () => {
    const { taskDefinition } = await web();
    expect(await services.standaloneTasks('main', taskDefinition ?? '')).toEqual([]);
    const before = await services.tasks(subject.web);
    await subject.run();
    const found = await until('the task to be seen', async () => {
      const tasks = await services.standaloneTasks('main', taskDefinition ?? '');
      return tasks.length === 1 && tasks;
    });
    expect(before).not.toContainEqual(expect.objectContaining({ id: found[0]?.id }));
    expect(await services.tasks(subject.web)).toEqual(before);
    expect(await services.standaloneTasks('main', 'another:1')).toEqual([]);
    expect(await services.standaloneTasks('elsewhere', 'another:1')).toEqual([]);
  });

  it('are found in their cluster by the secrets that they read, whoever made them', async () => {
    const readersIn = (cluster: string, arn: string) => services.readersIn(cluster, [arn], () => true);
    expect(await readersIn('main', valueArn)).toEqual([WEB]);
    expect(await readersIn('main', `${valueArn}X`)).toEqual([]);
    expect(await readersIn('elsewhere', valueArn)).toEqual([]);
  });

  it('are searched for no longer than there is time: then it is not known who reads the secrets', async () => {
    expect(await services.readersIn('main', [valueArn], () => false)).toBeNull();
  });

  it('answer a forced deployment with id and date of the new one, which is in progress, then completes on its own tasks', async () => {
    const before = await primaryOf();
    const { id, createdAt } = begun(await services.forceDeployment(subject.web));
    expect(id).not.toBe(before?.id);
    const dated = createdAt === null ? {} : { createdAt };
    expect(await primaryOf()).toMatchObject({ id, ...dated, state: 'in-progress' });
    await subject.finish();
    expect(await primaryOf()).toMatchObject({ id, state: 'completed' });
    await until('only its tasks are left', async () => {
      const tasks = await services.tasks(subject.web);
      return tasks.length === 1 && tasks[0]?.startedBy === id;
    });
    expect((await web()).taskDefinition).not.toBeNull();
  });

  it('deploy twice where a deployment is forced twice, for there is no token, or refuse to while one is under way', async () => {
    const first = begun(await services.forceDeployment(subject.web));
    const second = await services.forceDeployment(subject.web);
    expect(second === null).toBe(subject.oneAtATime);
    expect(second?.id).not.toBe(first.id);
  });
});
