import { UpdateServiceCommand, type DeploymentConfiguration } from '@aws-sdk/client-ecs';
import type { BusEvent } from '../../../local/endpoint/seams';
import {
  createService,
  describe1,
  force,
  primary,
  register,
  settled,
  startWorld,
  tasksWith,
  until,
  valueArn,
  type World,
} from './harness';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const breaker = (rollback: boolean): DeploymentConfiguration => ({
  deploymentCircuitBreaker: { enable: true, rollback },
});

const deploymentEvents = (): BusEvent[] =>
  world.events.filter((event) => event.detailType === 'ECS Deployment State Change');

const failed = (): Promise<BusEvent> =>
  until('a failed deployment', () =>
    deploymentEvents().find((event) => event.detail['eventName'] === 'SERVICE_DEPLOYMENT_FAILED'),
  );

describe('with rollback', () => {
  test('the last completed deployment, under its own id, becomes primary again (reference: compare deployment ids)', async () => {
    await createService(world, { deploymentConfiguration: breaker(true) });
    const before = await settled(world);
    const broken = await register(world, { command: ['/no/such/program'] });
    await world.client.send(
      new UpdateServiceCommand({ cluster: 'main', service: 'web', taskDefinition: broken }),
    );
    const failedId = (await failed()).detail['deploymentId'];
    const after = await settled(world);
    expect(after.primaryId).toBe(before.primaryId);
    expect(after.taskDefinition).toBe(before.taskDefinition);
    expect(deploymentEvents().map(({ detail }) => [detail['deploymentId'], detail['eventName']])).toEqual([
      [before.primaryId, 'SERVICE_DEPLOYMENT_IN_PROGRESS'],
      [before.primaryId, 'SERVICE_DEPLOYMENT_COMPLETED'],
      [failedId, 'SERVICE_DEPLOYMENT_IN_PROGRESS'],
      [failedId, 'SERVICE_DEPLOYMENT_FAILED'],
      [before.primaryId, 'SERVICE_DEPLOYMENT_IN_PROGRESS'],
      [before.primaryId, 'SERVICE_DEPLOYMENT_COMPLETED'],
    ]);
  });

  test('the tasks that the old deployment starts again read their secrets anew (reference: rollback re-resolves secrets)', async () => {
    const deploymentConfiguration = { ...breaker(true), minimumHealthyPercent: 0, maximumPercent: 100 };
    await createService(world, { deploymentConfiguration });
    const { primaryId } = await settled(world);
    world.values.set(valueArn, 'flipped');
    const broken = await register(world, { command: ['/no/such/program'] });
    await world.client.send(
      new UpdateServiceCommand({ cluster: 'main', service: 'web', taskDefinition: broken }),
    );
    await failed();
    await settled(world);
    const [task] = await tasksWith(world, 'RUNNING');
    expect(task?.startedBy).toBe(primaryId);
    await until('its value', () =>
      world.output.some(({ taskArn, line }) => taskArn === task?.taskArn && line === 'value flipped'),
    );
  });

  test('a task that exits before it has settled is a failed one', async () => {
    await world.close();
    world = await startWorld({ settleMs: 5_000 });
    await createService(world, {
      desiredCount: 1,
      deploymentConfiguration: breaker(true),
      taskDefinition: await register(world, { command: ['/bin/sh', '-c', 'exit 1'] }),
    });
    await failed();
    expect(primary(await describe1(world))?.failedTasks).toBe(3);
  });

  test('a service at its first deployment has nothing to go back to and stalls', async () => {
    world.values.clear();
    await createService(world, { deploymentConfiguration: breaker(true) });
    await failed();
    world.values.set(valueArn, 'back');
    const tasks = world.events.length;
    expect(primary(await describe1(world))).toMatchObject({
      rolloutState: 'FAILED',
      rolloutStateReason: 'ECS deployment circuit breaker: tasks failed to start.',
      failedTasks: 3,
    });
    await force(world);
    await settled(world);
    expect(world.events.length).toBeGreaterThan(tasks);
  });
});

test('without rollback the failed deployment stays primary, starts nothing more, and the old tasks run on', async () => {
  await createService(world, { desiredCount: 2, deploymentConfiguration: breaker(false) });
  const { primaryId } = await settled(world);
  world.values.clear();
  await force(world);
  const failedId = (await failed()).detail['deploymentId'];
  const service = await describe1(world);
  expect(primary(service)).toMatchObject({ id: failedId, rolloutState: 'FAILED' });
  expect((await tasksWith(world, 'RUNNING')).map((task) => task.startedBy)).toEqual([primaryId, primaryId]);
});

test('the minimum of the threshold is a setting, so that a drill need not wait', async () => {
  await world.close();
  world = await startWorld({ breakerMinimum: 1 });
  world.values.clear();
  await createService(world, { deploymentConfiguration: breaker(true) });
  await failed();
  expect(primary(await describe1(world))?.failedTasks).toBe(1);
});
