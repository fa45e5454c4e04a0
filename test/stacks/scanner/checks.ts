import type { Check } from './check';
import { DOCUMENTS } from './documents';
import { CONTAINER_CHECKS, DATABASE_CHECKS, FUNCTION_CHECKS, SECRET_CHECKS } from './services';
import { MESSAGE_CHECKS, NETWORK_CHECKS } from './surroundings';
import { TRAIL_CHECKS } from './trail';

/**
 * Every check of checkov 3.2 for what the stacks emit, written anew.
 * Source: bridgecrewio/checkov, checkov/terraform/checks/{resource,data,graph_checks}; of policies salesforce/cloudsplaining.
 */
export const CHECKS: readonly Check[] = [
  ...DOCUMENTS,
  ...DATABASE_CHECKS,
  ...SECRET_CHECKS,
  ...FUNCTION_CHECKS,
  ...CONTAINER_CHECKS,
  ...NETWORK_CHECKS,
  ...MESSAGE_CHECKS,
  ...TRAIL_CHECKS,
];

/** Types that checkov has no check for. */
export const WITHOUT_CHECKS: readonly string[] = [
  'aws_cloudwatch_dashboard',
  'aws_cloudwatch_event_rule',
  'aws_cloudwatch_event_target',
  'aws_db_parameter_group',
  'aws_db_subnet_group',
  'aws_kms_alias',
  'aws_lambda_event_source_mapping',
  'aws_lambda_invocation',
  'aws_rds_cluster_parameter_group',
  'aws_s3_bucket_versioning',
  'aws_secretsmanager_secret_policy',
  'aws_sns_topic_subscription',
  'aws_sqs_queue_redrive_allow_policy',
  'aws_vpc_endpoint',
  'data.aws_caller_identity',
  'data.aws_db_instance',
  'data.aws_kms_alias',
  'data.aws_partition',
  'data.aws_rds_cluster',
  'data.aws_region',
  'data.aws_secretsmanager_secret',
  'data.aws_security_group',
  'data.aws_subnets',
  'data.aws_vpc',
];
