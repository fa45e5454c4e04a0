import { check, is, isNot, referredToBy, says, type Check, type Question } from './check';
import { noEverybody, ofDocument } from './documents';

const TRAILS = ['aws_cloudtrail'];
const BUCKETS = ['aws_s3_bucket'];
const BLOCKS = ['aws_s3_bucket_public_access_block'];
const ENCRYPTION = 'aws_s3_bucket_server_side_encryption_configuration';

/** Whether each of its rules says a word. */
function ruled(word: string): Question {
  return { holds: ({ block }) => JSON.stringify(block['rule'] ?? []).includes(word), offender: {} };
}

const noAcl: Question = {
  holds: ({ block }) => !['public-read', 'public-read-write'].some((acl) => acl === block['acl']),
  offender: { acl: 'public-read-write' },
};

export const TRAIL_CHECKS: readonly Check[] = [
  check('CKV_AWS_35', 'is encrypted with a key of the customer', TRAILS, says('kms_key_id')),
  check('CKV_AWS_36', 'lets its files be validated', TRAILS, is('enable_log_file_validation', true)),
  check('CKV_AWS_67', 'is of all regions', TRAILS, is('is_multi_region_trail', true)),
  check('CKV_AWS_251', 'is on', TRAILS, isNot('enable_logging', false)),
  check('CKV_AWS_252', 'tells a topic of its files', TRAILS, says('sns_topic_name')),
  check('CKV2_AWS_10', 'is in CloudWatch Logs too', TRAILS, says('cloud_watch_logs_group_arn')),
  check('CKV_AWS_18', 'logs who reads it', BUCKETS, referredToBy('aws_s3_bucket_logging')),
  check('CKV_AWS_19', 'is encrypted', BUCKETS, referredToBy(ENCRYPTION)),
  check('CKV_AWS_20', 'is readable to nobody by its ACL', BUCKETS, noAcl),
  check('CKV_AWS_21', 'has versions', BUCKETS, referredToBy('aws_s3_bucket_versioning')),
  check('CKV_AWS_57', 'is writable to nobody by its ACL', BUCKETS, noAcl),
  check(
    'CKV_AWS_144',
    'is copied to another region',
    BUCKETS,
    referredToBy('aws_s3_bucket_replication_configuration'),
  ),
  check('CKV_AWS_145', 'is encrypted with KMS', [ENCRYPTION], ruled('"sse_algorithm":"aws:kms"')),
  check('CKV2_AWS_6', 'is closed to the public', BUCKETS, referredToBy(...BLOCKS)),
  check('CKV2_AWS_61', 'has a lifecycle', BUCKETS, referredToBy('aws_s3_bucket_lifecycle_configuration')),
  check('CKV2_AWS_62', 'tells of its files', BUCKETS, referredToBy('aws_s3_bucket_notification')),
  check(
    'CKV_AWS_300',
    'ends uploads that were left',
    ['aws_s3_bucket_lifecycle_configuration'],
    ruled('"days_after_initiation"'),
  ),
  check('CKV_AWS_53', 'blocks public ACLs', BLOCKS, is('block_public_acls', true)),
  check('CKV_AWS_54', 'blocks public policies', BLOCKS, is('block_public_policy', true)),
  check('CKV_AWS_55', 'ignores public ACLs', BLOCKS, is('ignore_public_acls', true)),
  check('CKV_AWS_56', 'restricts public buckets', BLOCKS, is('restrict_public_buckets', true)),
  check(
    'CKV_AWS_70',
    'allows nothing to everybody',
    ['aws_s3_bucket_policy'],
    ofDocument('policy', noEverybody),
  ),
];
