import { RotateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { changeParameter } from '../../local/drill/parameters';
import { readRecord } from '../../local/drill/record';
import type { Stage } from '../../local/drill/stage';
import { until } from '../../local/drill/wait';
import type { CallRecord } from '../../local/endpoint/call-log';
import { expectUnharmed, raiseTestStage } from '../support/stage';
import { environmentOf, tandem } from '../support/tandem';

jest.setTimeout(240_000);

let stage: Stage;
let environment: ReturnType<typeof environmentOf>;

beforeAll(async () => {
  stage = await raiseTestStage({
    document: { rotatorTimeoutSeconds: 1 },
    settings: { rotation: { retries: 0 }, events: { rateEveryMs: 500 }, ecs: { stopTimeoutMs: 5_000 } },
  });
  environment = environmentOf(stage.system);
});

afterAll(async () => {
  await stage.close();
});

/** The calls of the command that change something: by what they are called, and what they are about where the log knows it. */
async function changesBy(work: () => Promise<unknown>): Promise<readonly CallRecord[]> {
  const mark = stage.system.callLog.mark();
  await work();
  return stage.system.callLog
    .since(mark)
    .filter(({ accessKeyId }) => accessKeyId === environment.AWS_ACCESS_KEY_ID)
    .filter(({ operation }) => !/^(Get|Describe|List)/.test(operation));
}

/** Runs a command twice, and expects that what --dry-run said is what it then calls. */
async function expectSameCalls(...args: readonly string[]): Promise<void> {
  let said: readonly { readonly call: string; readonly on: string }[] = [];
  const before = await changesBy(async () => {
    const { code, stderr, answer } = await tandem([...args, '--dry-run', '--json'], environment);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    said = (answer as { calls: typeof said }).calls;
  });
  expect(before).toEqual([]);
  const made = await changesBy(async () => {
    const { code, stderr } = await tandem(args, environment);
    expect({ code, stderr }).toMatchObject({ code: 0 });
  });
  expect(said.length).toBeGreaterThan(0);
  expect(said.map(({ call }) => call)).toEqual(
    made.map(({ service, operation }) => `${service}:${operation}`),
  );
  for (const [index, { target }] of made.entries())
    if (target !== undefined) expect(target).toContain(said[index]?.on);
}

async function halt(): Promise<void> {
  const reason = 'somebody pulled a plug';
  await changeParameter(stage, 'record', { phase: 'halted', haltedFrom: 'settled', reason });
}

/** A rotation of the standby that was refused, and is too old to be running. */
async function stick(): Promise<void> {
  const { active } = await readRecord(stage);
  const standby = active.slot === 'blue' ? 'green' : 'blue';
  await stage.clients.secrets.send(
    new RotateSecretCommand({ SecretId: stage.installation.secrets[standby] }),
  );
  await until(
    'the rotation to be too old to run',
    stage.signal,
    async () => {
      const { code, stdout } = await tandem(['unstick', '--dry-run'], environment);
      return (code === 0 && stdout.includes('UpdateSecretVersionStage')) || undefined;
    },
    { deadlineMs: 120_000 },
  );
}

it('--dry-run says in words what would be called, and on what', async () => {
  const { code, stdout } = await tandem(['rotate', '--dry-run'], environment);
  expect(code).toBe(0);
  expect(stdout).toContain('Nothing was done.');
  expect(stdout).toContain('ssm:PutParameter  /tandem/drill/app/request');
  expect(stdout).toContain('sqs:SendMessage  tandem-drill-wake-ups.fifo');
});

describe('what --dry-run says is what the command then calls, and nothing before:', () => {
  // In this order: one needs what another did.
  const commands: readonly (readonly [command: string, ready: () => Promise<void>])[] = [
    ['rotate --wait', () => Promise.resolve()],
    ['revert --yes --wait', () => Promise.resolve()],
    ['pause', () => Promise.resolve()],
    ['unstick --yes', stick],
    ['unpause', () => Promise.resolve()],
    ['reassert --yes', halt],
    ['resume --yes --wait', () => Promise.resolve()],
    ['rotate --compromised --yes --wait', () => Promise.resolve()],
  ];

  it.each(commands)('tandem %s', async (command, ready) => {
    await ready();
    await expectSameCalls(...command.split(' '));
  });

  it('and no login of a service failed meanwhile', () => {
    expectUnharmed(stage);
  });
});
