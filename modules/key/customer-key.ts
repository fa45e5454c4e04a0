import { KmsAlias } from '@cdktf/provider-aws/lib/kms-alias';
import { KmsKey } from '@cdktf/provider-aws/lib/kms-key';
import { Construct } from 'constructs';
import type { Account } from '../shared/account';
import { policy, type Statement } from '../shared/policy';

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

/** In a key's policy `*` is the key itself. */
export const THE_KEY = { resources: ['*'] };

/** Why a scanner need not mind that `*`. */
const ITSELF = "In a key's policy `*` is the key itself.";

/** Who has a key that IAM policies of the account allow it: its root stands for them all. */
export function accountPrincipal(account: Account): Pick<Statement, 'principals'> {
  return { principals: [{ type: 'AWS', identifiers: [account.iamArn('root')] }] };
}

export interface CustomerKeyProps {
  readonly account: Account;
  readonly description: string;
  /** Name of its alias. */
  readonly alias: string;
  /** Whether the key refuses to be destroyed: without it nothing that it encrypted can be read again. */
  readonly protect: boolean;
  /** Who may use it, and for what. */
  readonly use: readonly Statement[];
}

/** A customer-managed key that rotates. The account administrates it, and uses it only as the statements say. */
export class CustomerKey extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: CustomerKeyProps) {
    super(scope, id);
    const { account, description, alias, protect, use } = props;
    const administration = {
      sid: 'Administration',
      actions: ADMINISTRATION,
      ...THE_KEY,
      ...accountPrincipal(account),
    };
    const key = new KmsKey(this, 'key', {
      description,
      enableKeyRotation: true,
      deletionWindowInDays: protect ? LONGEST_WAIT : SHORTEST_WAIT,
      policy: policy(this, 'policy', [administration, ...use], {
        CKV_AWS_109: ITSELF,
        CKV_AWS_111: ITSELF,
        CKV_AWS_356: ITSELF,
      }),
      lifecycle: { preventDestroy: protect },
    });
    new KmsAlias(this, 'alias', { name: alias, targetKeyId: key.keyId });
    this.arn = key.arn;
  }
}
