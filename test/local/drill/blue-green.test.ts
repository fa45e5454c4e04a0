import {
  DescribeServiceDeploymentsCommand,
  ListServiceDeploymentsCommand,
  StopServiceDeploymentCommand,
  type ServiceDeployment,
} from '@aws-sdk/client-ecs';
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
    services: [
      { name: 'web' },
      { name: 'shifting', deployment: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1 } },
    ],
    settings: { events: { rateEveryMs: 2_000 }, ecs: { stopTimeoutMs: 5_000, minuteMs: 6_000 } },
  });
});
afterAll(() => stage.close());

/** The latest deployment of the service that shifts traffic. */
async function latest(): Promise<ServiceDeployment> {
  const { ecs } = stage.clients;
  const { serviceDeployments = [] } = await ecs.send(
    new ListServiceDeploymentsCommand({ cluster: CLUSTER, service: 'shifting' }),
  );
  const serviceDeploymentArns = [serviceDeployments[0]?.serviceDeploymentArn ?? ''];
  const described = await ecs.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns }));
  const [deployment] = described.serviceDeployments ?? [];
  if (deployment === undefined) throw new Error('a service has a deployment from its creation on');
  return deployment;
}

/** Rotates a slot and waits until the service that shifts traffic bakes. @returns the token, and the deployment */
async function untilBaking(slot: 'blue' | 'green'): Promise<readonly [string, ServiceDeployment]> {
  const before = (await latest()).serviceDeploymentArn;
  const token = await startRotation(stage, slot);
  await untilFinished(stage, token);
  const deployment = await until('the bake time', stage.signal, async () => {
    const found = await latest();
    return found.serviceDeploymentArn !== before && found.lifecycleStage === 'BAKE_TIME' ? found : undefined;
  });
  return [token, deployment];
}

it('I2: a rollout is not over while a blue/green service bakes, for its old tasks hold the former credential', async () => {
  const [token, baking] = await untilBaking('green');
  expect(await readRecord(stage)).toMatchObject({ phase: 'rolling', active: { version: token } });
  const running = stage.system.ecs.liveTasks().filter(({ group }) => group === 'service:shifting');
  expect(running.filter(({ lastStatus }) => lastStatus === 'RUNNING')).toHaveLength(2);
  await untilSettledOn(stage, token);
  const ended = await latest();
  expect(ended).toMatchObject({ serviceDeploymentArn: baking.serviceDeploymentArn, status: 'SUCCESSFUL' });
  expect(await evidence(stage)).toMatchObject({ outcome: 'adopted', slot: 'green', version: token });
  expectUnharmed(stage);
});

it('I1: one that is called back while it bakes reverts the rollout, without one failed login', async () => {
  const before = await readRecord(stage);
  const [token, baking] = await untilBaking('blue');
  await stage.clients.ecs.send(
    new StopServiceDeploymentCommand({ serviceDeploymentArn: baking.serviceDeploymentArn }),
  );
  const settled = await untilReverted(stage, token, 90_000);
  expect(settled.active).toEqual(before.active);
  expect(settled.reason).toMatch(/drill\/shifting: (deployment \S+ failed|ECS rolled deployment)/);
  expect(await evidence(stage)).toMatchObject({ outcome: 'reverted', slot: 'green' });
  expectUnharmed(stage);
});
