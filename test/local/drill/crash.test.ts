import { ORCHESTRATOR, ROTATOR } from '../../../local/drill/installation/model';
import { accessKeyIdOf } from '../../../local/lambda/lambda';
import { rotateStandby } from '../../../local/drill/rotate';
import type { Stage } from '../../../local/drill/stage';
import { until } from '../../../local/drill/wait';
import { expectUnharmed, raiseTestStage } from '../../support/stage';

jest.setTimeout(180_000);

let stage: Stage;

beforeAll(async () => {
  stage = await raiseTestStage({ services: [{ name: 'web' }, { name: 'worker' }] });
});

afterAll(async () => {
  await stage.close();
});

/** SIGKILL to a function's process as soon as the endpoint has answered so many calls of one kind that the function made. */
async function killAfter(functionName: string, call: string, nth: number): Promise<void> {
  const mark = stage.system.callLog.mark();
  await until(
    `${functionName} to be killed after ${call}`,
    stage.signal,
    () => {
      const calls = stage.system.callLog
        .since(mark)
        .filter(
          ({ accessKeyId, service, operation }) =>
            accessKeyId === accessKeyIdOf(functionName) && `${service}:${operation}` === call,
        );
      return calls.length >= nth && stage.system.lambda.killRunning(functionName) ? true : undefined;
    },
    { everyMs: 1, deadlineMs: 60_000 },
  );
}

it.each([
  ['rotator', 'in createSecret, a value staged', ROTATOR, 'secretsmanager:PutSecretValue', 1],
  ['rotator', 'in setSecret, about to change the password', ROTATOR, 'secretsmanager:GetSecretValue', 1],
  ['rotator', 'in verify, asked by the rollout', ROTATOR, 'ssm:GetParameters', 4],
  ['orchestrator', 'half published', ORCHESTRATOR, 'secretsmanager:UpdateSecretVersionStage', 1],
  ['orchestrator', 'a deployment forced and not noted', ORCHESTRATOR, 'ecs:UpdateService', 1],
])(
  'I3: after a kill -9 of the %s (%s) everything converges by itself, with no failed login',
  async (_name, _when, functionName, call, nth) => {
    const killed = killAfter(functionName, call, nth);
    const report = await rotateStandby(stage);
    await killed;
    expect(report.logins.failed).toBe(0);
    expectUnharmed(stage);
  },
);
