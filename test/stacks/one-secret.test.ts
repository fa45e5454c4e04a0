import { parseCredentialDocument } from '../../lambda-src/contract/config-document';
import type { ConfigurationInput } from '../../stacks/config/schema';
import { applied } from './support/functions';
import { example, synthesize } from './support/synthesis';

const person = 'arn:aws:iam::111122223333:role/on-call';
const secret = '${aws_secretsmanager_secret.app_active.arn}';

const of = (strategy: 'alternating' | 'single', change: (it: ConfigurationInput) => void = () => undefined) =>
  synthesize(
    example((it) => {
      it.operatorRoleArns = [person];
      it.credentials['app'] = {
        strategy,
        consumers: ['web'],
        schedule: { secret: { expression: 'rate(30 days)', windowHours: 3 } },
      };
      change(it);
    }),
  );

describe.each(['alternating', 'single'] as const)('a credential of the strategy %s', (strategy) => {
  const { rotation, service } = of(strategy);

  it('has one secret, without a value, and one rotation, by its schedule only', () => {
    expect([...rotation.resources('aws_secretsmanager_secret').values()].map(({ name }) => name)).toEqual([
      'tandem/test/app/active',
    ]);
    expect(rotation.resources('aws_secretsmanager_secret_version').size).toBe(0);
    const rotations = rotation.resources('aws_secretsmanager_secret_rotation');
    expect([...rotations.keys()]).toEqual(['app-rotation_active-rotation']);
    expect(rotations.get('app-rotation_active-rotation')).toMatchObject({
      secret_id: secret,
      rotate_immediately: false,
      rotation_rules: { schedule_expression: 'rate(30 days)', duration: '3h' },
      depends_on: expect.arrayContaining(['aws_lambda_invocation.app-rotation_bootstrap']) as unknown,
    });
  });

  it('has a document that the functions’ own parser reads, and that names the one secret throughout', () => {
    const text = rotation.resource('aws_ssm_parameter', 'app_config')['insecure_value'];
    const green = strategy === 'single' ? 'app_blue' : 'app_green';
    expect(parseCredentialDocument('it', applied(text))).toMatchObject({
      strategy,
      slots: { blue: { user: 'app_blue' }, green: { user: green } },
    });
    expect(JSON.parse(String(text))).toMatchObject({
      slots: { blue: { secretArn: secret }, green: { secretArn: secret } },
      activeSecretArn: secret,
    });
  });

  it('lets its readers read it, and orchestrator and people rotate it, and nobody else', () => {
    const policies = rotation.resources('aws_secretsmanager_secret_policy');
    expect([...policies.keys()]).toEqual(['app-policies_active']);
    const statements = rotation.statements('app-policies_active-policy');
    const who = (sid: string) => statements.find((one) => one['sid'] === sid)?.['condition'];
    const functions = ['rotator', 'orchestrator'].map((name) => `\${aws_iam_role.${name}_function_role.arn}`);
    expect(who('Read')).toMatchObject([
      {
        values: [...functions, person, expect.stringContaining('role/tandem-test-web-execution')],
      },
    ]);
    expect(who('Rotate')).toMatchObject([
      { test: 'ArnNotEquals', values: [functions[1], person] },
      { test: 'BoolIfExists', values: ['true'] },
    ]);
  });

  it('lets the orchestrator rotate what services read', () => {
    const statements = rotation.statements('orchestrator_function_policy');
    const active = statements.find(({ sid }) => sid === 'Active');
    expect(active?.['actions']).toEqual([
      'secretsmanager:DescribeSecret',
      'secretsmanager:GetSecretValue',
      'secretsmanager:PutSecretValue',
      'secretsmanager:ListSecretVersionIds',
      'secretsmanager:RotateSecret',
      'secretsmanager:UpdateSecretVersionStage',
    ]);
  });

  it('wakes the orchestrator for its one secret', () => {
    const { event_pattern: pattern } = rotation.resource(
      'aws_cloudwatch_event_rule',
      'app-wake-ups_changes-1',
    );
    const { resources } = JSON.parse(String(pattern)) as { resources: string[] };
    expect(resources.filter((arn) => arn === secret)).toEqual([secret]);
  });

  it('is what the task definition of its service reads', () => {
    const task = String(service.resource('aws_ecs_task_definition', 'web_task')['container_definitions']);
    expect(task).toContain('${data.aws_secretsmanager_secret.app-active.arn}:url::');
  });
});

it('has no rule for readers of slots, where no credential has any', () => {
  const { rotation } = of('alternating', (it) => {
    it.alarms = { readers: {} };
  });
  const rules = [...rotation.resources('aws_cloudwatch_event_rule').keys()];
  expect(rules.filter((address) => address.startsWith('readers_'))).toEqual(['readers_active-app']);
});

it('stands beside credentials of two users, each with the secrets of its own', () => {
  const { rotation } = of('single', (it) => {
    it.credentials['pair'] = { consumers: [{ service: 'web', variable: 'PAIR_URL' }] };
  });
  expect([...rotation.resources('aws_secretsmanager_secret_rotation').keys()]).toEqual([
    'app-rotation_active-rotation',
    'pair-rotation_blue-rotation',
    'pair-rotation_green-rotation',
  ]);
  const copy = rotation.statements('pair-policies_active-policy');
  expect(copy.find(({ sid }) => sid === 'Rotate')).not.toHaveProperty('condition');
});
