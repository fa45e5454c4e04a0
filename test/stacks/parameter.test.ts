import { parseCredentialDocument } from '../../lambda-src/contract/config-document';
import { applied } from './support/functions';
import { example, synthesize } from './support/synthesis';

const { rotation, service } = synthesize(
  example((it) => {
    it.credentials['app'] = { delivery: 'parameter', consumers: ['web'] };
    it.alarms = { readers: {} };
  }),
);
const ACTIVE = /parameter\/tandem\/test\/app\/active$/;
const ALL = /parameter\/tandem\/test\/\*\/active$/;

const statement = (address: string, sid: string, stack = rotation) =>
  stack.statements(address).find((one) => one['sid'] === sid);

describe('a credential of the delivery parameter', () => {
  it('has a secret for each user and no active one, nor a parameter that Terraform would give a value', () => {
    const names = [...rotation.resources('aws_secretsmanager_secret').values()].map(({ name }) => name);
    expect(names).toEqual(['tandem/test/app/blue', 'tandem/test/app/green']);
    expect([...rotation.resources('aws_ssm_parameter').keys()]).toEqual(['app_config']);
    expect([...rotation.resources('aws_secretsmanager_secret_policy').keys()]).toEqual([
      'app-policies_blue',
      'app-policies_green',
    ]);
  });

  it('has a document that the functions’ own parser reads, with the key of the parameter', () => {
    const text = applied(rotation.resource('aws_ssm_parameter', 'app_config')['insecure_value']);
    const config = parseCredentialDocument('it', text);
    expect(config).toMatchObject({ delivery: 'parameter', strategy: 'dual-user' });
    expect(config.activeSecretArn).toBeUndefined();
    expect(config.activeParameterKeyArn).toMatch(/^arn:/);
  });

  it('is looked at when its parameter was written, by anybody', () => {
    const patterns = [...rotation.resources('aws_cloudwatch_event_rule').values()].map(
      ({ event_pattern: pattern }) =>
        JSON.parse(typeof pattern === 'string' ? pattern : '{}') as Record<string, string[]>,
    );
    const changes = patterns.filter((pattern) => pattern['source']?.includes('aws.ssm') === true);
    expect(changes).toMatchObject([
      {
        'detail-type': expect.arrayContaining(['Secret Label Updated', 'Parameter Store Change']) as string[],
        resources: expect.arrayContaining([expect.stringMatching(ACTIVE)]) as string[],
      },
    ]);
  });

  it('is what the task definition of its service reads, whole, and what its tasks may read', () => {
    const task = String(service.resource('aws_ecs_task_definition', 'web_task')['container_definitions']);
    const [container] = JSON.parse(task) as { secrets: { name: string; valueFrom: string }[] }[];
    expect(container?.secrets).toEqual([
      { name: 'DATABASE_URL', valueFrom: expect.stringMatching(ACTIVE) as string },
    ]);
    expect(statement('web_execution-policy', 'CredentialParameter', service)).toMatchObject({
      actions: ['ssm:GetParameters'],
      resources: [expect.stringMatching(ACTIVE)],
    });
    expect(statement('web_execution-policy', 'ParameterKey', service)).toMatchObject({
      actions: ['kms:Decrypt'],
      condition: [
        { variable: 'kms:ViaService', values: [expect.stringMatching(/^ssm\./)] },
        { variable: 'kms:EncryptionContext:PARAMETER_ARN', values: [expect.stringMatching(ACTIVE)] },
      ],
    });
    expect(statement('web_execution-policy', 'Credential', service)).toBeUndefined();
    expect(statement('web_execution-policy', 'Key', service)).toBeUndefined();
  });

  it.each(['rotator', 'orchestrator'])('lets the %s read and write it, with its key', (name) => {
    expect(statement(`${name}_function_policy`, 'ActiveParameters')).toMatchObject({
      actions: ['ssm:GetParameters', 'ssm:PutParameter'],
      resources: [expect.stringMatching(ALL)],
    });
    expect(statement(`${name}_function_policy`, 'ParametersKey')).toMatchObject({
      actions: ['kms:Decrypt', 'kms:Encrypt'],
      condition: [{}, { test: 'StringLike', values: [expect.stringMatching(ALL)] }],
    });
  });

  it('has a key that works through Parameter Store for its active parameters', () => {
    expect(statement('secrets-key_policy', 'Parameters')).toMatchObject({
      actions: ['kms:Decrypt', 'kms:Encrypt'],
      resources: ['*'],
      condition: [{ values: [expect.stringMatching(/^ssm\./)] }, { values: [expect.stringMatching(ALL)] }],
    });
  });

  it('has no rule for readers of a secret that there is not', () => {
    const rules = [...rotation.resources('aws_cloudwatch_event_rule').keys()];
    expect(rules.filter((address) => address.startsWith('readers_'))).toEqual(['readers_slots-1']);
  });
});

it('is asked for by nobody who has only secrets: no statement names a parameter that they read', () => {
  const plain = synthesize(example(() => undefined));
  for (const name of ['rotator', 'orchestrator'])
    expect(statement(`${name}_function_policy`, 'ActiveParameters', plain.rotation)).toBeUndefined();
  expect(statement('secrets-key_policy', 'Parameters', plain.rotation)).toBeUndefined();
});
