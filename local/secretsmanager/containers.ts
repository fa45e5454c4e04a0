import { z } from 'zod';
import { operation, type Operation } from '../endpoint/input';
import { AwsError } from '../endpoint/seams';
import type { Context } from './context';
import { SecretId, Tags, Token, ValueFields } from './inputs';
import { CURRENT } from './labels';
import type { Secret } from './model';
import type { RotationRunner } from './runner';
import { sameValue, storeValue, tokenInUse, valueIn } from './values';

const CODE = 'InvalidParameterException';
const DAY_MS = 86_400_000;
const NAME = /^[a-zA-Z0-9/_+=.@!-]+$/;

const CreateSecretInput = z.object({
  Name: z
    .string()
    .min(1)
    .max(512)
    .regex(
      NAME,
      'Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
    ),
  ClientRequestToken: Token.optional(),
  Description: z.string().max(2048).optional(),
  KmsKeyId: z.string().max(2048).optional(),
  ...ValueFields,
  Tags: Tags.optional(),
  AddReplicaRegions: z
    .array(z.unknown())
    .max(0, 'replication is not served by the local endpoint')
    .optional(),
});

const UpdateSecretInput = z.object({
  SecretId,
  ClientRequestToken: Token.optional(),
  Description: z.string().max(2048).optional(),
  KmsKeyId: z.string().max(2048).optional(),
  ...ValueFields,
});

type Values = Pick<
  z.output<typeof CreateSecretInput>,
  'SecretString' | 'SecretBinary' | 'ClientRequestToken'
>;

/** Creating, changing, deleting and restoring secrets. */
export function containerOperations(context: Context, runner: RotationRunner): Record<string, Operation> {
  return {
    CreateSecret: operation(CreateSecretInput, CODE, (input) => createSecret(context, input)),
    UpdateSecret: operation(UpdateSecretInput, CODE, (input) => updateSecret(context, input)),
    DeleteSecret: deleteSecret(context, runner),
    RestoreSecret: operation(z.object({ SecretId }), CODE, (input) => {
      const secret = context.secrets.find(input.SecretId);
      delete secret.deletedAt;
      return { ARN: secret.arn, Name: secret.name };
    }),
  };
}

function createSecret(context: Context, input: z.output<typeof CreateSecretInput>): object {
  const value = valueIn(input);
  const token = value === undefined ? undefined : tokenOf(input);
  const existing = context.secrets.lookUp(input.Name);
  if (existing?.name === input.Name) return again(existing, token, input);
  const secret = context.secrets.add(input.Name);
  if (input.Description !== undefined) secret.description = input.Description;
  if (input.KmsKeyId !== undefined) secret.kmsKeyId = input.KmsKeyId;
  for (const { Key, Value } of input.Tags ?? []) secret.tags.set(Key, Value);
  if (value !== undefined && token !== undefined) storeValue(context, secret, token, value, [CURRENT]);
  return created(secret, token);
}

/** The same token with the same value is the same request, sent again; anything else finds the name taken. */
function again(secret: Secret, token: string | undefined, input: Values): object {
  if (secret.deletedAt !== undefined) {
    throw new AwsError(
      'InvalidRequestException',
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
  }
  const version = token === undefined ? undefined : secret.versions.get(token);
  if (token === undefined || version === undefined) {
    const text = `The operation failed because the secret ${secret.name} already exists.`;
    throw new AwsError('ResourceExistsException', text);
  }
  if (!sameValue(version.value, valueIn(input))) throw tokenInUse(token, secret);
  return created(secret, token);
}

function created(secret: Secret, token: string | undefined): object {
  return { ARN: secret.arn, Name: secret.name, ...(token === undefined ? {} : { VersionId: token }) };
}

function tokenOf(input: Values): string {
  if (input.ClientRequestToken !== undefined) return input.ClientRequestToken;
  throw new AwsError(CODE, 'You must provide a ClientRequestToken value. We recommend a UUID-type value.');
}

function updateSecret(context: Context, input: z.output<typeof UpdateSecretInput>): object {
  const secret = context.secrets.open(input.SecretId);
  const value = valueIn(input);
  const token = value === undefined ? undefined : tokenOf(input);
  if (value !== undefined && token !== undefined) {
    // "If you call this operation with a ClientRequestToken that matches an existing version's VersionId, the
    // operation results in an error" (Secrets Manager API, "UpdateSecret"), unlike PutSecretValue.
    if (secret.versions.has(token)) throw tokenInUse(token, secret);
    storeValue(context, secret, token, value, [CURRENT]);
  }
  if (input.Description !== undefined) secret.description = input.Description;
  if (input.KmsKeyId === '') delete secret.kmsKeyId;
  else if (input.KmsKeyId !== undefined) secret.kmsKeyId = input.KmsKeyId;
  secret.changedAt = context.clock.now();
  return created(secret, token);
}

function deleteSecret(context: Context, runner: RotationRunner): Operation {
  const schema = z.object({
    SecretId,
    RecoveryWindowInDays: z
      .int()
      .min(7, 'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).')
      .max(30, 'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).')
      .optional(),
    ForceDeleteWithoutRecovery: z.boolean().default(false),
  });
  return operation(
    schema,
    CODE,
    ({ SecretId: id, RecoveryWindowInDays: days, ForceDeleteWithoutRecovery: force }) => {
      if (force && days !== undefined) {
        const text = "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.";
        throw new AwsError(CODE, text);
      }
      const now = context.clock.now();
      if (force) return forceDelete(context, runner, id, now);
      const secret = context.secrets.open(id);
      runner.cancel(secret);
      const deletedAt = now + (days ?? 30) * DAY_MS;
      secret.deletedAt = deletedAt;
      return { ARN: secret.arn, Name: secret.name, DeletionDate: new Date(deletedAt) };
    },
  );
}

/**
 * "If you forcibly delete an already deleted or nonexistent secret, the operation does not return
 * ResourceNotFoundException" (Secrets Manager API, "DeleteSecret").
 */
function forceDelete(context: Context, runner: RotationRunner, id: string, now: number): object {
  const secret = context.secrets.lookUp(id);
  if (secret === undefined) {
    const { partition, region, accountId } = context.place;
    const arn = id.startsWith('arn:')
      ? id
      : `arn:${partition}:secretsmanager:${region}:${accountId}:secret:${id}`;
    return { ARN: arn, Name: id, DeletionDate: new Date(now) };
  }
  runner.cancel(secret);
  context.secrets.remove(secret);
  return { ARN: secret.arn, Name: secret.name, DeletionDate: new Date(now) };
}
