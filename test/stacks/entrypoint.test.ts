import { parseCredentialDocument } from '../../lambda-src/contract/config-document';
import { applied } from './support/functions';
import { example, synthesize } from './support/synthesis';

const { rotation, service } = synthesize(
  example((it) => {
    it.credentials['app'] = { delivery: 'entrypoint', consumers: [{ service: 'web', variable: 'PG_URL' }] };
    it.alarms = { readers: {} };
  }),
);
const POINTER = /parameter\/tandem\/test\/app\/pointer$/;

const statement = (address: string, sid: string, stack = rotation) =>
  stack.statements(address).find((one) => one['sid'] === sid);

/** The container of the one service. */
function container() {
  const task = String(service.resource('aws_ecs_task_definition', 'web_task')['container_definitions']);
  const [found] = JSON.parse(task) as {
    secrets: { name: string; valueFrom: string }[];
    environment: { name: string; value: string }[];
  }[];
  return found;
}

describe('a credential whose containers pick the user', () => {
  it('has a secret for each user and no active one', () => {
    const names = [...rotation.resources('aws_secretsmanager_secret').values()].map(({ name }) => name);
    expect(names).toEqual(['tandem/test/app/blue', 'tandem/test/app/green']);
    expect([...rotation.resources('aws_ssm_parameter').keys()]).toEqual(['app_config']);
  });

  it('has a document that the functions’ own parser reads', () => {
    const text = applied(rotation.resource('aws_ssm_parameter', 'app_config')['insecure_value']);
    const config = parseCredentialDocument('it', text);
    expect(config).toMatchObject({ delivery: 'entrypoint', strategy: 'dual-user' });
    expect([config.activeSecretArn, config.activeParameterKeyArn]).toEqual([undefined, undefined]);
  });

  it('gives containers the pointer and the key versioned of both slots, and the name of the variable', () => {
    expect(container()?.secrets).toEqual([
      { name: 'TANDEM_POINTER', valueFrom: expect.stringMatching(POINTER) as string },
      { name: 'TANDEM_BLUE', valueFrom: expect.stringMatching(/blue.*:versioned::$/) as string },
      { name: 'TANDEM_GREEN', valueFrom: expect.stringMatching(/green.*:versioned::$/) as string },
    ]);
    expect(container()?.environment).toContainEqual({ name: 'TANDEM_VARIABLE', value: 'PG_URL' });
  });

  it('lets its tasks read these, and nothing else', () => {
    expect(statement('web_execution-policy', 'Pointer', service)).toMatchObject({
      actions: ['ssm:GetParameters'],
      resources: [expect.stringMatching(POINTER)],
    });
    expect(statement('web_execution-policy', 'Credential', service)).toMatchObject({
      actions: ['secretsmanager:GetSecretValue'],
      resources: [expect.stringMatching(/blue/), expect.stringMatching(/green/)],
    });
    expect(statement('web_execution-policy', 'Key', service)).toMatchObject({ actions: ['kms:Decrypt'] });
    expect(statement('web_execution-policy', 'ParameterKey', service)).toBeUndefined();
  });

  it.each(['blue', 'green'])('lets its tasks past the policy of %s, and nobody else besides', (slot) => {
    const [condition] = statement(`app-policies_${slot}-policy`, 'Read')?.['condition'] as {
      values: string[];
    }[];
    expect(condition?.values).toContainEqual(expect.stringMatching(/web-execution/));
    const plain = synthesize(example(() => undefined));
    const [before] = statement(`app-policies_${slot}-policy`, 'Read', plain.rotation)?.['condition'] as {
      values: string[];
    }[];
    expect(before?.values).not.toContainEqual(expect.stringMatching(/web-execution/));
  });

  it('is looked at when somebody writes the pointer', () => {
    const patterns = [...rotation.resources('aws_cloudwatch_event_rule').values()].map((rule) =>
      String(rule['event_pattern']),
    );
    const found = patterns.filter((pattern) => pattern.includes('Parameter Store Change'));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain('/tandem/test/app/pointer');
  });

  it('expects its tasks as readers of both slots', () => {
    const rules = [...rotation.resources('aws_cloudwatch_event_rule').keys()];
    expect(rules.filter((address) => address.startsWith('readers_'))).toEqual(['readers_active-app']);
    const pattern = String(
      rotation.resource('aws_cloudwatch_event_rule', 'readers_active-app')['event_pattern'],
    );
    for (const found of [/app\/blue/, /app\/green/, /web-execution/]) expect(pattern).toMatch(found);
  });

  it('tells, as an output, what other task definitions have to name', () => {
    const { active_secret_arns: output } = rotation.json['output'] as {
      active_secret_arns: { value: { app: object } };
    };
    expect(output.value.app).toEqual({
      pointer: expect.stringMatching(POINTER) as string,
      blue: expect.stringMatching(/:versioned::$/) as string,
      green: expect.stringMatching(/:versioned::$/) as string,
    });
  });
});

it('sets no variable for a program that reads DATABASE_URL', () => {
  const { service: usual } = synthesize(
    example((it) => {
      it.credentials['app'] = { delivery: 'entrypoint', consumers: ['web'] };
    }),
  );
  const text = String(usual.resource('aws_ecs_task_definition', 'web_task')['container_definitions']);
  expect(text).not.toContain('TANDEM_VARIABLE');
});
