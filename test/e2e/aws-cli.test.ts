import { CREDENTIAL, PREFIX } from '../../local/drill/installation/model';
import { readRecord } from '../../local/drill/record';
import { untilSettledOn } from '../../local/drill/rotate';
import type { Stage } from '../../local/drill/stage';
import { expectUnharmed, raiseTestStage } from '../support/stage';
import { environmentOf } from '../support/tandem';
import { describeWith, run } from './tools';

jest.setTimeout(300_000);

describeWith('aws', 'the aws command line, against the local endpoint', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await raiseTestStage();
  });

  afterAll(async () => {
    await stage.close();
  });

  /** What a command answers, as JSON. */
  async function aws(...args: readonly string[]): Promise<unknown> {
    const { region } = stage.system.place;
    const env = { PATH: process.env['PATH'], HOME: '/nonexistent', AWS_DEFAULT_REGION: region };
    const ended = await run('aws', [...args, '--output', 'json'], {
      env: { ...env, ...environmentOf(stage.system) },
    });
    expect({ args, code: ended.code, said: ended.code === 0 ? '' : ended.stderr }).toMatchObject({
      code: 0,
      said: '',
    });
    return JSON.parse(ended.stdout) as unknown;
  }

  it('reads what the services read: get-secret-value of the active secret', async () => {
    const answer = (await aws(
      'secretsmanager',
      'get-secret-value',
      '--secret-id',
      `${PREFIX}/${CREDENTIAL}/active`,
    )) as {
      readonly SecretString: string;
    };
    expect(JSON.parse(answer.SecretString)).toMatchObject({ username: 'app_blue', dbname: 'app' });
  });

  it('shows labels and dates: describe-secret', async () => {
    const answer = await aws(
      'secretsmanager',
      'describe-secret',
      '--secret-id',
      `${PREFIX}/${CREDENTIAL}/green`,
    );
    expect(answer).toMatchObject({
      RotationEnabled: true,
      RotationRules: { ScheduleExpression: 'cron(0 3 15 * ? *)', Duration: '2h' },
    });
  });

  it('shows services and their tasks: describe-services, list-tasks', async () => {
    const services = await aws('ecs', 'describe-services', '--cluster', 'drill', '--services', 'web');
    expect(services).toMatchObject({
      services: [
        {
          serviceName: 'web',
          runningCount: 1,
          deployments: [{ status: 'PRIMARY', rolloutState: 'COMPLETED' }],
        },
      ],
      failures: [],
    });
    const tasks = (await aws('ecs', 'list-tasks', '--cluster', 'drill', '--service-name', 'web')) as {
      readonly taskArns: readonly string[];
    };
    expect(tasks.taskArns).toHaveLength(1);
  });

  it('rotates: rotate-secret, and the record says where it has got to', async () => {
    const answer = (await aws(
      'secretsmanager',
      'rotate-secret',
      '--secret-id',
      `${PREFIX}/${CREDENTIAL}/green`,
    )) as {
      readonly VersionId: string;
    };
    await untilSettledOn(stage, answer.VersionId);
    const parameter = (await aws('ssm', 'get-parameter', '--name', `/${PREFIX}/${CREDENTIAL}/record`)) as {
      readonly Parameter: { readonly Value: string };
    };
    expect(JSON.parse(parameter.Parameter.Value)).toMatchObject({
      phase: 'settled',
      active: { slot: 'green' },
    });
    expect((await readRecord(stage)).active.version).toBe(answer.VersionId);
    expectUnharmed(stage);
  });
});
