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

/** SIGKILL to a function's process as soon as the endpoint has answered a call that the function made. */
async function killAfter(functionName: string, call: string): Promise<void> {
  const mark = stage.system.callLog.mark();
  await until(
    `${functionName} to be killed after ${call}`,
    stage.signal,
    () => {
      const called = stage.system.callLog
        .since(mark)
        .some(
          ({ accessKeyId, service, operation }) =>
            accessKeyId === accessKeyIdOf(functionName) && `${service}:${operation}` === call,
        );
      return called && stage.system.lambda.killRunning(functionName) ? true : undefined;
    },
    { everyMs: 1, deadlineMs: 60_000 },
  );
}

it.each([
  ['rotator', ROTATOR, 'secretsmanager:PutSecretValue', 'a value staged'],
  ['rotator', ROTATOR, 'secretsmanager:GetSecretValue', 'the password about to change'],
  ['orchestrator', ORCHESTRATOR, 'secretsmanager:UpdateSecretVersionStage', 'half published'],
  ['orchestrator', ORCHESTRATOR, 'ecs:UpdateService', 'a deployment forced and not noted'],
])(
  'I3: after a kill -9 of the %s (%s, %s: %s) everything converges by itself, with no failed login',
  async (_, name, call) => {
    const killed = killAfter(name, call);
    const report = await rotateStandby(stage);
    await killed;
    expect(report.logins.failed).toBe(0);
    expectUnharmed(stage);
  },
);
