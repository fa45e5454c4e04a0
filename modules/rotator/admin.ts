import type { Account } from '../shared/account';
import { keyStatement, type Statement } from '../shared/policy';

/** Where the admin's name and password lie: in a secret of Secrets Manager or in a SecureString of Parameter Store. */
export type AdminSource = (
  | { readonly secretArn: string; readonly parameterName?: never }
  | { readonly parameterName: string; readonly secretArn?: never }
) & {
  /** @default encrypted with a key that AWS manages */
  readonly keyArn?: string;
};

/** What the rotator's environment says of it. */
export function adminEnvironment(
  admin: AdminSource,
): { readonly adminSecretArn: string } | { readonly adminParameter: string } {
  return admin.secretArn === undefined
    ? { adminParameter: admin.parameterName }
    : { adminSecretArn: admin.secretArn };
}

/** Reading it, and nothing else. */
export function adminStatements(account: Account, admin: AdminSource): Statement[] {
  if (admin.secretArn === undefined) return parameterStatements(account, admin.parameterName, admin.keyArn);
  const { secretArn, keyArn } = admin;
  return [
    { sid: 'AdminSecret', actions: ['secretsmanager:GetSecretValue'], resources: [secretArn] },
    ...(keyArn === undefined
      ? []
      : [keyStatement(account, 'AdminKey', { keyArn, secretArns: [secretArn], write: false })]),
  ];
}

/** The key that AWS manages for Parameter Store lets everyone in who may read the parameter. */
function parameterStatements(account: Account, name: string, keyArn: string | undefined): Statement[] {
  const arn = account.arn('ssm', `parameter${name}`);
  const read = { sid: 'AdminParameter', actions: ['ssm:GetParameters'], resources: [arn] };
  if (keyArn === undefined) return [read];
  return [
    read,
    {
      sid: 'AdminKey',
      actions: ['kms:Decrypt'],
      resources: [keyArn],
      condition: [
        { test: 'StringEquals', variable: 'kms:ViaService', values: [account.viaService('ssm')] },
        { test: 'StringEquals', variable: 'kms:EncryptionContext:PARAMETER_ARN', values: [arn] },
      ],
    },
  ];
}
