import {
  CreateDeploymentCommand,
  GetDeploymentGroupCommand,
  StopDeploymentCommand,
} from '@aws-sdk/client-codedeploy';
import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { describe1, force, register, startWorld, tasksWith, until, type World } from '../ecs/harness';
import {
  BALANCER,
  createDeployedService,
  deploy,
  deployment,
  GROUP,
  steady,
  taskSets,
  untilStatus,
} from './harness';

let world: World;
afterEach(() => world.close());

async function start(
  ...given: [minuteMs: number, steadyWithinMs?: number, rollsBack?: boolean]
): Promise<void> {
  const [minuteMs, steadyWithinMs = 60_000, rollsBack = true] = given;
  world = await startWorld({}, { minuteMs, steadyWithinMs });
  await createDeployedService(world, { desiredCount: 2 }, { rollsBack });
  await steady(world);
}

const group = async () => {
  const { deploymentGroupInfo } = await world.codeDeploy.send(new GetDeploymentGroupCommand(GROUP));
  return deploymentGroupInfo;
};
const startedBy = async () => (await tasksWith(world, 'RUNNING')).map((task) => task.startedBy).sort();

describe('a service under CODE_DEPLOY', () => {
  test('has one task set, no deployments, and tasks that name the task set', async () => {
    await start(100);
    const service = await describe1(world);
    expect(service.deployments).toEqual([]);
    expect(service.taskSets).toMatchObject([
      { status: 'PRIMARY', computedDesiredCount: 2, runningCount: 2, loadBalancers: [BALANCER] },
    ]);
    expect(service.taskSets?.[0]).not.toHaveProperty('externalId');
    const id = service.taskSets?.[0]?.id;
    expect(await startedBy()).toEqual([id, id]);
  });

  test('refuses a forced deployment and another task definition, and may be scaled', async () => {
    await start(100);
    await expect(force(world)).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining('Cannot force a new deployment') as string,
    });
    const update = (changes: object) =>
      world.client.send(new UpdateServiceCommand({ cluster: 'main', service: 'web', ...changes }));
    await expect(update({ taskDefinition: await register(world) })).rejects.toThrow(
      /Unable to update task definition/,
    );
    await update({ desiredCount: 1 });
    await until('one task', async () => (await tasksWith(world, 'RUNNING')).length === 1);
  });
});

describe('a deployment', () => {
  test('starts a task set of its id beside the one that serves, which runs on until the wait is over', async () => {
    await start(600_000);
    const [original] = await taskSets(world);
    const id = await deploy(world);
    await until('traffic to shift', async () =>
      (await taskSets(world)).some(({ externalId, status }) => externalId === id && status === 'PRIMARY'),
    );
    const sets = await taskSets(world);
    expect(sets).toMatchObject([
      { status: 'PRIMARY', externalId: id, startedBy: 'CODE_DEPLOY', runningCount: 2 },
      { status: 'ACTIVE', id: original?.id, runningCount: 2 },
    ]);
    expect((await deployment(world, id)).status).toBe('InProgress');
    expect(await group()).toMatchObject({
      lastAttemptedDeployment: { deploymentId: id, status: 'InProgress' },
      ecsServices: [{ clusterName: 'main', serviceName: 'web' }],
    });
  });

  test('has succeeded once the old task set is gone, and says so', async () => {
    await start(100);
    const id = await deploy(world);
    await untilStatus(world, id, 'Succeeded');
    expect(await taskSets(world)).toMatchObject([{ status: 'PRIMARY', externalId: id }]);
    expect(await group()).toMatchObject({ lastSuccessfulDeployment: { deploymentId: id } });
    const states = world.events
      .filter(({ source }) => source === 'aws.codedeploy')
      .map(({ detail, resources }) => [detail['state'], resources[1]]);
    const arn = 'arn:aws:codedeploy:eu-central-1:123456789012:deploymentgroup:shop/web';
    expect(states).toEqual([
      ['START', arn],
      ['SUCCESS', arn],
    ]);
  });

  test('is refused while another one is under way', async () => {
    await start(600_000);
    await deploy(world);
    await expect(deploy(world)).rejects.toMatchObject({ name: 'DeploymentLimitExceededException' });
  });

  test('that does not become steady fails and is taken back by a deployment of its own', async () => {
    await start(100, 1_000);
    const [original] = await taskSets(world);
    const id = await deploy(world, await register(world, { command: ['/no/such/program'] }));
    await untilStatus(world, id, 'Failed');
    const { rollbackInfo } = await deployment(world, id);
    const rollback = rollbackInfo?.rollbackDeploymentId ?? '';
    await untilStatus(world, rollback, 'Succeeded');
    expect(await deployment(world, rollback)).toMatchObject({
      creator: 'codeDeployRollback',
      rollbackInfo: { rollbackTriggeringDeploymentId: id },
    });
    expect(await taskSets(world)).toMatchObject([{ status: 'PRIMARY', id: original?.id }]);
  });

  test('that a person stops within its wait gives traffic back to the old task set', async () => {
    await start(600_000);
    const [original] = await taskSets(world);
    const id = await deploy(world);
    await until('traffic to shift', async () => (await taskSets(world))[0]?.status === 'PRIMARY');
    const stop = () =>
      world.codeDeploy.send(new StopDeploymentCommand({ deploymentId: id, autoRollbackEnabled: true }));
    await stop();
    await until('the new task set to go', async () => (await taskSets(world)).length === 1);
    expect(await taskSets(world)).toMatchObject([{ status: 'PRIMARY', id: original?.id, runningCount: 2 }]);
    await expect(stop()).rejects.toMatchObject({ name: 'DeploymentAlreadyCompletedException' });
  });

  test('of an AppSpec that names no task definition is refused', async () => {
    await start(100);
    const appSpecContent = { content: '{"version": "0.0", "Resources": []}' };
    await expect(
      world.codeDeploy.send(
        new CreateDeploymentCommand({
          ...GROUP,
          revision: { revisionType: 'AppSpecContent', appSpecContent },
        }),
      ),
    ).rejects.toMatchObject({ name: 'InvalidRevisionException' });
  });
});

test('applications and groups that do not exist are told apart', async () => {
  await start(100);
  const ask = (applicationName: string) =>
    world.codeDeploy.send(new GetDeploymentGroupCommand({ applicationName, deploymentGroupName: 'none' }));
  await expect(ask('none')).rejects.toMatchObject({ name: 'ApplicationDoesNotExistException' });
  await expect(ask('shop')).rejects.toMatchObject({ name: 'DeploymentGroupDoesNotExistException' });
});
