import { z } from 'zod';
import { operation, pageOf, type Operation } from '../endpoint/input';
import { AwsError } from '../endpoint/seams';
import type { Context } from './context';
import { matchesFilters } from './filters';
import { Filters, Label, SecretId, Token, ValueFields, VersionId } from './inputs';
import { attachLabels, CURRENT, moveLabel, purgeVersions } from './labels';
import { dayOf, stagesOf, type Secret, type SecretValue, type SecretVersion } from './model';
import { afterManualChange } from './next-rotation';

const CODE = 'InvalidParameterException';

/** Which version to read; the version with AWSCURRENT where neither is given. */
export interface VersionSelector {
  readonly versionId?: string | undefined;
  readonly versionStage?: string | undefined;
}

/** The value in a request; undefined where there is none. */
export function valueIn(input: {
  SecretString?: string | undefined;
  SecretBinary?: string | undefined;
}): SecretValue | undefined {
  const { SecretString: text, SecretBinary: base64 } = input;
  if (text !== undefined && base64 !== undefined) {
    throw new AwsError(CODE, 'You must provide either SecretString or SecretBinary, but not both.');
  }
  if (text !== undefined) return { kind: 'string', text };
  return base64 === undefined ? undefined : { kind: 'binary', base64 };
}

export function sameValue(a: SecretValue | undefined, b: SecretValue | undefined): boolean {
  if (a?.kind === 'string') return b?.kind === 'string' && a.text === b.text;
  if (a?.kind === 'binary') return b?.kind === 'binary' && a.base64 === b.base64;
  return b === undefined;
}

/** How a request that reuses a token for another value is refused. */
export function tokenInUse(token: string, secret: Secret): AwsError {
  const text = `You can't use ClientRequestToken ${token} because that value is already in use for a version of secret ${secret.arn}.`;
  return new AwsError('ResourceExistsException', text);
}

/**
 * Stores a value as a version and attaches labels. An empty secret's first value gets AWSCURRENT besides what
 * was asked for: "If this operation creates the first version for the secret, then Secrets Manager
 * automatically attaches the staging label AWSCURRENT to it" (Secrets Manager API, "PutSecretValue").
 */
export function storeValue(
  context: Context,
  secret: Secret,
  token: string,
  value: SecretValue,
  labels: readonly string[],
): void {
  const now = context.clock.now();
  const known = secret.versions.get(token);
  const all = secret.labels.has(CURRENT) ? labels : [...new Set([...labels, CURRENT])];
  const version: SecretVersion = known ?? { id: token, createdAt: now };
  secret.versions.set(token, version);
  const before = version.value;
  version.value = value;
  try {
    attachLabels(context, secret, all, token);
  } catch (error) {
    if (before === undefined) delete version.value;
    if (known === undefined) secret.versions.delete(token);
    throw error;
  }
  secret.changedAt = now;
  if (all.includes(CURRENT)) afterManualChange(secret, now);
  purgeVersions(context, secret, now);
}

/**
 * The version that GetSecretValue answers with; it has a value.
 * @throws AwsError as AWS words it: no such version or label, no value, or a label of another version
 */
export function readVersion(
  secret: Secret,
  { versionId, versionStage }: VersionSelector,
): SecretVersion & { value: SecretValue } {
  const id = versionId ?? secret.labels.get(versionStage ?? CURRENT);
  const version = id === undefined ? undefined : secret.versions.get(id);
  if (versionId !== undefined && versionStage !== undefined && version !== undefined) {
    if (secret.labels.get(versionStage) !== versionId) {
      throw new AwsError(
        'InvalidRequestException',
        'You provided a VersionStage that is not associated to the provided VersionId.',
      );
    }
  }
  if (version?.value === undefined) {
    const what =
      versionId === undefined ? `staging label: ${versionStage ?? CURRENT}` : `VersionId: ${versionId}`;
    throw new AwsError(
      'ResourceNotFoundException',
      `Secrets Manager can't find the specified secret value for ${what}`,
    );
  }
  return version as SecretVersion & { value: SecretValue };
}

function valueEntry(context: Context, secret: Secret, selector: VersionSelector): object {
  const version = readVersion(secret, selector);
  const day = dayOf(context.clock.now());
  secret.accessedDay = day;
  version.accessedDay = day;
  const { value } = version;
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.id,
    ...(value.kind === 'string' ? { SecretString: value.text } : { SecretBinary: value.base64 }),
    VersionStages: stagesOf(secret, version.id),
    CreatedDate: new Date(version.createdAt),
  };
}

function putSecretValue(context: Context): Operation {
  const schema = z.object({
    SecretId,
    ClientRequestToken: Token,
    ...ValueFields,
    VersionStages: z.array(Label).min(1).max(20).optional(),
    RotationToken: z.string().min(36).max(256).optional(),
  });
  return operation(schema, CODE, (input) => {
    const secret = context.secrets.open(input.SecretId);
    const token = input.ClientRequestToken;
    const value = valueIn(input);
    if (value === undefined)
      throw new AwsError(CODE, 'You must provide either SecretString or SecretBinary.');
    const stored = secret.versions.get(token)?.value;
    // "If a version with this value already exists and that version's SecretString or SecretBinary values are
    // the same as those in the request then the request is ignored": no label moves either.
    if (stored === undefined)
      storeValue(context, secret, token, value, [...new Set(input.VersionStages ?? [CURRENT])]);
    else if (!sameValue(stored, value)) throw tokenInUse(token, secret);
    return { ARN: secret.arn, Name: secret.name, VersionId: token, VersionStages: stagesOf(secret, token) };
  });
}

function batchGetSecretValue(context: Context): Operation {
  const schema = z.object({
    SecretIdList: z.array(SecretId).min(1).max(20).optional(),
    Filters: Filters.optional(),
    MaxResults: z.int().min(1).max(20).default(20),
    NextToken: z.string().max(4096).optional(),
  });
  return operation(schema, CODE, ({ SecretIdList: ids, Filters: filters, MaxResults, NextToken }) => {
    if ((ids === undefined) === (filters === undefined)) {
      throw new AwsError(CODE, 'You must include Filters or SecretIdList, but not both.');
    }
    const live = context.secrets.all().filter((secret) => secret.deletedAt === undefined);
    const wanted =
      ids ?? live.filter((secret) => matchesFilters(secret, filters ?? [])).map(({ arn }) => arn);
    const { items, ...next } = pageOf(wanted, MaxResults, NextToken, 'InvalidNextTokenException');
    const SecretValues: object[] = [];
    const Errors: object[] = [];
    for (const id of items) {
      try {
        SecretValues.push(valueEntry(context, context.secrets.open(id), {}));
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        Errors.push({ SecretId: id, ErrorCode: error.code, Message: error.message });
      }
    }
    return { SecretValues, Errors, ...next };
  });
}

/** The operations on values and their labels. */
export function valueOperations(context: Context): Record<string, Operation> {
  return {
    PutSecretValue: putSecretValue(context),
    BatchGetSecretValue: batchGetSecretValue(context),
    GetSecretValue: operation(
      z.object({ SecretId, VersionId: VersionId.optional(), VersionStage: Label.optional() }),
      CODE,
      (input) =>
        valueEntry(context, context.secrets.open(input.SecretId), {
          versionId: input.VersionId,
          versionStage: input.VersionStage,
        }),
    ),
    UpdateSecretVersionStage: operation(
      z.object({
        SecretId,
        VersionStage: Label,
        MoveToVersionId: VersionId.optional(),
        RemoveFromVersionId: VersionId.optional(),
      }),
      CODE,
      (input) => {
        const secret = context.secrets.open(input.SecretId);
        const move = {
          label: input.VersionStage,
          moveTo: input.MoveToVersionId,
          removeFrom: input.RemoveFromVersionId,
        };
        moveLabel(context, secret, move);
        return { ARN: secret.arn, Name: secret.name };
      },
    ),
  };
}
