import { parseCredentialDocument } from '../../lambda-src/contract/config-document';
import { parseOrchestratorEnvironment, parseRotatorEnvironment } from '../../lambda-src/contract/environment';
import { isRotation, parseRotatorEvent, parseWake } from '../../lambda-src/contract/events';
import { applied, variables } from './support/functions';
import { example, synthesize } from './support/synthesis';

const secret = (name: string) => `\${aws_secretsmanager_secret.${name}.arn}`;

describe('the rotation stack', () => {
  const { rotation } = synthesize();

  it('gives the rotator an environment that its own parser reads', () => {
    expect(parseRotatorEnvironment(variables(rotation, 'rotator'))).toMatchObject({
      prefix: 'tandem/test',
      database: { writer: { host: 'value', port: 5432 }, readers: [], lockDatabase: 'shop' },
      caBundle: undefined,
    });
  });

  it('gives the orchestrator an environment that its own parser reads', () => {
    expect(parseOrchestratorEnvironment(variables(rotation, 'orchestrator'))).toEqual({
      prefix: 'tandem/test',
      rotator: 'value',
    });
  });

  it('writes a configuration document that the functions’ own parser reads, whatever characters it has', () => {
    const input = example((it) => {
      it.credentials['app'] = {
        consumers: ['web'],
        password: { exclude: '"\\${a}%{b}' },
        urlOptions: 'x=${y}',
      };
    });
    const parameter = synthesize(input).rotation.resource('aws_ssm_parameter', 'app_config');
    expect(parameter['name']).toBe('/tandem/test/app/config');
    expect(parseCredentialDocument('it', applied(parameter['insecure_value']))).toMatchObject({
      credential: 'app',
      database: 'shop',
      ownerRole: 'app_owner',
      slots: { blue: { user: 'app_blue' }, green: { user: 'app_green' } },
      password: { exclude: '"\\${a}%{b}' },
      urlOptions: 'x=${y}',
      consumers: [{ cluster: 'tandem-test', service: 'tandem-test-web' }],
      rotatorTimeoutSeconds: rotation.resource('aws_lambda_function', 'rotator_function_function')['timeout'],
    });
  });

  it('points the document at the secrets it made', () => {
    const text = String(rotation.resource('aws_ssm_parameter', 'app_config')['insecure_value']);
    expect(JSON.parse(text)).toMatchObject({
      slots: { blue: { secretArn: secret('app_blue') }, green: { secretArn: secret('app_green') } },
      activeSecretArn: secret('app_active'),
    });
  });

  it('makes secrets without values, and no parameter but the configuration', () => {
    expect([...rotation.resources('aws_secretsmanager_secret').values()].map(({ name }) => name)).toEqual([
      'tandem/test/app/active',
      'tandem/test/app/blue',
      'tandem/test/app/green',
    ]);
    expect(rotation.resources('aws_secretsmanager_secret_version').size).toBe(0);
    expect([...rotation.resources('aws_ssm_parameter').keys()]).toEqual(['app_config']);
  });

  it('bootstraps in an apply with an event that the rotator reads, and never by triggers', () => {
    const bootstrap = rotation.resource('aws_lambda_invocation', 'app-rotation_bootstrap');
    const event = parseRotatorEvent(JSON.parse(applied(bootstrap['input'])));
    expect(isRotation(event)).toBe(false);
    expect(event).toEqual({ action: 'bootstrap', credential: 'app' });
    expect(bootstrap['lifecycle_scope']).toBe('CRUD');
    expect(bootstrap).not.toHaveProperty('triggers');
    expect(bootstrap['depends_on']).toEqual(
      expect.arrayContaining([
        'aws_iam_role_policy.rotator_function_permissions',
        'aws_ssm_parameter.app_config',
        'aws_secretsmanager_secret.app_active',
        'aws_vpc_endpoint.endpoints_ssm',
      ]),
    );
  });

  it.each([
    ['blue', 'cron(0 3 1 * ? *)'],
    ['green', 'cron(0 3 15 * ? *)'],
  ])('rotates %s by its schedule only, after permission and bootstrap', (slot, cron) => {
    expect(
      rotation.resource('aws_secretsmanager_secret_rotation', `app-rotation_${slot}-rotation`),
    ).toMatchObject({
      secret_id: secret(`app_${slot}`),
      rotate_immediately: false,
      rotation_rules: { schedule_expression: cron, duration: '2h' },
      depends_on: expect.arrayContaining([
        'aws_lambda_permission.rotator_permission',
        'aws_lambda_invocation.app-rotation_bootstrap',
      ]) as unknown,
    });
  });

  it('listens only after bootstrap, and reports failures message by message', () => {
    const mapping = rotation.resource('aws_lambda_event_source_mapping', 'orchestrator_mapping');
    expect(mapping['function_response_types']).toEqual(['ReportBatchItemFailures']);
    expect(mapping['depends_on']).toContain('aws_lambda_invocation.app-rotation_bootstrap');
  });

  it('queues wake-ups first in, first out, hidden for six times the function’s timeout, dead ones kept', () => {
    const timeout = Number(
      rotation.resource('aws_lambda_function', 'orchestrator_function_function')['timeout'],
    );
    const queue = rotation.resource('aws_sqs_queue', 'orchestrator_wake-ups_queue');
    expect(queue).toMatchObject({
      name: 'tandem-test-wake-ups.fifo',
      fifo_queue: true,
      content_based_deduplication: true,
      visibility_timeout_seconds: 2 * timeout,
    });
    expect(JSON.parse(String(queue['redrive_policy']))).toEqual({
      deadLetterTargetArn: '${aws_sqs_queue.orchestrator_wake-ups_dead.arn}',
      maxReceiveCount: 5,
    });
  });

  it('wakes the orchestrator with a message that it reads, in the message group of the credential', () => {
    const targets = [...rotation.resources('aws_cloudwatch_event_target').values()];
    expect(targets).toHaveLength(3);
    for (const target of targets) {
      const { input_template: template } = target['input_transformer'] as { input_template: string };
      expect(parseWake(template.replace('<id>', '"e-1"'))).toMatchObject({ credential: 'app', id: 'e-1' });
      expect(target['sqs_target']).toEqual({ message_group_id: 'app' });
    }
  });

  it('puts credentials that share a consumer into one message group, others not', () => {
    const input = example((it) => {
      it.credentials['zeta'] = { consumers: [{ service: 'web', variable: 'REPORTS_URL' }] };
      it.credentials['alone'] = { consumers: [{ cluster: 'c', service: 's' }], readerRoleArns: [] };
    });
    const groups = [...synthesize(input).rotation.resources('aws_cloudwatch_event_target').values()].map(
      (target) => [
        target['target_id'],
        (target['sqs_target'] as { message_group_id: string }).message_group_id,
      ],
    );
    expect(new Map(groups as [string, string][])).toEqual(
      new Map([
        ['app', 'app'],
        ['zeta', 'app'],
        ['alone', 'alone'],
      ]),
    );
  });

  it('sweeps every credential in its own message group, five to a rule', () => {
    const input = example((it) => {
      for (let index = 1; index <= 6; index += 1)
        it.credentials[`c${index}`] = {
          consumers: [{ cluster: 'c', service: `s${index}` }],
          readerRoleArns: [],
        };
    });
    const { rotation: many } = synthesize(input);
    const targets = [...many.resources('aws_cloudwatch_event_target')].filter(([address]) =>
      address.startsWith('sweep_'),
    );
    expect(targets.map(([, { rule, target_id: id }]) => [rule, id])).toEqual([
      ...['app', 'c1', 'c2', 'c3', 'c4'].map((name) => ['${aws_cloudwatch_event_rule.sweep_1.name}', name]),
      ...['c5', 'c6'].map((name) => ['${aws_cloudwatch_event_rule.sweep_2.name}', name]),
    ]);
    expect(many.resource('aws_cloudwatch_event_rule', 'sweep_1')['schedule_expression']).toBe(
      'rate(5 minutes)',
    );
  });

  it('uses the given server, its admin and its security groups where one exists', () => {
    const admin = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:admin-AbCdEf';
    const { rotation: existing, database } = synthesize(
      example((it) => {
        it.database = {
          name: 'shop',
          existing: {
            writer: { host: 'w' },
            readers: [{ host: 'r', port: 6432 }],
            adminSecretArn: admin,
            clientSecurityGroupIds: ['sg-7'],
          },
        };
      }),
    );
    expect(parseRotatorEnvironment(variables(existing, 'rotator')).database).toMatchObject({
      writer: { host: 'w', port: 5432 },
      readers: [{ host: 'r', port: 6432 }],
      adminSecretArn: admin,
    });
    expect(existing.resource('aws_lambda_function', 'rotator_function_function')['vpc_config']).toMatchObject(
      {
        security_group_ids: ['${aws_security_group.rotator_security-group.id}', 'sg-7'],
      },
    );
    expect(database.json).toEqual({});
  });
});
