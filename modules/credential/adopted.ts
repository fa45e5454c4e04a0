import { DataAwsSecretsmanagerSecret } from '@cdktf/provider-aws/lib/data-aws-secretsmanager-secret';
import type { Construct } from 'constructs';
import type { Account } from '../shared/account';
import { keyStatement, type Statement } from '../shared/policy';

/** A secret that was there before and becomes a credential's active one. Terraform reads it and never owns it. */
export interface AdoptedSecret {
  readonly arn: string;
  /** @default encrypted with the key that AWS manages, which lets in whoever may read the secret */
  readonly keyArn?: string | undefined;
}

/** @param secret name or whole ARN; a name is looked up @returns the ARN */
export function adoptedArn(scope: Construct, id: string, secret: string): string {
  return secret.startsWith('arn:')
    ? secret
    : new DataAwsSecretsmanagerSecret(scope, id, { name: secret }).arn;
}

/** What both functions do with an active secret, for those that lie elsewhere than an installation's own. */
export function adoptedStatements(account: Account, adopted: readonly AdoptedSecret[]): Statement[] {
  if (adopted.length === 0) return [];
  const keys = [...new Set(adopted.flatMap(({ keyArn }) => keyArn ?? []))];
  return [
    {
      sid: 'Adopted',
      actions: [
        'secretsmanager:DescribeSecret',
        'secretsmanager:GetSecretValue',
        'secretsmanager:PutSecretValue',
        'secretsmanager:UpdateSecretVersionStage',
      ],
      resources: adopted.map(({ arn }) => arn),
    },
    ...keys.map((keyArn, index) =>
      keyStatement(account, `AdoptedKey${index + 1}`, {
        keyArn,
        secretArns: adopted.filter((one) => one.keyArn === keyArn).map(({ arn }) => arn),
        write: true,
      }),
    ),
  ];
}
