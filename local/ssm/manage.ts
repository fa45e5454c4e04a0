import { z } from 'zod';
import { operation, type Operation } from '../endpoint/input';
import { AwsError } from '../endpoint/seams';
import { announceChange } from './announce';
import { latest, type Parameter } from './model';
import type { SsmContext } from './store';

const CODE = 'ValidationException';
const Name = z.string().min(1).max(2048);
const MAX_LABELS = 10;
const Resource = { ResourceType: z.literal('Parameter'), ResourceId: z.string().min(1) };

/** Deleting and labelling. */
export function manageOperations(context: SsmContext): Record<string, Operation> {
  const { parameters } = context;
  const remove = (parameter: Parameter) => {
    parameters.delete(parameter.name);
    announceChange(context, parameter, 'Delete');
  };
  return {
    DeleteParameter: operation(z.object({ Name }), CODE, (input) => {
      remove(parameters.find(input.Name));
      return {};
    }),
    DeleteParameters: operation(z.object({ Names: z.array(Name).min(1).max(10) }), CODE, ({ Names }) => {
      const DeletedParameters: string[] = [];
      for (const name of Names) {
        const parameter = parameters.get(name);
        if (parameter === undefined) continue;
        remove(parameter);
        DeletedParameters.push(name);
      }
      return {
        DeletedParameters,
        InvalidParameters: Names.filter((name) => !DeletedParameters.includes(name)),
      };
    }),
    LabelParameterVersion: operation(
      z.object({
        Name,
        ParameterVersion: z.int().optional(),
        Labels: z.array(z.string().min(1)).min(1).max(MAX_LABELS),
      }),
      CODE,
      (input) => {
        const parameter = parameters.find(input.Name);
        const answer = label(parameter, input.ParameterVersion, input.Labels);
        announceChange(context, parameter, 'LabelParameterVersion');
        return answer;
      },
    ),
  };
}

/** Tagging; a resource id is a parameter's name. */
export function tagOperations({ parameters }: SsmContext): Record<string, Operation> {
  const tagsOf = (id: string): Map<string, string> => {
    const parameter = parameters.get(id);
    if (parameter === undefined)
      throw new AwsError('InvalidResourceId', `The resource ID ${id} is not valid.`);
    return parameter.tags;
  };
  const Tags = z.array(z.object({ Key: z.string().min(1).max(128), Value: z.string().max(256) }));
  return {
    AddTagsToResource: operation(z.object({ ...Resource, Tags }), CODE, (input) => {
      const tags = tagsOf(input.ResourceId);
      for (const { Key, Value } of input.Tags) tags.set(Key, Value);
      return {};
    }),
    RemoveTagsFromResource: operation(
      z.object({ ...Resource, TagKeys: z.array(z.string()) }),
      CODE,
      (input) => {
        const tags = tagsOf(input.ResourceId);
        for (const key of input.TagKeys) tags.delete(key);
        return {};
      },
    ),
    ListTagsForResource: operation(z.object(Resource), CODE, (input) => ({
      TagList: [...tagsOf(input.ResourceId)].map(([Key, Value]) => ({ Key, Value })),
    })),
  };
}

/** A label is on one version of a parameter; attaching it elsewhere moves it. Names that break the rules are listed. */
function label(parameter: Parameter, number: number | undefined, labels: readonly string[]): object {
  const version = parameter.versions.find(
    (candidate) => candidate.version === (number ?? latest(parameter).version),
  );
  if (version === undefined) {
    const text = `Systems Manager could not find version ${number ?? ''} of ${parameter.name}. Verify the version and try again.`;
    throw new AwsError('ParameterVersionNotFound', text);
  }
  const valid = labels.filter((name) => /^(?!\d|aws|ssm)[\w.-]{1,100}$/i.test(name));
  if (new Set([...version.labels, ...valid]).size > MAX_LABELS) {
    const text = 'A parameter version can have a maximum of ten labels.';
    throw new AwsError('ParameterVersionLabelLimitExceeded', text);
  }
  for (const name of valid) {
    for (const other of parameter.versions) other.labels.delete(name);
    version.labels.add(name);
  }
  return { InvalidLabels: labels.filter((name) => !valid.includes(name)), ParameterVersion: version.version };
}
