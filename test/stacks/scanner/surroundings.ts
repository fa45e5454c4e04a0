import { atLeast, check, isNot, referredToBy, says, type Check, type Question } from './check';

const GROUPS = ['aws_security_group'];
const RULES = ['aws_vpc_security_group_ingress_rule', 'aws_vpc_security_group_egress_rule'];
const INGRESS = ['aws_vpc_security_group_ingress_rule'];
const EVERYWHERE = '0.0.0.0/0';

/** Whether a rule does not open a port to everywhere. */
function notOpen(port: number): Question {
  return {
    holds: ({ block }) =>
      block['cidr_ipv4'] !== EVERYWHERE ||
      Number(block['from_port']) > port ||
      Number(block['to_port']) < port,
    offender: { cidr_ipv4: EVERYWHERE, from_port: 0, to_port: 65_535 },
  };
}

/** Whether a rule is about some ports, and does not open all of them to everywhere. */
const notAll: Question = {
  holds: ({ block }) => block['ip_protocol'] !== '-1' || block['cidr_ipv4'] !== EVERYWHERE,
  offender: { ip_protocol: '-1', cidr_ipv4: EVERYWHERE },
};

/** What a security group can be attached to, as far as it is used here. */
const ATTACHED = referredToBy(
  'aws_db_instance',
  'aws_rds_cluster',
  'aws_lambda_function',
  'aws_ecs_service',
  'aws_vpc_endpoint',
);

export const NETWORK_CHECKS: readonly Check[] = [
  check('CKV_AWS_23', 'has a description', [...GROUPS, ...RULES], says('description')),
  check('CKV_AWS_24', 'opens port 22 to nobody', INGRESS, notOpen(22)),
  check('CKV_AWS_25', 'opens port 3389 to nobody', INGRESS, notOpen(3_389)),
  check('CKV_AWS_260', 'opens port 80 to nobody', INGRESS, notOpen(80)),
  check('CKV_AWS_277', 'opens not every port to everywhere', INGRESS, notAll),
  check('CKV_AWS_382', 'reaches not every port everywhere', ['aws_vpc_security_group_egress_rule'], notAll),
  check('CKV2_AWS_5', 'is attached to something', GROUPS, ATTACHED),
];

const LOGS = ['aws_cloudwatch_log_group'];

const encrypted: Question = {
  holds: ({ block }) => block['sqs_managed_sse_enabled'] === true || 'kms_master_key_id' in block,
  offender: {},
};

export const MESSAGE_CHECKS: readonly Check[] = [
  check('CKV_AWS_66', 'is kept for a time', LOGS, says('retention_in_days')),
  check('CKV_AWS_158', 'is encrypted with a key of the customer', LOGS, says('kms_key_id')),
  check('CKV_AWS_338', 'is kept for a year', LOGS, atLeast('retention_in_days', 365)),
  check('CKV_AWS_319', 'does something', ['aws_cloudwatch_metric_alarm'], isNot('actions_enabled', false)),
  check('CKV_AWS_26', 'is encrypted', ['aws_sns_topic'], says('kms_master_key_id')),
  check('CKV_AWS_27', 'is encrypted', ['aws_sqs_queue'], encrypted),
  check(
    'CKV2_AWS_73',
    'is not encrypted with the key that AWS manages',
    ['aws_sqs_queue'],
    isNot('kms_master_key_id', 'alias/aws/sqs'),
  ),
];
