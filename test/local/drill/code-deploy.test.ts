import { GetDeploymentGroupCommand, StopDeploymentCommand } from '@aws-sdk/client-codedeploy';
import { DescribeServicesCommand, type TaskSet } from '@aws-sdk/client-ecs';
import { CLUSTER } from '../../../local/drill/installation/model';
import { readRecord } from '../../../local/drill/record';
import { startRotation, untilFinished, untilReverted, untilSettledOn } from '../../../local/drill/rotate';
import type { Stage } from '../../../local/drill/stage';
import { until } from '../../../local/drill/wait';
import { evidence, expectUnharmed, raiseTestStage } from '../../support/stage';

jest.setTimeout(180_000);

let stage: Stage;

beforeAll(async () => {
  stage = await raiseTestStage({
    services: [{ name: 'web' }, { name: 'till', codeDeploy: { waitMinutes: 1 } }],
    settings: {
      events: { rateEveryMs: 2_000 },
      ecs: { stopTimeoutMs: 5_000 },
      codeDeploy: { minuteMs: 6_000 },
    },
  });
});
afterAll(() => stage.close());

async function taskSets(): Promise<readonly TaskSet[]> {
  const { services } = await stage.clients.ecs.send(
    new DescribeServicesCommand({ cluster: CLUSTER, services: ['till'] }),
  );
  return services?.[0]?.taskSets ?? [];
}

async function latest() {
  const { deploymentGroupInfo } = await stage.clients.codeDeploy.send(
    new GetDeploymentGroupCommand({ applicationName: 'drill', deploymentGroupName: 'till' }),
  );
  return deploymentGroupInfo?.lastAttemptedDeployment;
}

/** Rotates a slot and waits until traffic has shifted to a new task set. @returns the token, and the deployment */
async function untilShifted(slot: 'blue' | 'green'): Promise<readonly [string, string]> {
  const before = (await latest())?.deploymentId;
  const token = await startRotation(stage, slot);
  await untilFinished(stage, token);
  const id = await until('traffic to shift', stage.signal, async () => {
    const found = (await latest())?.deploymentId;
    const serving = (await taskSets()).find(({ status }) => status === 'PRIMARY');
    return found !== before && serving?.externalId === found ? found : undefined;
  });
  return [token, id];
}

it('I2: a rollout is not over while CodeDeploy keeps the old task set, whose tasks hold the former credential', async () => {
  const [token, id] = await untilShifted('green');
  expect(await readRecord(stage)).toMatchObject({
    phase: 'rolling',
    active: { version: token },
    consumers: { 'drill/till': { deployment: id } },
  });
  expect(await taskSets()).toMatchObject([
    { status: 'PRIMARY', runningCount: 1 },
    { status: 'ACTIVE', runningCount: 1 },
  ]);
  await untilSettledOn(stage, token);
  expect(await latest()).toMatchObject({ deploymentId: id, status: 'Succeeded' });
  expect(await taskSets()).toMatchObject([{ status: 'PRIMARY', externalId: id }]);
  expect(await evidence(stage)).toMatchObject({ outcome: 'adopted', slot: 'green', version: token });
  expectUnharmed(stage);
});

it('I1: a deployment that is stopped and taken back reverts the rollout, without one failed login', async () => {
  const before = await readRecord(stage);
  const [token, deploymentId] = await untilShifted('blue');
  await stage.clients.codeDeploy.send(new StopDeploymentCommand({ deploymentId, autoRollbackEnabled: true }));
  const settled = await untilReverted(stage, token, 90_000);
  expect(settled.active).toEqual(before.active);
  expect(settled.reason).toContain(`drill/till: ECS rolled deployment ${deploymentId} back`);
  expect((await taskSets()).map(({ status }) => status)).toEqual(['PRIMARY']);
  expect(await evidence(stage)).toMatchObject({ outcome: 'reverted', slot: 'green' });
  expectUnharmed(stage);
});
