import type { Construct } from 'constructs';
import type { Account } from '../shared/account';
import { accountPrincipal, CustomerKey, THE_KEY } from './customer-key';
import { secretsKeyAlias } from './names';

export interface InstallationKeyProps {
  /** The installation's path. */
  readonly prefix: string;
  readonly account: Account;
  /** Whether the key refuses to be destroyed. */
  readonly protect: boolean;
}

/** The key of an installation's secrets. It works through Secrets Manager, for these secrets, and no other way. */
export class SecretsKey extends CustomerKey {
  constructor(scope: Construct, id: string, { prefix, account, protect }: InstallationKeyProps) {
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
      ],
    });
  }
}
