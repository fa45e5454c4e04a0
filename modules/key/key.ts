import { KmsAlias } from '@cdktf/provider-aws/lib/kms-alias';
import { KmsKey } from '@cdktf/provider-aws/lib/kms-key';
import { Construct } from 'constructs';
import type { Account } from '../shared/account';
import { policy, type Statement } from '../shared/policy';
import { secretsKeyAlias } from './names';

/** Days until a key that was deleted is gone: the longest and the shortest that KMS offers. */
const LONGEST_WAIT = 30;
const SHORTEST_WAIT = 7;

/** Everything that keeps a key, and nothing that uses it: no administrator reads a secret by administrating its key. */
const ADMINISTRATION = [
  'kms:CancelKeyDeletion',
  'kms:CreateAlias',
  'kms:DeleteAlias',
  'kms:DescribeKey',
  'kms:DisableKey',
  'kms:DisableKeyRotation',
  'kms:EnableKey',
  'kms:EnableKeyRotation',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:ListGrants',
  'kms:ListKeyPolicies',
  'kms:ListResourceTags',
  'kms:PutKeyPolicy',
  'kms:RevokeGrant',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateAlias',
  'kms:UpdateKeyDescription',
];

export interface SecretsKeyProps {
  /** The installation's path. */
  readonly prefix: string;
  readonly account: Account;
  /** Whether the key refuses to be destroyed: without it no value can be read again. */
  readonly protect: boolean;
}

/** The customer-managed key of an installation's secrets. It works through Secrets Manager, for these secrets, and no other way. */
export class SecretsKey extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: SecretsKeyProps) {
    super(scope, id);
    const { prefix, protect } = props;
    const key = new KmsKey(this, 'key', {
      description: `Secrets under ${prefix}`,
      enableKeyRotation: true,
      deletionWindowInDays: protect ? LONGEST_WAIT : SHORTEST_WAIT,
      policy: policy(this, 'policy', statements(props)),
      lifecycle: { preventDestroy: protect },
    });
    new KmsAlias(this, 'alias', { name: secretsKeyAlias(prefix), targetKeyId: key.keyId });
    this.arn = key.arn;
  }
}

/** In a key's policy `*` is the key itself, and the account's root stands for whom IAM policies of the account allow it. */
function statements({ prefix, account }: SecretsKeyProps): Statement[] {
  const whom = {
    resources: ['*'],
    principals: [{ type: 'AWS', identifiers: [account.iamArn('root')] }],
  };
  return [
    { sid: 'Administration', actions: ADMINISTRATION, ...whom },
    {
      sid: 'Secrets',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      ...whom,
      condition: [
        { test: 'StringEquals', variable: 'kms:ViaService', values: [account.viaService('secretsmanager')] },
        {
          test: 'StringLike',
          variable: 'kms:EncryptionContext:SecretARN',
          // The last is what Secrets Manager asks with before it accepts a key.
          values: [account.arn('secretsmanager', `secret:${prefix}/*`), 'RequestToValidateKeyAccess'],
        },
      ],
    },
  ];
}
