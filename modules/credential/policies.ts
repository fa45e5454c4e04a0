import { SecretsmanagerSecretPolicy } from '@cdktf/provider-aws/lib/secretsmanager-secret-policy';
import { Construct } from 'constructs';
import type { SecretKind } from '../../lambda-src/contract/names';
import { policy, type Statement } from '../shared/policy';
import type { Credential } from './credential';

export interface SecretPoliciesProps {
  readonly credential: Credential;
  /** Role of the rotator. */
  readonly rotatorRoleArn: string;
  /** Role of the orchestrator. */
  readonly orchestratorRoleArn: string;
  /** Roles that may read what applications read, and no other secret. */
  readonly readerRoleArns: readonly string[];
  /** The secrets that applications read. */
  readonly read: readonly SecretKind[];
  /** Roles of people who may read, write and rotate everything. */
  readonly operatorRoleArns: readonly string[];
  /** The secrets to have a policy. */
  readonly kinds: readonly SecretKind[];
}

/**
 * Resource policies that take away what an account's IAM policies may allow: nobody but the named roles reads a value,
 * writes one or starts a rotation. They allow nothing by themselves. What Terraform itself needs stays open to whom IAM
 * allows it, or an apply would lock itself out: UpdateSecret, which carries descriptions as well as values and knows no
 * condition that tells them apart, CancelRotateSecret, PutResourcePolicy and DeleteSecret. A value written that way is found:
 * where it is rotated it must log in before it is believed, and in a copy it is replaced.
 */
export class SecretPolicies extends Construct {
  constructor(scope: Construct, id: string, props: SecretPoliciesProps) {
    super(scope, id);
    for (const kind of props.kinds) {
      const secretArn = props.credential.secrets[kind];
      if (secretArn === undefined) throw new Error(`${props.credential.name} has no secret ${kind}.`);
      new SecretsmanagerSecretPolicy(this, kind, {
        secretArn,
        policy: policy(this, `${kind}-policy`, statements(kind, props)),
        blockPublicPolicy: true,
      });
    }
  }
}

function statements(kind: SecretKind, props: SecretPoliciesProps): Statement[] {
  const { credential, rotatorRoleArn, orchestratorRoleArn, operatorRoleArns, readerRoleArns } = props;
  const writers = [rotatorRoleArn, orchestratorRoleArn, ...operatorRoleArns];
  const readers = props.read.includes(kind) ? [...writers, ...readerRoleArns] : writers;
  return [
    denied('Read', ['secretsmanager:GetSecretValue'], [unless(readers)]),
    denied(
      'Write',
      ['secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage'],
      [unless(writers)],
    ),
    // A copy in another region has none of these statements; Tandem never makes one.
    denied('Replicate', ['secretsmanager:ReplicateSecretToRegions'], []),
    credential.rotated.includes(kind)
      ? rotatedBy([orchestratorRoleArn, ...operatorRoleArns])
      : neverRotated(),
  ];
}

/** The copy of a slot has no user of its own: rotating it would part it from the database. */
function neverRotated(): Statement {
  return denied('Rotate', ['secretsmanager:RotateSecret'], []);
}

/**
 * Setting the schedule is the same action as rotating, and Terraform's: it says RotateImmediately=false, which stays
 * allowed. Whoever says nothing means true. Rotations by the schedule are Secrets Manager's own and ask nobody.
 */
function rotatedBy(roles: readonly string[]): Statement {
  const now = { test: 'BoolIfExists', variable: 'secretsmanager:RotateImmediately', values: ['true'] };
  return denied('Rotate', ['secretsmanager:RotateSecret'], [unless(roles), now]);
}

type Condition = Extract<Statement['condition'], readonly unknown[]>[number];

/** In a secret's policy `*` is the secret itself. */
function denied(sid: string, actions: string[], condition: Condition[]): Statement {
  return {
    sid,
    effect: 'Deny',
    actions,
    resources: ['*'],
    principals: [{ type: 'AWS', identifiers: ['*'] }],
    ...(condition.length === 0 ? {} : { condition }),
  };
}

function unless(roleArns: readonly string[]): Condition {
  return { test: 'ArnNotEquals', variable: 'aws:PrincipalArn', values: [...new Set(roleArns)] };
}
