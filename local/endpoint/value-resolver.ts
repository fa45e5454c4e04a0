import { AwsError, type ValueResolver } from './seams';

/** A value as Secrets Manager keeps it. */
type Value =
  { readonly kind: 'string'; readonly text: string } | { readonly kind: 'binary'; readonly base64: string };

/** Where values come from: Secrets Manager and Parameter Store of this machine. */
export interface ValueSources {
  readonly secrets: {
    readValue(secretId: string, selector: { versionId?: string; versionStage?: string }): Value;
  };
  readonly parameters: { readParameter(reference: string): string };
}

/** Partition, region, account, `secret` and the name: the parts of a secret's ARN. */
const ARN_PARTS = 7;

/**
 * Resolves `valueFrom` of a task definition: `secret-arn[:json-key:version-stage:version-id]`, each of the three
 * possibly empty, or the name or ARN of a parameter (ECS Developer Guide, "Pass Secrets Manager secrets through
 * environment variables").
 */
export function createValueResolver({ secrets, parameters }: ValueSources): ValueResolver {
  return {
    resolve(valueFrom) {
      const parts = valueFrom.split(':');
      if (parts[0] !== 'arn' || parts[2] !== 'secretsmanager') return parameters.readParameter(valueFrom);
      const [jsonKey = '', versionStage = '', versionId = '', ...rest] = parts.slice(ARN_PARTS);
      if (rest.length > 0)
        throw invalid(`${valueFrom} has more parts than arn:json-key:version-stage:version-id`);
      const value = secrets.readValue(parts.slice(0, ARN_PARTS).join(':'), {
        ...(versionStage === '' ? {} : { versionStage }),
        ...(versionId === '' ? {} : { versionId }),
      });
      const text =
        value.kind === 'string' ? value.text : Buffer.from(value.base64, 'base64').toString('utf8');
      return jsonKey === '' ? text : fieldOf(text, jsonKey);
    },
  };
}

/** Messages name the key and never quote the value. */
function fieldOf(text: string, key: string): string {
  let decoded: unknown;
  try {
    decoded = JSON.parse(text);
  } catch {
    throw invalid(`the secret is not JSON, and its key ${key} was asked for`);
  }
  const isObject = typeof decoded === 'object' && decoded !== null && !Array.isArray(decoded);
  if (!isObject || !Object.hasOwn(decoded as object, key)) {
    throw invalid(`retrieved secret from Secrets Manager did not contain json key ${key}`);
  }
  const field = (decoded as Readonly<Record<string, unknown>>)[key];
  return typeof field === 'string' ? field : JSON.stringify(field);
}

function invalid(text: string): AwsError {
  return new AwsError('InvalidParameterException', text);
}
