import type { Construct } from 'constructs';
import type { Account } from '../shared/account';
import { CustomerKey, THE_KEY } from './customer-key';
import type { Statement } from '../shared/policy';
import { operationsKeyAlias } from './names';
import type { InstallationKeyProps } from './secrets-key';

export interface OperationsKeyProps extends InstallationKeyProps {
  /** Who uses it besides logs and alarms. @default nobody */
  readonly more?: readonly Statement[];
}

/**
 * The key of an installation's logs and alarms. Apart from that of the secrets: services of AWS use this one, and whoever
 * reads a log need not be near a secret.
 */
export class OperationsKey extends CustomerKey {
  constructor(scope: Construct, id: string, { prefix, account, protect, more = [] }: OperationsKeyProps) {
    super(scope, id, {
      account,
      description: `Logs and alarms of ${prefix}`,
      alias: operationsKeyAlias(prefix),
      protect,
      use: [
        {
          // Source: Amazon CloudWatch Logs User Guide, "Encrypt log data in CloudWatch Logs using KMS".
          sid: 'Logs',
          actions: [
            'kms:Encrypt',
            'kms:Decrypt',
            'kms:ReEncrypt*',
            'kms:GenerateDataKey*',
            'kms:DescribeKey',
          ],
          ...THE_KEY,
          principals: [{ type: 'Service', identifiers: [account.viaService('logs')] }],
          condition: [
            {
              test: 'ArnLike',
              variable: 'kms:EncryptionContext:aws:logs:arn',
              values: [account.arn('logs', 'log-group:*')],
            },
          ],
        },
        {
          // With the key that AWS manages an alarm tells nobody. Without a condition, as AWS documents it: an alarm that
          // stays silent is worse, and the policy of the topic names the alarms that may publish.
          // Source: AWS re:Post, "How do I configure a CloudWatch alarm with an encrypted SNS topic?"
          sid: 'Alarms',
          actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
          ...THE_KEY,
          principals: [{ type: 'Service', identifiers: ['cloudwatch.amazonaws.com'] }],
        },
        ...more,
      ],
    });
  }
}

/** What the alarm of unexpected readers needs of the key. @param trailArn of a trail that it encrypts for, or null */
export function readersKeyUse(account: Account, trailArn: string | null): Statement[] {
  const rules: Statement = {
    // Source: Amazon EventBridge User Guide, "Using encrypted Amazon SNS topics": without a condition, as for alarms.
    sid: 'Rules',
    actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
    ...THE_KEY,
    principals: [{ type: 'Service', identifiers: ['events.amazonaws.com'] }],
  };
  if (trailArn === null) return [rules];
  const cloudTrail = {
    ...THE_KEY,
    principals: [{ type: 'Service', identifiers: ['cloudtrail.amazonaws.com'] }],
  };
  const ofTrail = { test: 'StringEquals', variable: 'aws:SourceArn', values: [trailArn] };
  return [
    rules,
    {
      // Source: AWS CloudTrail User Guide, "Configure AWS KMS key policies for CloudTrail".
      sid: 'Trail',
      actions: ['kms:GenerateDataKey*'],
      ...cloudTrail,
      condition: [
        ofTrail,
        {
          test: 'StringLike',
          variable: 'kms:EncryptionContext:aws:cloudtrail:arn',
          values: [`arn:${account.partition}:cloudtrail:*:${account.accountId}:trail/*`],
        },
      ],
    },
    { sid: 'TrailKey', actions: ['kms:DescribeKey'], ...cloudTrail, condition: [ofTrail] },
  ];
}
