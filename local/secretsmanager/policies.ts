import { z } from 'zod';
import { operation, type Operation } from '../endpoint/input';
import { AwsError } from '../endpoint/seams';
import type { Context } from './context';
import { SecretId } from './inputs';

const CODE = 'InvalidParameterException';
const ResourcePolicy = z.string().min(1).max(20_480);

const PolicyDocument = z.object({
  Statement: z.union([z.array(z.record(z.string(), z.unknown())).min(1), z.record(z.string(), z.unknown())]),
});

/** Resource policies are kept and returned; nothing here enforces them. */
export function policyOperations(context: Context): Record<string, Operation> {
  return {
    GetResourcePolicy: operation(z.object({ SecretId }), CODE, (input) => {
      const secret = context.secrets.open(input.SecretId);
      const { arn, name, policy } = secret;
      return { ARN: arn, Name: name, ...(policy === undefined ? {} : { ResourcePolicy: policy }) };
    }),
    PutResourcePolicy: operation(
      z.object({ SecretId, ResourcePolicy, BlockPublicPolicy: z.boolean().default(false) }),
      CODE,
      (input) => {
        const secret = context.secrets.open(input.SecretId);
        const statements = statementsOf(input.ResourcePolicy);
        if (input.BlockPublicPolicy && statements.some(isPublic)) {
          throw new AwsError(
            'PublicPolicyException',
            'You cannot set a public policy with BlockPublicPolicy enabled.',
          );
        }
        secret.policy = input.ResourcePolicy;
        return { ARN: secret.arn, Name: secret.name };
      },
    ),
    DeleteResourcePolicy: operation(z.object({ SecretId }), CODE, (input) => {
      const secret = context.secrets.open(input.SecretId);
      delete secret.policy;
      return { ARN: secret.arn, Name: secret.name };
    }),
    ValidateResourcePolicy: operation(
      z.object({ SecretId: SecretId.optional(), ResourcePolicy }),
      CODE,
      (input) => {
        if (input.SecretId !== undefined) context.secrets.open(input.SecretId);
        const open = statementsOf(input.ResourcePolicy).some(isPublic);
        const errors = open
          ? [{ CheckName: 'PUBLIC_ACCESS', ErrorMessage: 'The policy grants access to everybody.' }]
          : [];
        return { PolicyValidationPassed: !open, ValidationErrors: errors };
      },
    ),
  };
}

function statementsOf(policy: string): Record<string, unknown>[] {
  let decoded: unknown;
  try {
    decoded = JSON.parse(policy);
  } catch {
    decoded = undefined;
  }
  const parsed = PolicyDocument.safeParse(decoded);
  if (!parsed.success) {
    throw new AwsError('MalformedPolicyDocumentException', 'This resource policy contains invalid Json');
  }
  const { Statement } = parsed.data;
  return Array.isArray(Statement) ? Statement : [Statement];
}

function isPublic({ Effect, Principal, Condition }: Record<string, unknown>): boolean {
  if (Effect !== 'Allow' || Condition !== undefined) return false;
  if (Principal === '*') return true;
  const aws =
    typeof Principal === 'object' && Principal !== null && 'AWS' in Principal ? Principal.AWS : undefined;
  return aws === '*' || (Array.isArray(aws) && aws.includes('*'));
}
