import { z } from 'zod';
import { operation, type Operation } from '../endpoint/input';
import { AwsError } from '../endpoint/seams';
import { latest, type Parameter, type ParameterVersion, type Tier } from './model';
import { arnOf, checkName } from './names';
import { announceChange } from './announce';
import type { SsmContext } from './store';

const KEPT_VERSIONS = 100;
const MAX_BYTES: Readonly<Record<Tier, number>> = { Standard: 4096, Advanced: 8192 };

const Input = z.object({
  Name: z.string().min(1).max(2048),
  Value: z.string().min(1),
  Description: z.string().max(1024).optional(),
  Type: z.enum(['String', 'StringList', 'SecureString']).optional(),
  KeyId: z.string().min(1).max(256).optional(),
  Overwrite: z.boolean().default(false),
  AllowedPattern: z.string().max(1024).optional(),
  Tags: z.array(z.object({ Key: z.string().min(1).max(128), Value: z.string().max(256) })).optional(),
  Tier: z.enum(['Standard', 'Advanced', 'Intelligent-Tiering']).optional(),
  Policies: z.string().max(4096).optional(),
  DataType: z.string().max(128).optional(),
});
type PutInput = z.output<typeof Input>;

/** PutParameter: creates, or with Overwrite adds a version. */
export function putParameter(context: SsmContext): Operation {
  return operation(Input, 'ValidationException', (input, { caller }) => {
    checkName(input.Name);
    if (input.Overwrite && input.Tags !== undefined && input.Tags.length > 0) {
      throw invalid(
        "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove " +
          'overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.',
      );
    }
    const existing = context.parameters.get(input.Name);
    if (existing !== undefined && !input.Overwrite) {
      const text =
        'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.';
      throw new AwsError('ParameterAlreadyExists', text);
    }
    const version = versionOf(context, input, existing, caller.accessKeyId);
    if (existing === undefined) create(context, input, version);
    else {
      append(existing, version);
      announceChange(context, existing, 'Update');
    }
    return { Version: version.version, Tier: version.tier };
  });
}

function create(context: SsmContext, input: PutInput, version: ParameterVersion): void {
  const parameter: Parameter = {
    name: input.Name,
    arn: arnOf(input.Name, context.place),
    versions: [version],
    tags: new Map((input.Tags ?? []).map(({ Key, Value }) => [Key, Value])),
  };
  context.parameters.add(parameter);
  announceChange(context, parameter, 'Create');
}

/** "Parameter Store retains the 100 most recent versions"; one with a label is never removed to make room. */
function append(parameter: Parameter, version: ParameterVersion): void {
  const oldest = parameter.versions[0];
  if (oldest !== undefined && parameter.versions.length >= KEPT_VERSIONS) {
    if (oldest.labels.size > 0) throw oldestIsLabelled(parameter.name, oldest.version);
    parameter.versions.shift();
  }
  parameter.versions.push(version);
}

function oldestIsLabelled(name: string, version: number): AwsError {
  return new AwsError(
    'ParameterMaxVersionLimitExceeded',
    `You attempted to create a new version of ${name}, but the oldest version, version ${version}, has a label ` +
      'associated with it and cannot be deleted. Move the label to a newer version.',
  );
}

function versionOf(
  { clock }: SsmContext,
  input: PutInput,
  existing: Parameter | undefined,
  modifiedBy: string,
): ParameterVersion {
  const before = existing === undefined ? undefined : latest(existing);
  const type = input.Type ?? before?.type;
  if (type === undefined) throw invalid('A parameter type is required when you create a parameter.');
  if (before !== undefined && before.type !== type) {
    const text = `The parameter ${input.Name} is of type ${before.type}, which cannot be changed.`;
    throw new AwsError('HierarchyTypeMismatchException', text);
  }
  const description = input.Description ?? before?.description;
  const keyId = input.KeyId ?? before?.keyId ?? 'alias/aws/ssm';
  const allowedPattern = input.AllowedPattern ?? before?.allowedPattern;
  const policies = input.Policies ?? before?.policies;
  checkValue(input.Value, allowedPattern);
  return {
    version: (before?.version ?? 0) + 1,
    value: input.Value,
    type,
    tier: tierOf(input, before?.tier),
    dataType: input.DataType ?? before?.dataType ?? 'text',
    ...(description === undefined ? {} : { description }),
    ...(type === 'SecureString' ? { keyId } : {}),
    ...(allowedPattern === undefined ? {} : { allowedPattern }),
    ...(policies === undefined ? {} : { policies }),
    modifiedAt: clock.now(),
    modifiedBy,
    labels: new Set(),
  };
}

/** Messages name no value: it may be a secret. */
function checkValue(value: string, allowedPattern: string | undefined): void {
  if (value.includes('{{')) throw invalid("Parameter value can't nest another parameter: it contains {{.");
  if (allowedPattern === undefined || allowedPattern === '') return;
  let pattern: RegExp;
  try {
    pattern = new RegExp(`^(?:${allowedPattern})$`, 's');
  } catch {
    throw new AwsError(
      'InvalidAllowedPatternException',
      `The AllowedPattern ${allowedPattern} is no regular expression.`,
    );
  }
  if (pattern.test(value)) return;
  const text = `Parameter value, cannot be validated against allowedPattern: ${allowedPattern}`;
  throw new AwsError('ParameterPatternMismatchException', text);
}

function tierOf(input: PutInput, before: Tier | undefined): Tier {
  const bytes = Buffer.byteLength(input.Value);
  const needsAdvanced = bytes > MAX_BYTES.Standard || (input.Policies ?? '') !== '';
  if (input.Tier === 'Standard' && before === 'Advanced') {
    throw invalid(
      "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter " +
        'tier to the standard-parameter tier. If necessary, you can delete the advanced parameter and recreate it.',
    );
  }
  const intelligent =
    input.Tier === 'Intelligent-Tiering' && (needsAdvanced || before === 'Advanced')
      ? 'Advanced'
      : 'Standard';
  const tier = input.Tier === 'Intelligent-Tiering' ? intelligent : (input.Tier ?? before ?? 'Standard');
  if (bytes > MAX_BYTES[tier]) {
    throw invalid(
      tier === 'Standard'
        ? 'Standard tier parameters support a maximum parameter value of 4096 characters. To create a larger parameter ' +
            'value, upgrade the parameter to use the advanced-parameter tier.'
        : 'Advanced tier parameters support a maximum parameter value of 8192 characters.',
    );
  }
  return tier;
}

function invalid(text: string): AwsError {
  return new AwsError('ValidationException', text);
}
