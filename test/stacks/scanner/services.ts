import {
  atLeast,
  check,
  hasParameter,
  is,
  isNot,
  referredToBy,
  says,
  type Check,
  type Question,
} from './check';

const DATABASES = ['aws_db_instance'];
const CLUSTERS = ['aws_rds_cluster'];
const INSTANCES = ['aws_db_instance', 'aws_rds_cluster_instance'];
const QUERIES = ['log_statement', 'log_min_duration_statement'];

const patched: Question = {
  holds: ({ block }) => Number.parseInt(String(block['engine_version']), 10) >= 14,
  offender: { engine_version: '11.6' },
};

export const DATABASE_CHECKS: readonly Check[] = [
  check('CKV_AWS_16', 'is encrypted', DATABASES, is('storage_encrypted', true)),
  check('CKV_AWS_17', 'is not public', INSTANCES, isNot('publicly_accessible', true)),
  check('CKV_AWS_118', 'has enhanced monitoring', INSTANCES, atLeast('monitoring_interval', 1)),
  check('CKV_AWS_129', 'exports its logs', DATABASES, says('enabled_cloudwatch_logs_exports')),
  check(
    'CKV_AWS_133',
    'is backed up',
    ['aws_db_instance', 'aws_rds_cluster'],
    atLeast('backup_retention_period', 1),
  ),
  check('CKV_AWS_157', 'stands in several zones', DATABASES, is('multi_az', true)),
  check('CKV_AWS_161', 'lets IAM log in', DATABASES, is('iam_database_authentication_enabled', true)),
  check(
    'CKV_AWS_211',
    'has a certificate of a modern authority',
    DATABASES,
    isNot('ca_cert_identifier', 'rds-ca-2015'),
  ),
  check('CKV_AWS_226', 'takes minor upgrades by itself', INSTANCES, is('auto_minor_version_upgrade', true)),
  check(
    'CKV_AWS_250',
    'is of a version without the log_fdw vulnerability',
    ['aws_db_instance', 'aws_rds_cluster'],
    patched,
  ),
  check('CKV_AWS_293', 'is protected from deletion', DATABASES, is('deletion_protection', true)),
  check('CKV_AWS_353', 'has performance insights', INSTANCES, is('performance_insights_enabled', true)),
  check('CKV_AWS_354', 'encrypts performance insights with a key of the customer', INSTANCES, {
    holds: ({ block }) =>
      block['performance_insights_enabled'] !== true || 'performance_insights_kms_key_id' in block,
    offender: { performance_insights_enabled: true },
  }),
  check('CKV_AWS_388', 'is of a version without the local file vulnerability', DATABASES, patched),
  check('CKV2_AWS_30', 'logs queries', DATABASES, hasParameter('aws_db_parameter_group', QUERIES)),
  check('CKV2_AWS_60', 'copies tags to snapshots', DATABASES, is('copy_tags_to_snapshot', true)),
  check(
    'CKV2_AWS_69',
    'takes only encrypted connections',
    DATABASES,
    hasParameter('aws_db_parameter_group', ['rds.force_ssl']),
  ),
  check('CKV_AWS_96', 'is encrypted', CLUSTERS, is('storage_encrypted', true)),
  check('CKV_AWS_139', 'is protected from deletion', CLUSTERS, is('deletion_protection', true)),
  check('CKV_AWS_162', 'lets IAM log in', CLUSTERS, is('iam_database_authentication_enabled', true)),
  check('CKV_AWS_313', 'copies tags to snapshots', CLUSTERS, is('copy_tags_to_snapshot', true)),
  check('CKV_AWS_324', 'exports its logs', CLUSTERS, says('enabled_cloudwatch_logs_exports')),
  check('CKV_AWS_325', 'exports the audit log of MySQL', CLUSTERS, isNot('engine', 'aurora-mysql')),
  check('CKV_AWS_326', 'can go back in time, as MySQL can', CLUSTERS, isNot('engine', 'aurora-mysql')),
  check('CKV_AWS_327', 'is encrypted with a key of the customer', CLUSTERS, says('kms_key_id')),
  check('CKV2_AWS_8', 'is in a plan of AWS Backup', CLUSTERS, referredToBy('aws_backup_selection')),
  check('CKV2_AWS_27', 'logs queries', CLUSTERS, hasParameter('aws_rds_cluster_parameter_group', QUERIES)),
];

/** As the check reads cron: only the months count. */
const within90Days: Question = {
  holds: ({ block }) => {
    const { schedule_expression: cron } = block['rotation_rules'] as { schedule_expression: string };
    const rate = /^rate\((\d+) days?\)$/.exec(cron);
    if (rate !== null) return Number(rate[1]) <= 90;
    const [, , , month = ''] = cron.slice('cron('.length, -1).split(' ');
    if (month === '*') return true;
    const months = month.split(',').map(Number);
    const first = months[0] ?? Number.NaN;
    return [...months, first + 12].every((it, index) => index === 0 || it - (months[index - 1] ?? 0) <= 2);
  },
  offender: { rotation_rules: { schedule_expression: 'cron(0 3 1 1,7 ? *)' } },
};

export const SECRET_CHECKS: readonly Check[] = [
  check(
    'CKV_AWS_149',
    'is encrypted with a key of the customer',
    ['aws_secretsmanager_secret'],
    says('kms_key_id'),
  ),
  check(
    'CKV2_AWS_57',
    'is rotated',
    ['aws_secretsmanager_secret'],
    referredToBy('aws_secretsmanager_secret_rotation'),
  ),
  check('CKV_AWS_304', 'is rotated within 90 days', ['aws_secretsmanager_secret_rotation'], within90Days),
  check('CKV_AWS_7', 'rotates', ['aws_kms_key'], is('enable_key_rotation', true)),
  check('CKV_AWS_227', 'is enabled', ['aws_kms_key'], isNot('is_enabled', false)),
  check('CKV_AWS_337', 'is encrypted with a key of the customer', ['aws_ssm_parameter'], says('key_id')),
  check('CKV2_AWS_34', 'is encrypted', ['aws_ssm_parameter'], is('type', 'SecureString')),
  check('CKV_AWS_384', 'holds no secret in plain text', ['aws_ssm_parameter'], {
    holds: ({ block }) =>
      !/"password":"|AKIA[A-Z0-9]{16}/.test(String(block['insecure_value'] ?? block['value'])),
    offender: { insecure_value: '{"password":"hunter2"}' },
  }),
];

const LAMBDAS = ['aws_lambda_function'];

export const FUNCTION_CHECKS: readonly Check[] = [
  check('CKV_AWS_45', 'has no credentials in its environment', LAMBDAS, {
    holds: ({ block }) => !/AKIA[A-Z0-9]{16}|secret_access_key/i.test(JSON.stringify(block['environment'])),
    offender: { environment: { variables: { KEY: 'AKIAIOSFODNN7EXAMPLE' } } },
  }),
  check('CKV_AWS_50', 'is traced by X-Ray', LAMBDAS, says('tracing_config')),
  check('CKV_AWS_115', 'has reserved concurrency', LAMBDAS, says('reserved_concurrent_executions')),
  check('CKV_AWS_116', 'has a dead-letter queue', LAMBDAS, says('dead_letter_config')),
  check('CKV_AWS_117', 'is in a VPC', LAMBDAS, says('vpc_config')),
  check('CKV_AWS_173', 'encrypts its environment with a key of the customer', LAMBDAS, says('kms_key_arn')),
  check('CKV_AWS_272', 'takes only signed code', LAMBDAS, says('code_signing_config_arn')),
  check('CKV_AWS_363', 'has a runtime that is kept up', LAMBDAS, is('runtime', 'nodejs22.x')),
  check('CKV2_AWS_75', 'is not called by every web site', LAMBDAS, {
    holds: ({ stack, block }) => stack.resources('aws_lambda_function_url').size === 0 && 'runtime' in block,
    offender: {},
  }),
  check('CKV_AWS_301', 'is not public', ['aws_lambda_permission'], isNot('principal', '*')),
  check('CKV_AWS_364', 'is called for a named source', ['aws_lambda_permission'], says('source_arn')),
];

interface Container {
  readonly privileged?: boolean;
  readonly readonlyRootFilesystem?: boolean;
}

/** Whether each container of a task definition is so. */
function containers(question: (container: Container) => boolean, offender: Container): Question {
  return {
    holds: ({ block }) => (JSON.parse(String(block['container_definitions'])) as Container[]).every(question),
    offender: { container_definitions: JSON.stringify([offender]) },
  };
}

const TASKS = ['aws_ecs_task_definition'];

export const CONTAINER_CHECKS: readonly Check[] = [
  check('CKV_AWS_65', 'has container insights', ['aws_ecs_cluster'], {
    holds: ({ block }) =>
      /"containerInsights","value":"(enabled|enhanced)"/.test(JSON.stringify(block['setting'] ?? [])),
    offender: {},
  }),
  check('CKV_AWS_223', 'logs what is executed in its containers', ['aws_ecs_cluster'], {
    holds: ({ block }) => !JSON.stringify(block['configuration'] ?? {}).includes('"logging":"NONE"'),
    offender: { configuration: { execute_command_configuration: { logging: 'NONE' } } },
  }),
  check('CKV_AWS_224', 'encrypts what is executed in its containers', ['aws_ecs_cluster'], {
    holds: ({ block }) =>
      !('configuration' in block) || JSON.stringify(block['configuration']).includes('kms_key_id'),
    offender: { configuration: { execute_command_configuration: { logging: 'OVERRIDE' } } },
  }),
  check(
    'CKV_AWS_332',
    'runs on the latest platform of Fargate',
    ['aws_ecs_service'],
    is('platform_version', '1.4.0'),
  ),
  check('CKV_AWS_333', 'gives its tasks no public address', ['aws_ecs_service'], {
    holds: ({ block }) => !JSON.stringify(block['network_configuration']).includes('"assign_public_ip":true'),
    offender: { network_configuration: { assign_public_ip: true } },
  }),
  check('CKV_AWS_97', 'encrypts the way to EFS', TASKS, {
    holds: ({ block }) =>
      !('volume' in block) || JSON.stringify(block['volume']).includes('"transit_encryption":"ENABLED"'),
    offender: { volume: [{ efs_volume_configuration: {} }] },
  }),
  check('CKV_AWS_249', 'has another role for the task than for its start', TASKS, {
    holds: ({ block }) => block['execution_role_arn'] !== block['task_role_arn'],
    offender: { execution_role_arn: 'a', task_role_arn: 'a' },
  }),
  check(
    'CKV_AWS_334',
    'has no privileged container',
    TASKS,
    containers((it) => it.privileged !== true, { privileged: true }),
  ),
  check('CKV_AWS_335', 'shares no processes with the host', TASKS, isNot('pid_mode', 'host')),
  check(
    'CKV_AWS_336',
    'has containers that write nothing to their root',
    TASKS,
    containers((it) => it.readonlyRootFilesystem === true, {}),
  ),
];
