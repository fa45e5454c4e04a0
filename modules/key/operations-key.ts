import type { Construct } from 'constructs';
import { CustomerKey, THE_KEY } from './customer-key';
import { operationsKeyAlias } from './names';
import type { InstallationKeyProps } from './secrets-key';

/**
 * The key of an installation's logs and alarms. Apart from that of the secrets: services of AWS use this one, and whoever
 * reads a log need not be near a secret.
 */
export class OperationsKey extends CustomerKey {
  constructor(scope: Construct, id: string, { prefix, account, protect }: InstallationKeyProps) {
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
      ],
    });
  }
}
