import type { Construct } from 'constructs';
import type { Account } from '../shared/account';
import { parameterArns } from '../credential/paths';
import { parameterKeyStatement } from '../shared/policy';
import { accountPrincipal, CustomerKey, THE_KEY } from './customer-key';
import { secretsKeyAlias } from './names';

export interface InstallationKeyProps {
  /** The installation's path. */
  readonly prefix: string;
  readonly account: Account;
  /** Whether the key refuses to be destroyed. */
  readonly protect: boolean;
}

export interface SecretsKeyProps extends InstallationKeyProps {
  /** Whether applications read parameters, too. */
  readonly parameters: boolean;
}

/** The key of an installation's secrets. It works through Secrets Manager, for these secrets, and no other way; for its active parameters also through Parameter Store. */
export class SecretsKey extends CustomerKey {
  constructor(scope: Construct, id: string, { prefix, account, protect, parameters }: SecretsKeyProps) {
    super(scope, id, {
      account,
      description: `Secrets under ${prefix}`,
      alias: secretsKeyAlias(prefix),
      protect,
      use: [
        {
          sid: 'Secrets',
          actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
          ...THE_KEY,
          ...accountPrincipal(account),
          condition: [
            {
              test: 'StringEquals',
              variable: 'kms:ViaService',
              values: [account.viaService('secretsmanager')],
            },
            {
              test: 'StringLike',
              variable: 'kms:EncryptionContext:SecretARN',
              // The last is what Secrets Manager asks with before it accepts a key.
              values: [account.arn('secretsmanager', `secret:${prefix}/*`), 'RequestToValidateKeyAccess'],
            },
          ],
        },
        ...(parameters
          ? [
              {
                ...parameterKeyStatement(account, 'Parameters', {
                  keyArn: '*',
                  parameterArns: parameterArns(account, prefix, ['active']),
                  write: true,
                }),
                ...accountPrincipal(account),
              },
            ]
          : []),
      ],
    });
  }
}
