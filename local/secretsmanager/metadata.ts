import { z } from 'zod';
import { operation, pageOf, type Operation } from '../endpoint/input';
import { AwsError } from '../endpoint/seams';
import type { Context } from './context';
import { matchesFilters } from './filters';
import { Filters, Paging, SecretId, Tags } from './inputs';
import { versionIdsToStages } from './labels';
import { stagesOf, type Secret } from './model';

const CODE = 'InvalidParameterException';

const ListSecretsInput = z.object({
  ...Paging,
  Filters: Filters.default([]),
  IncludePlannedDeletion: z.boolean().default(false),
  SortOrder: z.enum(['asc', 'desc']).default('desc'),
  SortBy: z.enum(['created-date', 'last-accessed-date', 'last-changed-date', 'name']).default('created-date'),
});

/** Describing, listing and tagging. */
export function metadataOperations(context: Context): Record<string, Operation> {
  return {
    DescribeSecret: operation(z.object({ SecretId }), CODE, (input) => {
      const secret = context.secrets.find(input.SecretId);
      return { ...metadataOf(secret), VersionIdsToStages: versionIdsToStages(secret) };
    }),
    ListSecrets: operation(ListSecretsInput, CODE, (input) => listSecrets(context, input)),
    ListSecretVersionIds: listSecretVersionIds(context),
    TagResource: operation(z.object({ SecretId, Tags }), CODE, (input) => {
      const secret = context.secrets.open(input.SecretId);
      const added = input.Tags.filter(({ Key }) => !secret.tags.has(Key)).length;
      if (secret.tags.size + added > 50) throw new AwsError(CODE, 'A secret can have at most 50 tags.');
      for (const { Key, Value } of input.Tags) secret.tags.set(Key, Value);
      secret.changedAt = context.clock.now();
      return {};
    }),
    UntagResource: operation(z.object({ SecretId, TagKeys: z.array(z.string()) }), CODE, (input) => {
      const secret = context.secrets.open(input.SecretId);
      for (const key of input.TagKeys) secret.tags.delete(key);
      secret.changedAt = context.clock.now();
      return {};
    }),
  };
}

/** The fields that DescribeSecret and ListSecrets share; what is not set is left out. */
function metadataOf(secret: Secret): Record<string, unknown> {
  const fields = {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description,
    KmsKeyId: secret.kmsKeyId,
    OwningService: secret.owningService,
    CreatedDate: new Date(secret.createdAt),
    LastChangedDate: new Date(secret.changedAt),
    LastAccessedDate: dateOf(secret.accessedDay),
    DeletedDate: dateOf(secret.deletedAt),
    Tags: [...secret.tags].map(([Key, Value]) => ({ Key, Value })),
    ...rotationOf(secret),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** "If rotation has been disabled, Secrets Manager returns null" for its dates (API, "DescribeSecret"). */
function rotationOf({ rotation }: Secret): Record<string, unknown> {
  if (rotation === undefined) return {};
  return {
    RotationEnabled: rotation.enabled,
    RotationLambdaARN: rotation.functionArn,
    RotationRules: rotation.rules,
    LastRotatedDate: rotation.enabled ? dateOf(rotation.lastRotatedAt) : undefined,
    NextRotationDate: dateOf(rotation.nextWindow?.closesAt),
  };
}

function dateOf(time: number | undefined): Date | undefined {
  return time === undefined ? undefined : new Date(time);
}

function listSecrets(context: Context, input: z.output<typeof ListSecretsInput>): object {
  const sign = input.SortOrder === 'asc' ? 1 : -1;
  const listed = context.secrets
    .all()
    .filter(({ deletedAt }) => input.IncludePlannedDeletion || deletedAt === undefined)
    .filter((secret) => matchesFilters(secret, input.Filters))
    .sort((a, b) => sign * compareBy(input.SortBy, a, b));
  const { items, ...next } = pageOf(listed, input.MaxResults, input.NextToken, 'InvalidNextTokenException');
  return {
    SecretList: items.map((secret) => ({
      ...metadataOf(secret),
      SecretVersionsToStages: versionIdsToStages(secret),
    })),
    ...next,
  };
}

function compareBy(key: z.output<typeof ListSecretsInput>['SortBy'], a: Secret, b: Secret): number {
  switch (key) {
    case 'created-date':
      return a.createdAt - b.createdAt;
    case 'last-changed-date':
      return a.changedAt - b.changedAt;
    case 'last-accessed-date':
      return (a.accessedDay ?? 0) - (b.accessedDay ?? 0);
    case 'name':
      return a.name < b.name ? -1 : Number(a.name > b.name);
    default:
      return key satisfies never;
  }
}

function listSecretVersionIds(context: Context): Operation {
  const schema = z.object({ SecretId, ...Paging, IncludeDeprecated: z.boolean().default(false) });
  return operation(schema, CODE, (input) => {
    const secret = context.secrets.find(input.SecretId);
    const versions = [...secret.versions.values()]
      .map((version) => ({
        VersionId: version.id,
        VersionStages: stagesOf(secret, version.id),
        CreatedDate: new Date(version.createdAt),
        KmsKeyIds: [secret.kmsKeyId ?? 'DefaultEncryptionKey'],
        ...(version.accessedDay === undefined ? {} : { LastAccessedDate: new Date(version.accessedDay) }),
      }))
      .filter(({ VersionStages }) => input.IncludeDeprecated || VersionStages.length > 0)
      .map(({ VersionStages, ...rest }) => (VersionStages.length === 0 ? rest : { ...rest, VersionStages }));
    const { items, ...next } = pageOf(
      versions,
      input.MaxResults,
      input.NextToken,
      'InvalidNextTokenException',
    );
    return { ARN: secret.arn, Name: secret.name, Versions: items, ...next };
  });
}
