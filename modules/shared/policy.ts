import {
  DataAwsIamPolicyDocument,
  type DataAwsIamPolicyDocumentStatement,
} from '@cdktf/provider-aws/lib/data-aws-iam-policy-document';
import type { Construct } from 'constructs';
import type { Account } from './account';
import { scanComment, type Skips } from './scan';

export type Statement = DataAwsIamPolicyDocumentStatement;

/**
 * @param skips checks of a scanner that do not hold for it, each with the reason. Default: none
 * @returns the policy's JSON
 */
export function policy(
  scope: Construct,
  id: string,
  statements: readonly Statement[],
  skips: Skips = {},
): string {
  return new PolicyDocument(scope, id, statements, skips).json;
}

/** CDKTF writes the comment of a data source over any override; so the skips are part of what it writes. */
class PolicyDocument extends DataAwsIamPolicyDocument {
  constructor(
    scope: Construct,
    id: string,
    statements: readonly Statement[],
    private readonly skips: Skips,
  ) {
    super(scope, id, { statement: [...statements] });
  }

  protected override get constructNodeMetadata(): Record<string, unknown> {
    const own = super.constructNodeMetadata as Record<string, unknown>;
    return Object.keys(this.skips).length === 0 ? own : { ...own, ...scanComment(this.skips) };
  }
}

/** Who may assume a role: a service of AWS, for this account only. */
export function trust(scope: Construct, id: string, service: string): string {
  return policy(scope, id, [
    {
      actions: ['sts:AssumeRole'],
      principals: [{ type: 'Service', identifiers: [`${service}.amazonaws.com`] }],
    },
  ]);
}

/** Use of a key for the values of these secrets, through Secrets Manager and no other way. */
export function keyStatement(account: Account, sid: string, use: KeyUse): Statement {
  const test = use.secretArns.some((arn) => /[*?]/.test(arn)) ? 'StringLike' : 'StringEquals';
  return {
    sid,
    actions: use.write ? ['kms:Decrypt', 'kms:GenerateDataKey'] : ['kms:Decrypt'],
    resources: [use.keyArn],
    condition: [
      { test: 'StringEquals', variable: 'kms:ViaService', values: [account.viaService('secretsmanager')] },
      { test, variable: 'kms:EncryptionContext:SecretARN', values: [...use.secretArns] },
    ],
  };
}

/** Use of a key for the values of these parameters, through Parameter Store and no other way. */
export function parameterKeyStatement(
  account: Account,
  sid: string,
  use: Omit<KeyUse, 'secretArns'> & { readonly parameterArns: readonly string[] },
): Statement {
  const test = use.parameterArns.some((arn) => /[*?]/.test(arn)) ? 'StringLike' : 'StringEquals';
  return {
    sid,
    // A parameter of the standard tier is encrypted by the key itself. Source: "How AWS Systems Manager Parameter Store uses
    // AWS KMS", AWS Key Management Service Developer Guide.
    actions: use.write ? ['kms:Decrypt', 'kms:Encrypt'] : ['kms:Decrypt'],
    resources: [use.keyArn],
    condition: [
      { test: 'StringEquals', variable: 'kms:ViaService', values: [account.viaService('ssm')] },
      { test, variable: 'kms:EncryptionContext:PARAMETER_ARN', values: [...use.parameterArns] },
    ],
  };
}

export interface KeyUse {
  readonly keyArn: string;
  /** May have wildcards. */
  readonly secretArns: readonly string[];
  /** Whether values are written too. */
  readonly write: boolean;
}
