import { z } from 'zod';
import { AwsError } from '../endpoint/seams';
import { latest, type Parameter } from './model';

/** A ParameterStringFilter. */
export const FilterInput = z.object({
  Key: z.string().min(1).max(132),
  Option: z.string().min(1).max(10).optional(),
  Values: z.array(z.string().min(1).max(1024)).max(50).default([]),
});

/** The older filters of DescribeParameters. */
export const DescribeFilter = z.object({
  Key: z.enum(['Name', 'Type', 'KeyId']),
  Values: z.array(z.string()).min(1),
});

interface Filter {
  readonly Key: string;
  readonly Option?: string | undefined;
  readonly Values: readonly string[];
}

/** Whether a parameter passes every filter (Systems Manager API, "ParameterStringFilter"). */
export function passes(parameter: Parameter, filters: readonly Filter[]): boolean {
  return filters.every((filter) => passesOne(parameter, filter));
}

function passesOne(parameter: Parameter, { Key: key, Option: option, Values: values }: Filter): boolean {
  if (key === 'Path') return values.some((path) => isUnder(parameter.name, path, option ?? 'OneLevel'));
  if (key.startsWith('tag:')) {
    const tag = parameter.tags.get(key.slice(4));
    return tag !== undefined && (values.length === 0 || values.includes(tag));
  }
  const texts = textsOf(parameter, key);
  return values.some((value) => texts.some((text) => matches(text, value, option ?? 'Equals')));
}

function textsOf(parameter: Parameter, key: string): string[] {
  const version = latest(parameter);
  switch (key) {
    case 'Name':
      return [parameter.name];
    case 'Type':
      return [version.type];
    case 'KeyId':
      return version.keyId === undefined ? [] : [version.keyId];
    case 'Tier':
      return [version.tier];
    case 'DataType':
      return [version.dataType];
    case 'Label':
      return parameter.versions.flatMap(({ labels }) => [...labels]);
    default:
      throw new AwsError('InvalidFilterKey', `The following filter key is not valid: ${key}.`);
  }
}

function matches(text: string, value: string, option: string): boolean {
  switch (option) {
    case 'Equals':
      return text === value;
    case 'BeginsWith':
      return text.startsWith(value);
    case 'Contains':
      return text.includes(value);
    default:
      throw new AwsError('InvalidFilterOption', `The following filter option is not valid: ${option}.`);
  }
}

function isUnder(name: string, path: string, option: string): boolean {
  const prefix = path.endsWith('/') ? path : `${path}/`;
  if (!name.startsWith(prefix)) return false;
  if (option === 'Recursive') return true;
  if (option === 'OneLevel') return !name.slice(prefix.length).includes('/');
  throw new AwsError('InvalidFilterOption', `The following filter option is not valid: ${option}.`);
}
