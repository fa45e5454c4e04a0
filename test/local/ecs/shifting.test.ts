import {
  DescribeServiceDeploymentsCommand,
  ListServiceDeploymentsCommand,
  StopServiceDeploymentCommand,
  type DeploymentConfiguration,
} from '@aws-sdk/client-ecs';
import {
  createService,
  deployed,
  describe1,
  force,
  latestDeployment,
  primary,
  register,
  settled,
  startWorld,
  tasksWith,
  until,
  type World,
} from './harness';

/** The first deployment needs no bake time: nothing runs beside it. */
const BLUE_GREEN: DeploymentConfiguration = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1 };

let world: World;
afterEach(() => world.close());

/** A service with two tasks, whose minute lasts so long. */
async function start(minuteMs: number, configuration: DeploymentConfiguration): Promise<string> {
  world = await startWorld({ minuteMs });
  await createService(world, { desiredCount: 2, deploymentConfiguration: configuration });
  await deployed(world);
  return primary(await describe1(world))?.id ?? '';
}

async function stage(lifecycleStage: string): Promise<void> {
  await until(
    `the stage ${lifecycleStage}`,
    async () => (await latestDeployment(world))?.lifecycleStage === lifecycleStage,
  );
}

const startedBy = async () => (await tasksWith(world, 'RUNNING')).map((task) => task.startedBy).sort();

describe('a blue/green deployment', () => {
  test('brings up a whole new revision, and keeps the old one until the bake time is over', async () => {
    const before = await start(600_000, BLUE_GREEN);
    await force(world);
    await stage('BAKE_TIME');
    const after = primary(await describe1(world))?.id ?? '';
    expect(await startedBy()).toEqual([before, before, after, after].sort());
    const service = await describe1(world);
    expect(service.deployments?.map(({ id, status }) => [id, status])).toEqual([
      [after, 'PRIMARY'],
      [before, 'ACTIVE'],
    ]);
    expect(await latestDeployment(world)).toMatchObject({
      status: 'IN_PROGRESS',
      sourceServiceRevisions: [{ runningTaskCount: 2 }],
      targetServiceRevision: { requestedTaskCount: 2, runningTaskCount: 2, pendingTaskCount: 0 },
    });
  });

  test('is successful once the old revision is gone, and says so', async () => {
    const before = await start(100, BLUE_GREEN);
    await force(world);
    await deployed(world);
    const after = primary(await describe1(world))?.id;
    expect(after).not.toBe(before);
    expect(await startedBy()).toEqual([after, after]);
    await until('the event', () =>
      world.events.some(
        ({ detail }) =>
          detail['eventName'] === 'SERVICE_DEPLOYMENT_COMPLETED' && detail['deploymentId'] === after,
      ),
    );
  });

  test('has no rolloutState, and its revision the number of its id', async () => {
    const id = await start(100, BLUE_GREEN);
    expect(primary(await describe1(world))).not.toHaveProperty('rolloutState');
    const arn = (await latestDeployment(world))?.targetServiceRevision?.arn;
    expect(arn).toBe(
      `arn:aws:ecs:eu-central-1:123456789012:service-revision/main/web/${id.slice('ecs-svc/'.length)}`,
    );
  });

  test('is rolled back by the circuit breaker, the old tasks never having stopped', async () => {
    const deploymentCircuitBreaker = { enable: true, rollback: true };
    const before = await start(100, { ...BLUE_GREEN, deploymentCircuitBreaker });
    const tasks = (await tasksWith(world, 'RUNNING')).map(({ taskArn }) => taskArn).sort();
    world.values.clear();
    await force(world);
    await until(
      'the rollback',
      async () => (await latestDeployment(world))?.status === 'ROLLBACK_SUCCESSFUL',
    );
    const service = await describe1(world);
    expect(service.deployments?.map(({ id }) => id)).toEqual([before]);
    expect((await tasksWith(world, 'RUNNING')).map(({ taskArn }) => taskArn).sort()).toEqual(tasks);
    const revision = (await latestDeployment(world))?.rollback?.serviceRevisionArn;
    expect(revision?.split('/').at(-1)).toBe(before.split('/').at(-1));
  });

  test('is called back within its bake time by a person', async () => {
    const before = await start(600_000, BLUE_GREEN);
    await force(world);
    await stage('BAKE_TIME');
    const arn = (await latestDeployment(world))?.serviceDeploymentArn;
    const stop = () =>
      world.client.send(
        new StopServiceDeploymentCommand({ serviceDeploymentArn: arn, stopType: 'ROLLBACK' }),
      );
    await stop();
    await until(
      'the rollback',
      async () => (await latestDeployment(world))?.status === 'ROLLBACK_SUCCESSFUL',
    );
    expect(await startedBy()).toEqual([before, before]);
    await expect(stop()).rejects.toMatchObject({ name: 'ConflictException' });
  });

  test('is stopped by the next one, which every revision is kept for until it has baked', async () => {
    const first = await start(600_000, BLUE_GREEN);
    await force(world);
    await stage('BAKE_TIME');
    const second = primary(await describe1(world))?.id ?? '';
    await force(world);
    await stage('BAKE_TIME');
    const third = primary(await describe1(world))?.id ?? '';
    expect(await startedBy()).toEqual([first, first, second, second, third, third].sort());
    const { serviceDeployments = [] } = await world.client.send(
      new ListServiceDeploymentsCommand({ cluster: 'main', service: 'web' }),
    );
    expect(serviceDeployments.map(({ status }) => status)).toEqual(['IN_PROGRESS', 'STOPPED', 'SUCCESSFUL']);
  });
});

test.each<[string, DeploymentConfiguration]>([
  ['a linear', { strategy: 'LINEAR', linearConfiguration: { stepPercent: 50, stepBakeTimeInMinutes: 9 } }],
  [
    'a canary',
    { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 9 } },
  ],
])(
  '%s deployment shifts traffic in steps, both revisions running meanwhile',
  async (_name, configuration) => {
    const before = await start(600_000, configuration);
    await force(world);
    await stage('PRODUCTION_TRAFFIC_SHIFT');
    const after = primary(await describe1(world))?.id ?? '';
    expect(await startedBy()).toEqual([before, before, after, after].sort());
  },
);

describe('the history of a service', () => {
  test('has rolling deployments too, without stages', async () => {
    world = await startWorld();
    await createService(world);
    await settled(world);
    await force(world);
    await settled(world);
    const { serviceDeployments = [] } = await world.client.send(
      new ListServiceDeploymentsCommand({ cluster: 'main', service: 'web' }),
    );
    expect(serviceDeployments.map(({ status }) => status)).toEqual(['SUCCESSFUL', 'SUCCESSFUL']);
    expect(await latestDeployment(world)).not.toHaveProperty('lifecycleStage');
    const [, first] = serviceDeployments;
    const none = await world.client.send(
      new ListServiceDeploymentsCommand({
        cluster: 'main',
        service: 'web',
        createdAt: { before: first?.createdAt },
      }),
    );
    expect(none.serviceDeployments).toEqual([]);
    const failed = { cluster: 'main', service: 'web', status: ['STOPPED' as const] };
    expect((await world.client.send(new ListServiceDeploymentsCommand(failed))).serviceDeployments).toEqual(
      [],
    );
  });

  test('is of a failure without rollback that it stopped', async () => {
    world = await startWorld();
    const deploymentCircuitBreaker = { enable: true, rollback: false };
    await createService(world, { deploymentConfiguration: { deploymentCircuitBreaker } });
    await settled(world);
    world.values.clear();
    await force(world);
    await until('the failure', async () => (await latestDeployment(world))?.status === 'STOPPED');
  });

  test('is described twenty at a time, what is unknown as missing', async () => {
    world = await startWorld();
    await createService(world, { taskDefinition: await register(world) });
    const arn = 'arn:aws:ecs:eu-central-1:123456789012:service-deployment/main/web/none';
    const described = await world.client.send(
      new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }),
    );
    expect(described).toMatchObject({ serviceDeployments: [], failures: [{ arn, reason: 'MISSING' }] });
    await expect(
      world.client.send(
        new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: Array<string>(21).fill(arn) }),
      ),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});
