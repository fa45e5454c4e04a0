import type { Service } from '@aws-sdk/client-ecs';
import type { LatestDeployment } from '../../../../lambda-src/adapters/aws/code-deploy';
import { EcsServices } from '../../../../lambda-src/adapters/aws/ecs';
import { appSpecOf, deploymentsOfTaskSets } from '../../../../lambda-src/adapters/aws/task-sets';
import type { ConsumerName, ObservedService } from '../../../../lambda-src/ports/services';
import { createDeployedService, deploy, DEPLOYED, steady, taskSets } from '../../../local/codedeploy/harness';
import { begun, createService, startWorld, until, type World } from '../../../local/ecs/harness';

let world: World;
let services: EcsServices;
afterEach(() => world.close());

async function start(minuteMs: number, steadyWithinMs = 60_000): Promise<void> {
  world = await startWorld({}, { minuteMs, steadyWithinMs });
  services = new EcsServices(world.client, world.codeDeploy);
  await createDeployedService(world);
  await steady(world);
}

async function observe(consumer: ConsumerName = DEPLOYED): Promise<ObservedService> {
  const [found] = await services.observe([consumer]);
  if (found === undefined) throw new Error('one was asked for');
  return found;
}
const primary = async () => (await observe()).consumer.deployments.find((deployment) => deployment.primary);

describe('a deployment through CodeDeploy', () => {
  it('is the primary one as soon as it was begun, and in progress while the old task set runs on', async () => {
    await start(600_000);
    const before = await primary();
    const { id, createdAt } = begun(await services.forceDeployment(DEPLOYED));
    expect(createdAt).toBeNull();
    expect(await primary()).toMatchObject({ id, state: 'in-progress' });
    await until('traffic to shift', async () =>
      (await taskSets(world)).some(({ externalId, status }) => externalId === id && status === 'PRIMARY'),
    );
    expect(await primary()).toMatchObject({ id, state: 'in-progress' });
    expect((await observe()).consumer.deployments.map((deployment) => deployment.id)).toEqual([
      id,
      before?.id,
    ]);
    const tasks = (await services.tasks(DEPLOYED)).map(({ startedBy }) => startedBy).sort();
    expect(tasks).toEqual([before?.id, id].sort());
  });

  it('that failed leaves the one before it as the primary one, also while and after CodeDeploy takes it back', async () => {
    await start(100, 1_000);
    const before = await primary();
    world.values.clear();
    const { id } = begun(await services.forceDeployment(DEPLOYED));
    const seen = await until('the failure', async () => {
      const found = await primary();
      return found?.id !== id && found;
    });
    expect(seen.id).toBe(before?.id);
    await until('what was before, in place again', async () => (await primary())?.state === 'completed');
    expect((await primary())?.id).toBe(before?.id);
  });

  it('of somebody else is waited for', async () => {
    await start(600_000);
    const id = await deploy(world);
    expect(await services.forceDeployment(DEPLOYED)).toBeNull();
    expect(await primary()).toMatchObject({ id, state: 'in-progress' });
  });

  it('tells how long the old task set runs on', async () => {
    await start(100);
    expect(await observe()).toMatchObject({
      deploying: { kind: 'through CodeDeploy', seconds: 60 },
      taskDefinition: expect.stringContaining('task-definition/app:') as string,
      obstacle: null,
    });
  });
});

describe('what a consumer says of its deployment group is held against what is there', () => {
  const OTHERS: readonly [string, ConsumerName['codeDeploy'], RegExp][] = [
    ['no group', undefined, /^is under the deployment controller CODE_DEPLOY: its consumer must name/],
    [
      'another application',
      { application: 'none', deploymentGroup: 'web' },
      /^names the CodeDeploy deployment group none\/web, which does not exist$/,
    ],
    [
      'another group',
      { application: 'shop', deploymentGroup: 'none' },
      /^names the CodeDeploy deployment group shop\/none, which does not exist$/,
    ],
  ];
  it.each(OTHERS)('%s', async (_name, codeDeploy, obstacle) => {
    await start(100);
    expect((await observe({ ...DEPLOYED, codeDeploy })).obstacle).toMatch(obstacle);
  });

  it('a group of another service', async () => {
    await start(100);
    await createService(world, {
      serviceName: 'other',
      desiredCount: 0,
      deploymentController: { type: 'CODE_DEPLOY' },
    });
    const { obstacle } = await observe({ ...DEPLOYED, service: 'other' });
    expect(obstacle).toBe('names the CodeDeploy deployment group shop/web, which deploys main/web');
  });

  it('a service that ECS deploys', async () => {
    await start(100);
    await createService(world, { serviceName: 'other', desiredCount: 0 });
    const { obstacle } = await observe({ ...DEPLOYED, service: 'other' });
    expect(obstacle).toBe('is under the deployment controller ECS: take codeDeploy out of its consumer');
  });
});

describe('task sets as deployments', () => {
  beforeAll(() => {
    // Nothing is started here: what is closed after each is empty.
    world = { close: () => Promise.resolve() } as World;
  });
  const service: Service = {
    taskSets: [
      { id: 'ecs-svc/2', externalId: 'd-2', status: 'ACTIVE', createdAt: new Date(20) },
      { id: 'ecs-svc/1', status: 'PRIMARY', createdAt: new Date(10), stabilityStatus: 'STEADY_STATE' },
    ],
  };
  const latest = (changes: Partial<LatestDeployment>): LatestDeployment => ({
    ...{ id: 'd-2', state: 'in-progress', createdAt: 15, isRollback: false },
    ...changes,
  });
  const ONE = { id: 'ecs-svc/1', primary: false, state: 'completed', createdAt: 10 };
  const TWO = { id: 'd-2', primary: false, state: 'completed', createdAt: 20 };
  const CASES: readonly [string, LatestDeployment | null, object[]][] = [
    ['under way', latest({}), [{ ...TWO, primary: true, state: 'in-progress' }, ONE]],
    [
      'under way without a task set',
      latest({ id: 'd-3' }),
      [{ id: 'd-3', primary: true, state: 'in-progress', createdAt: 15 }, TWO, ONE],
    ],
    [
      'over, which ECS does not show yet',
      latest({ state: 'completed' }),
      [{ ...TWO, primary: true, state: 'in-progress' }, ONE],
    ],
    [
      'failed',
      latest({ state: 'failed' }),
      [
        { ...TWO, state: 'failed' },
        { ...ONE, primary: true },
      ],
    ],
    [
      'being taken back',
      latest({ id: 'd-3', isRollback: true }),
      [
        { ...TWO, state: 'in-progress' },
        { ...ONE, primary: true, state: 'in-progress' },
      ],
    ],
    [
      'taken back',
      latest({ id: 'd-3', isRollback: true, state: 'completed' }),
      [TWO, { ...ONE, primary: true }],
    ],
    ['unknown', null, [TWO, { ...ONE, primary: true }]],
  ];
  it.each(CASES)('where the latest is %s', (_name, given, expected) => {
    expect(deploymentsOfTaskSets(service, given)).toEqual(expected);
  });

  it('the first one, which came with the service, is over once it is steady', () => {
    const young = {
      taskSets: [{ id: 'ecs-svc/1', status: 'PRIMARY', stabilityStatus: 'STABILIZING' as const }],
    };
    expect(deploymentsOfTaskSets(young, null)[0]?.state).toBe('in-progress');
  });

  it('an AppSpec names everything that the task set runs with', () => {
    const taskSet = {
      taskDefinition: 'arn:web:7',
      platformVersion: '1.4.0',
      loadBalancers: [{ targetGroupArn: 'arn:group', containerName: 'web', containerPort: 8080 }],
      networkConfiguration: {
        awsvpcConfiguration: { subnets: ['a'], securityGroups: ['b'], assignPublicIp: 'DISABLED' as const },
      },
      capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 2, base: 1 }],
    };
    const Properties = {
      TaskDefinition: 'arn:web:7',
      LoadBalancerInfo: { ContainerName: 'web', ContainerPort: 8080 },
      PlatformVersion: '1.4.0',
      NetworkConfiguration: {
        AwsvpcConfiguration: { Subnets: ['a'], SecurityGroups: ['b'], AssignPublicIp: 'DISABLED' },
      },
      CapacityProviderStrategy: [{ Base: 1, CapacityProvider: 'FARGATE_SPOT', Weight: 2 }],
    };
    expect(JSON.parse(appSpecOf(taskSet, {}) ?? '')).toEqual({
      version: '0.0',
      Resources: [{ TargetService: { Type: 'AWS::ECS::Service', Properties } }],
    });
    expect(appSpecOf({ taskDefinition: 'arn:web:7' }, { loadBalancers: taskSet.loadBalancers })).toContain(
      '8080',
    );
    expect(appSpecOf({ taskDefinition: 'arn:web:7' }, {})).toBeNull();
  });
});
