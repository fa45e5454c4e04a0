import { z } from 'zod';
import { operation, pageOf, type Operation } from '../endpoint/input';
import { AwsError } from '../endpoint/seams';
import { DescribeFilter, FilterInput, passes } from './filters';
import { latest, type Parameter, type ParameterVersion } from './model';
import { shownValue, type Selected, type SsmContext } from './store';

const CODE = 'ValidationException';
const TOKEN_CODE = 'InvalidNextToken';
const Name = z.string().min(1).max(2048);
const WithDecryption = z.boolean().default(false);
const NextToken = z.string().optional();

/** The operations that read parameters. */
export function readOperations(context: SsmContext): Record<string, Operation> {
  const { parameters } = context;
  return {
    GetParameter: operation(z.object({ Name, WithDecryption }), CODE, (input) => ({
      Parameter: parameterOf(parameters.select(input.Name), input.WithDecryption),
    })),
    GetParameters: getParameters(context),
    GetParametersByPath: getParametersByPath(context),
    GetParameterHistory: operation(
      z.object({ Name, WithDecryption, MaxResults: z.int().min(1).max(50).default(50), NextToken }),
      CODE,
      (input) => {
        const parameter = parameters.find(input.Name);
        const { items, ...next } = pageOf(parameter.versions, input.MaxResults, input.NextToken, TOKEN_CODE);
        const Parameters = items.map((version) => ({
          ...metadataOf(parameter, version),
          Value: shownValue(parameter, version, input.WithDecryption),
          Labels: [...version.labels],
        }));
        return { Parameters, ...next };
      },
    ),
    DescribeParameters: operation(
      z.object({
        Filters: z.array(DescribeFilter).default([]),
        ParameterFilters: z.array(FilterInput).default([]),
        MaxResults: z.int().min(1).max(50).default(50),
        NextToken,
      }),
      CODE,
      (input) => {
        const filters = [
          ...input.ParameterFilters,
          ...input.Filters.map((filter) => ({ ...filter, Option: 'BeginsWith' })),
        ];
        const found = parameters.all().filter((parameter) => passes(parameter, filters));
        const { items, ...next } = pageOf(found, input.MaxResults, input.NextToken, TOKEN_CODE);
        return {
          Parameters: items.map((parameter) => ({
            ...metadataOf(parameter, latest(parameter)),
            ARN: parameter.arn,
          })),
          ...next,
        };
      },
    ),
  };
}

/** "InvalidParameters": what cannot be found, by name or by version, is listed and is no error. */
function getParameters({ parameters }: SsmContext): Operation {
  return operation(z.object({ Names: z.array(Name).min(1).max(10), WithDecryption }), CODE, (input) => {
    const Parameters: object[] = [];
    const InvalidParameters: string[] = [];
    for (const name of new Set(input.Names)) {
      try {
        Parameters.push(parameterOf(parameters.select(name), input.WithDecryption));
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        InvalidParameters.push(name);
      }
    }
    return { Parameters, InvalidParameters };
  });
}

function getParametersByPath({ parameters }: SsmContext): Operation {
  const schema = z.object({
    Path: Name,
    Recursive: z.boolean().default(false),
    ParameterFilters: z.array(FilterInput).default([]),
    WithDecryption,
    MaxResults: z.int().min(1).max(10).default(10),
    NextToken,
  });
  return operation(schema, CODE, (input) => {
    if (!input.Path.startsWith('/')) {
      throw new AwsError(
        CODE,
        'The parameter path must begin with a slash, such as "/" or "/app/production".',
      );
    }
    const option = input.Recursive ? 'Recursive' : 'OneLevel';
    const filters = [{ Key: 'Path', Option: option, Values: [input.Path] }, ...input.ParameterFilters];
    const found = parameters.all().filter((parameter) => passes(parameter, filters));
    const { items, ...next } = pageOf(found, input.MaxResults, input.NextToken, TOKEN_CODE);
    const selected = items.map((parameter) => ({
      parameter,
      version: latest(parameter),
      selector: undefined,
    }));
    return { Parameters: selected.map((each) => parameterOf(each, input.WithDecryption)), ...next };
  });
}

function parameterOf({ parameter, version, selector }: Selected, withDecryption: boolean): object {
  return {
    Name: parameter.name,
    Type: version.type,
    Value: shownValue(parameter, version, withDecryption),
    Version: version.version,
    ...(selector === undefined ? {} : { Selector: `:${selector}` }),
    LastModifiedDate: new Date(version.modifiedAt),
    ARN: parameter.arn,
    DataType: version.dataType,
  };
}

function metadataOf(parameter: Parameter, version: ParameterVersion): Record<string, unknown> {
  const fields = {
    Name: parameter.name,
    Type: version.type,
    KeyId: version.keyId,
    LastModifiedDate: new Date(version.modifiedAt),
    LastModifiedUser: version.modifiedBy,
    Description: version.description,
    AllowedPattern: version.allowedPattern,
    Version: version.version,
    Tier: version.tier,
    Policies: [],
    DataType: version.dataType,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
