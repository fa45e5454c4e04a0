import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
} from '@aws-sdk/client-secrets-manager';
import { readRecord } from '../../local/drill/record';
import { rotateStandby } from '../../local/drill/rotate';
import type { Stage } from '../../local/drill/stage';
import { until } from '../../local/drill/wait';
import { deliverMessages, expectUnharmed, raiseTestStage } from '../support/stage';
import { environmentOf, tandem, type Answered } from '../support/tandem';
import { FaultBoard } from '../../local/drill/faults/board';
import { serviceReading } from './misconfigured/services';

jest.setTimeout(240_000);

let stage: Stage;

beforeAll(async () => {
  stage = await raiseTestStage({ delivery: 'entrypoint' });
});

afterAll(async () => {
  await stage.close();
});

const run = (...args: readonly string[]): Promise<Answered> => tandem(args, environmentOf(stage.system));

/** What preflight says that is not well. */
async function told(): Promise<readonly { name: string; status: string; detail: string }[]> {
  const { answer } = await run('preflight', '--json');
  const { credentials } = answer as {
    credentials: { checks: { name: string; status: string; detail: string }[] }[];
  };
  return credentials.flatMap(({ checks }) => checks.filter(({ status }) => status !== 'pass'));
}

describe('of a credential whose containers pick their user,', () => {
  it('preflight passes every check, after a rotation too, and status says nothing of the pointer', async () => {
    expect(await told()).toEqual([]);
    await rotateStandby(stage);
    expect(await told()).toEqual([]);
    const { code, stdout } = await run('status');
    expect(code).toBe(0);
    expect(stdout).toMatch(/app {3}settled on green \(app_green\) since/);
    expect(stdout).not.toContain('the pointer says');
  });

  it.each<[string, (secrets: Stage['installation']['secrets']) => Readonly<Record<string, string>>, RegExp]>([
    [
      'lacks the other slot',
      ({ active, blue }) => ({ TANDEM_POINTER: active, TANDEM_BLUE: `${blue}:versioned::` }),
      /does not read arn:\S+green\S+:versioned::: mend its valueFrom$/,
    ],
    [
      'reads the url, as with another delivery',
      ({ active, blue, green }) => ({
        TANDEM_POINTER: active,
        TANDEM_BLUE: `${blue}:url::`,
        TANDEM_GREEN: `${green}:versioned::`,
      }),
      /does not read arn:\S+blue\S+:versioned::: mend its valueFrom$/,
    ],
    [
      'has the slots crossed',
      ({ active, blue, green }) => ({
        TANDEM_POINTER: active,
        TANDEM_BLUE: `${green}:versioned::`,
        TANDEM_GREEN: `${blue}:versioned::`,
      }),
      /gives TANDEM_BLUE and TANDEM_GREEN no value, or another one's: TANDEM_POINTER has to read the pointer/,
    ],
  ])('preflight finds a task definition that %s', async (_, read, says) => {
    const seed = serviceReading('crossed', ({ installation: { secrets } }) => read(secrets));
    const undo = await seed({ stage, board: new FaultBoard() });
    const found = (await told()).find(({ name }) => name.endsWith('/crossed'));
    await undo();
    expect(found).toMatchObject({ status: 'fail', detail: expect.stringMatching(says) as string });
  });

  it('what a person stored by hand is said to keep containers from starting, and is put right by the next look', async () => {
    await deliverMessages(stage, false);
    const { active } = await readRecord(stage);
    const SecretId = stage.installation.secrets[active.slot];
    const { secrets } = stage.clients;
    const { SecretString = '{}' } = await secrets.send(new GetSecretValueCommand({ SecretId }));
    await secrets.send(new PutSecretValueCommand({ SecretId, SecretString: `${SecretString} ` }));
    expect(await told()).toContainEqual({
      name: 'what containers pick',
      status: 'fail',
      detail: `AWSCURRENT of ${active.slot} is not on the active version ${active.version}, so no container can start; the next look moves it back`,
    });
    await deliverMessages(stage, true);
    const current = async () => {
      const { VersionIdsToStages = {} } = await secrets.send(new DescribeSecretCommand({ SecretId }));
      const { phase } = await readRecord(stage);
      const back = VersionIdsToStages[active.version]?.includes('AWSCURRENT') === true;
      return back && phase === 'settled' ? true : undefined;
    };
    await until('the label to be back', stage.signal, current, { deadlineMs: 60_000 });
    expectUnharmed(stage);
  });
});
