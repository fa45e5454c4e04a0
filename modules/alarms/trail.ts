import { Cloudtrail } from '@cdktf/provider-aws/lib/cloudtrail';
import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket';
import { S3BucketLifecycleConfiguration } from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration';
import { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy';
import { S3BucketPublicAccessBlock } from '@cdktf/provider-aws/lib/s3-bucket-public-access-block';
import { S3BucketServerSideEncryptionConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration';
import { S3BucketVersioningA } from '@cdktf/provider-aws/lib/s3-bucket-versioning';
import { Construct } from 'constructs';
import type { Account } from '../shared/account';
import { databaseName } from '../shared/naming';
import { policy, type Statement } from '../shared/policy';
import { skipScan } from '../shared/scan';

export interface TrailProps {
  readonly prefix: string;
  readonly account: Account;
  /** Key of the log files; its policy must let CloudTrail use it. */
  readonly keyArn: string;
  /** Days that log files are kept. */
  readonly retentionDays: number;
  /** Whether the log files refuse to be destroyed. */
  readonly protect: boolean;
}

/** Name of the trail: like that of a bucket, lower case and without two hyphens in a row. */
function trailName(prefix: string): string {
  return databaseName(prefix, ['trail'], 50);
}

/** ARN of the trail, by which keys and buckets know it before it exists. */
export function trailArn(account: Account, prefix: string): string {
  return account.arn('cloudtrail', `trail/${trailName(prefix)}`);
}

/** A trail of every management event, in a bucket of its own that nobody else writes to: without one no rule sees a read. */
export class Trail extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: TrailProps,
  ) {
    super(scope, id);
    const { prefix, account, keyArn } = props;
    const bucket = this.bucket();
    const access = new S3BucketPolicy(this, 'access', {
      bucket: bucket.id,
      policy: policy(this, 'writers', statements(bucket.arn, account, trailArn(account, prefix))),
    });
    const trail = new Cloudtrail(this, 'trail', {
      name: trailName(prefix),
      s3BucketName: bucket.id,
      kmsKeyId: keyArn,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      enableLogFileValidation: true,
      enableLogging: true,
      eventSelector: [{ readWriteType: 'All', includeManagementEvents: true }],
      dependsOn: [access],
    });
    skipScan(trail, {
      CKV_AWS_252: 'Nobody waits for log files: rules see the events themselves.',
      CKV2_AWS_10: 'Rules see the events themselves; a second copy in CloudWatch Logs would only cost.',
    });
  }

  private bucket(): S3Bucket {
    const { prefix, account, keyArn, protect, retentionDays } = this.props;
    const bucket = new S3Bucket(this, 'bucket', {
      // Names of buckets are unique in the world: the account's number makes it this account's.
      bucket: `${trailName(prefix)}-${account.accountId}`,
      forceDestroy: !protect,
      lifecycle: { preventDestroy: protect },
    });
    skipScan(bucket, {
      CKV_AWS_18: 'It would need a second bucket of logs; who reads objects is the owner’s to log.',
      CKV_AWS_144:
        'Log files tell of what alarms told already; a copy in another region is the organization’s to keep.',
      CKV2_AWS_62: 'Nobody waits for log files: rules see the events themselves.',
    });
    new S3BucketPublicAccessBlock(this, 'private', {
      bucket: bucket.id,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    new S3BucketServerSideEncryptionConfigurationA(this, 'encryption', {
      bucket: bucket.id,
      rule: [
        {
          applyServerSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: keyArn },
          bucketKeyEnabled: true,
        },
      ],
    });
    const versioning = new S3BucketVersioningA(this, 'versions', {
      bucket: bucket.id,
      versioningConfiguration: { status: 'Enabled' },
    });
    new S3BucketLifecycleConfiguration(this, 'retention', {
      bucket: bucket.id,
      rule: [
        {
          id: 'retention',
          status: 'Enabled',
          filter: [{ prefix: '' }],
          expiration: [{ days: retentionDays }],
          noncurrentVersionExpiration: [{ noncurrentDays: 1 }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 1 }],
        },
      ],
      dependsOn: [versioning],
    });
    return bucket;
  }
}

/** Source: AWS CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail". */
function statements(bucketArn: string, account: Account, trail: string): Statement[] {
  const cloudTrail = [{ type: 'Service', identifiers: ['cloudtrail.amazonaws.com'] }];
  const ofTrail = { test: 'StringEquals', variable: 'aws:SourceArn', values: [trail] };
  return [
    {
      sid: 'Look',
      actions: ['s3:GetBucketAcl'],
      resources: [bucketArn],
      principals: cloudTrail,
      condition: [ofTrail],
    },
    {
      sid: 'Write',
      actions: ['s3:PutObject'],
      resources: [`${bucketArn}/AWSLogs/${account.accountId}/*`],
      principals: cloudTrail,
      condition: [
        ofTrail,
        { test: 'StringEquals', variable: 's3:x-amz-acl', values: ['bucket-owner-full-control'] },
      ],
    },
    {
      sid: 'OnlyEncrypted',
      effect: 'Deny',
      actions: ['s3:*'],
      resources: [bucketArn, `${bucketArn}/*`],
      principals: [{ type: '*', identifiers: ['*'] }],
      condition: [{ test: 'Bool', variable: 'aws:SecureTransport', values: ['false'] }],
    },
  ];
}
