import type { Account } from '../shared/account';

/** Secrets, and who is expected to read them. */
export interface Expectation {
  /** Names of the secrets. */
  readonly secrets: readonly string[];
  readonly roleArns: readonly string[];
}

/**
 * CloudTrail's events of reads of these secrets by anybody else. A caller names a secret by its name, by its ARN, or by
 * that ARN without the six characters at its end: a prefix of either form finds all three. BatchGetSecretValue is logged
 * as one GetSecretValue for each secret (AWS Secrets Manager API Reference, "BatchGetSecretValue"). Whoever assumed a role
 * is known by the role and not by the session; root and IAM users have assumed none.
 */
export function readerPattern(account: Pick<Account, 'arn'>, { secrets, roleArns }: Expectation): string {
  return JSON.stringify({
    source: ['aws.secretsmanager'],
    'detail-type': ['AWS API Call via CloudTrail'],
    detail: {
      eventName: ['GetSecretValue'],
      requestParameters: {
        secretId: secrets.flatMap((name) => [
          { prefix: name },
          { prefix: account.arn('secretsmanager', `secret:${name}`) },
        ]),
      },
      userIdentity: {
        sessionContext: {
          sessionIssuer: { arn: [{ 'anything-but': [...new Set(roleArns)] }, { exists: false }] },
        },
      },
    },
  });
}
