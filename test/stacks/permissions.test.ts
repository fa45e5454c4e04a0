import { example, synthesize, type Synthesized } from './support/synthesis';

/** Everything below the prefix is the installation's own. */
const secret = (kind: string) => `secretsmanager:secret:tandem/test/*/${kind}-??????`;
const slots = [secret('blue'), secret('green')];
const active = secret('active');
const parameter = (kind: string) => `ssm:parameter/tandem/test/*/${kind}`;

/** What a policy allows or denies, by statement: actions, resources, and conditions where there are any. */
function grants(stack: Synthesized, address: string): unknown[] {
  return stack
    .statements(address)
    .map(({ sid, effect, actions, resources, condition }) => [
      [effect, sid].filter((word) => typeof word === 'string').join(' '),
      actions,
      resources,
      ...(condition === undefined
        ? []
        : (condition as { variable: string; values: string[] }[]).map(
            ({ variable, values }) => `${variable}: ${values.join(' ')}`,
          )),
    ]);
}

const via =
  'kms:ViaService: secretsmanager.${data.aws_region.account_region.name}.${data.aws_partition.account_partition.dns_suffix}';
const ownKey = [
  'Key',
  ['kms:Decrypt', 'kms:GenerateDataKey'],
  ['${aws_kms_key.secrets-key_key.arn}'],
  via,
  `kms:EncryptionContext:SecretARN: ${[...slots, active].join(' ')}`,
];
const readingKey = [
  'Key',
  ['kms:Decrypt'],
  ['${data.aws_kms_alias.secrets-key.target_key_arn}'],
  via,
  'kms:EncryptionContext:SecretARN: ${data.aws_secretsmanager_secret.app-active.arn}',
];

const interfaces = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];

describe('the permissions, exactly,', () => {
  const { rotation, service } = synthesize();

  it('of the rotator', () => {
    expect(grants(rotation, 'rotator_function_policy')).toEqual([
      [
        'Log',
        ['logs:CreateLogStream', 'logs:PutLogEvents'],
        ['${aws_cloudwatch_log_group.rotator_function_log.arn}:*'],
      ],
      [
        'Secrets',
        [
          'secretsmanager:DescribeSecret',
          'secretsmanager:GetSecretValue',
          'secretsmanager:PutSecretValue',
          'secretsmanager:UpdateSecretVersionStage',
        ],
        [...slots, active],
      ],
      [
        'AdminSecret',
        ['secretsmanager:GetSecretValue'],
        ['${data.aws_db_instance.database_instance.master_user_secret[0].secret_arn}'],
      ],
      ['ReadParameters', ['ssm:GetParameters'], ['config', 'record', 'pointer'].map(parameter)],
      ['Bootstrap', ['ssm:PutParameter'], ['record', 'pointer'].map(parameter)],
      [
        'Destroy',
        ['ssm:DeleteParameters'],
        ['record', 'pointer', 'request', 'evidence', 'active'].map(parameter),
      ],
      ownKey,
      ['NetworkInterfaces', interfaces, ['*']],
      [
        'Deny NotFromCode',
        [...interfaces, 'ec2:DetachNetworkInterface'],
        ['*'],
        'lambda:SourceFunctionArn: lambda:function:tandem-test-rotator',
      ],
    ]);
  });

  it('of the orchestrator', () => {
    expect(grants(rotation, 'orchestrator_function_policy')).toEqual([
      [
        'Log',
        ['logs:CreateLogStream', 'logs:PutLogEvents'],
        ['${aws_cloudwatch_log_group.orchestrator_function_log.arn}:*'],
      ],
      [
        'Slots',
        [
          'secretsmanager:DescribeSecret',
          'secretsmanager:GetSecretValue',
          'secretsmanager:ListSecretVersionIds',
          'secretsmanager:RotateSecret',
          'secretsmanager:UpdateSecretVersionStage',
        ],
        slots,
      ],
      [
        'Active',
        [
          'secretsmanager:DescribeSecret',
          'secretsmanager:GetSecretValue',
          'secretsmanager:PutSecretValue',
          'secretsmanager:UpdateSecretVersionStage',
        ],
        [active],
      ],
      ['ReadParameters', ['ssm:GetParameters'], ['config', 'record', 'pointer', 'request'].map(parameter)],
      ['WriteParameters', ['ssm:PutParameter'], ['record', 'pointer', 'evidence'].map(parameter)],
      ownKey,
      ['Services', ['ecs:UpdateService'], ['ecs:service/tandem-test/tandem-test-web']],
      [
        'LookAtServices',
        ['ecs:DescribeServices', 'ecs:ListServiceDeployments'],
        ['ecs:service/tandem-test/*'],
      ],
      ['ServiceDeployments', ['ecs:DescribeServiceDeployments'], ['ecs:service-deployment/tandem-test/*']],
      ['Tasks', ['ecs:DescribeTasks'], ['ecs:task/tandem-test/*']],
      ['Lists', ['ecs:ListServices', 'ecs:ListTasks'], ['*'], 'ecs:cluster: ecs:cluster/tandem-test'],
      ['TaskDefinitions', ['ecs:DescribeTaskDefinition'], ['*']],
      ['Rotator', ['lambda:InvokeFunction'], ['${aws_lambda_function.rotator_function_function.arn}']],
      [
        'WakeUps',
        ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
        ['${aws_sqs_queue.orchestrator_wake-ups_queue.arn}'],
      ],
    ]);
  });

  it('of the rules that send to the queue', () => {
    expect(grants(rotation, 'orchestrator_wake-ups_senders')).toEqual([
      [
        'Rules',
        ['sqs:SendMessage'],
        ['${aws_sqs_queue.orchestrator_wake-ups_queue.arn}'],
        'aws:SourceArn: events:rule/tandem-test-*',
        'aws:SourceAccount: ${data.aws_caller_identity.account_caller.account_id}',
      ],
    ]);
  });

  it('of what starts a service’s tasks, which never sees a slot', () => {
    expect(grants(service, 'web_execution-policy')).toEqual([
      ['Log', ['logs:CreateLogStream', 'logs:PutLogEvents'], ['${aws_cloudwatch_log_group.web_log.arn}:*']],
      ['Credential', ['secretsmanager:GetSecretValue'], ['${data.aws_secretsmanager_secret.app-active.arn}']],
      readingKey,
    ]);
  });

  it('of what starts a service’s tasks from a private registry', () => {
    const input = example((it) => {
      it.services = { web: { image: '111122223333.dkr.ecr.eu-central-1.amazonaws.com/team/web:1' } };
    });
    expect(grants(synthesize(input).service, 'web_execution-policy').slice(2)).toEqual([
      readingKey,
      [
        'Image',
        ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
        [
          'arn:${data.aws_partition.account_partition.partition}:ecr:eu-central-1:111122223333:repository/team/web',
        ],
      ],
      ['Registry', ['ecr:GetAuthorizationToken'], ['*']],
    ]);
  });

  it('with given keys: these, and none is made', () => {
    const key = 'arn:aws:kms:eu-central-1:111122223333:key/1';
    const logKey = 'arn:aws:kms:eu-central-1:111122223333:key/2';
    const { rotation: keyed, service: reading } = synthesize(
      example((it) => {
        it.kmsKeyArn = key;
        it.operationsKeyArn = logKey;
      }),
    );
    const keyOf = (stack: Synthesized, address: string) =>
      (grants(stack, address) as string[][]).find(([sid]) => sid === 'Key')?.[2];
    expect(keyOf(keyed, 'rotator_function_policy')).toEqual([key]);
    expect(keyOf(keyed, 'orchestrator_function_policy')).toEqual([key]);
    expect(keyOf(reading, 'web_execution-policy')).toEqual([key]);
    expect([...keyed.resources('aws_secretsmanager_secret').values()].map((it) => it['kms_key_id'])).toEqual([
      key,
      key,
      key,
    ]);
    const logs = [keyed, reading].flatMap((it) => [...it.resources('aws_cloudwatch_log_group').values()]);
    expect(logs.map((it) => it['kms_key_id'])).toEqual([logKey, logKey, logKey]);
    expect(keyed.resource('aws_sns_topic', 'alarm-topic_topic')['kms_master_key_id']).toBe(logKey);
    expect(keyed.resources('aws_kms_key').size).toBe(0);
    expect(reading.data('aws_kms_alias').size).toBe(0);
  });

  it('of the account on the key: to keep it, and to use it through Secrets Manager for these secrets', () => {
    const [administration, use, ...rest] = grants(rotation, 'secrets-key_policy') as string[][];
    expect(rest).toEqual([]);
    expect(administration?.[1]).toEqual(
      'CancelKeyDeletion CreateAlias DeleteAlias DescribeKey DisableKey DisableKeyRotation EnableKey EnableKeyRotation GetKeyPolicy GetKeyRotationStatus ListGrants ListKeyPolicies ListResourceTags PutKeyPolicy RevokeGrant ScheduleKeyDeletion TagResource UntagResource UpdateAlias UpdateKeyDescription'
        .split(' ')
        .map((action) => `kms:${action}`),
    );
    expect(use).toEqual([
      'Secrets',
      ['kms:Decrypt', 'kms:GenerateDataKey'],
      ['*'],
      via,
      'kms:EncryptionContext:SecretARN: secretsmanager:secret:tandem/test/* RequestToValidateKeyAccess',
    ]);
  });

  it('on the key of logs and alarms: of the services that write them, and of nobody in the account', () => {
    const [administration, ...uses] = grants(rotation, 'operations-key_policy');
    expect(administration).toEqual(grants(rotation, 'secrets-key_policy')[0]);
    expect(uses).toEqual([
      [
        'Logs',
        ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
        ['*'],
        'kms:EncryptionContext:aws:logs:arn: logs:log-group:*',
      ],
      ['Alarms', ['kms:Decrypt', 'kms:GenerateDataKey*'], ['*']],
    ]);
    const services = rotation
      .statements('operations-key_policy')
      .slice(1)
      .map(({ principals }) => principals);
    expect(services).toEqual([
      [
        {
          type: 'Service',
          identifiers: [
            'logs.${data.aws_region.account_region.name}.${data.aws_partition.account_partition.dns_suffix}',
          ],
        },
      ],
      [{ type: 'Service', identifiers: ['cloudwatch.amazonaws.com'] }],
    ]);
  });

  it('are the only ones: every role has one policy of its own and none that AWS manages', () => {
    for (const stack of [rotation, service]) {
      expect(stack.resources('aws_iam_role_policy_attachment').size).toBe(0);
      expect(stack.resources('aws_iam_policy').size).toBe(0);
    }
    expect([...rotation.resources('aws_iam_role_policy').keys()]).toEqual([
      'orchestrator_function_permissions',
      'rotator_function_permissions',
    ]);
    expect([...service.resources('aws_iam_role_policy').keys()]).toEqual(['web_execution-permissions']);
  });
});
