import { AwsError } from '../endpoint/seams';
import type { FunctionRecord } from './model';

type Input = Readonly<Record<string, unknown>>;

/** The members of CreateFunction and UpdateFunctionConfiguration that FunctionConfiguration gives back. */
const SETTABLE = [
  'Runtime', 'Role', 'Handler', 'Description', 'Timeout', 'MemorySize', 'VpcConfig', 'DeadLetterConfig',
  'Environment', 'KMSKeyArn', 'TracingConfig', 'Layers', 'FileSystemConfigs', 'EphemeralStorage', 'SnapStart',
  'LoggingConfig', 'Architectures', 'PackageType',
] as const; // prettier-ignore

/** Names that a function's variables may not have (Lambda Developer Guide, "Defined runtime environment variables"). */
const RESERVED =
  /^(_HANDLER|_X_AMZN_TRACE_ID|AWS_(DEFAULT_REGION|REGION|EXECUTION_ENV|LAMBDA_\w+|ACCESS_KEY(_ID)?|SECRET_ACCESS_KEY|SESSION_TOKEN)|LAMBDA_(TASK_ROOT|RUNTIME_DIR))$/;

/** The settable configuration of a new function, AWS's defaults included. */
export function initialConfiguration(name: string, input: Input): Record<string, unknown> {
  const defaults = {
    Description: '',
    Timeout: 3,
    MemorySize: 128,
    PackageType: 'Zip',
    Architectures: ['x86_64'],
    EphemeralStorage: { Size: 512 },
    TracingConfig: { Mode: 'PassThrough' },
  };
  return changedConfiguration(name, defaults, input);
}

/** The configuration after a change. @throws AwsError InvalidParameterValueException, ValidationException */
export function changedConfiguration(name: string, current: Input, input: Input): Record<string, unknown> {
  const changed: Record<string, unknown> = { ...current };
  for (const member of SETTABLE) if (input[member] !== undefined) changed[member] = input[member];
  const runtime = changed['Runtime'];
  if (typeof runtime !== 'string' || !runtime.startsWith('nodejs')) {
    throw invalid(
      `Runtime ${String(runtime)} does not run here: the local endpoint runs nodejs runtimes only.`,
    );
  }
  if (typeof changed['Handler'] !== 'string') throw invalid('Handler is required.');
  if (typeof changed['Role'] !== 'string') throw invalid('Role is required.');
  within(changed, 'Timeout', 1, 900);
  within(changed, 'MemorySize', 128, 10_240);
  const { Variables: variables = {} } = (changed['Environment'] ?? {}) as {
    Variables?: Record<string, string>;
  };
  const reserved = Object.keys(variables).filter((key) => RESERVED.test(key));
  if (reserved.length > 0) {
    throw invalid(
      `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(', ')}`,
    );
  }
  const logging = (changed['LoggingConfig'] ?? {}) as Input;
  changed['LoggingConfig'] = { LogFormat: 'Text', LogGroup: `/aws/lambda/${name}`, ...logging };
  return changed;
}

/** FunctionConfiguration as every operation answers it. */
export function answeredConfiguration(record: FunctionRecord): Record<string, unknown> {
  const { configuration, code } = record;
  const vpc = configuration['VpcConfig'] as Input | undefined;
  const layers = configuration['Layers'] as readonly string[] | undefined;
  const snapStart = (configuration['SnapStart'] ?? { ApplyOn: 'None' }) as Input;
  return {
    ...configuration,
    FunctionName: record.name,
    FunctionArn: record.arn,
    CodeSize: code.size,
    CodeSha256: code.sha256,
    Version: '$LATEST',
    LastModified: new Date(record.lastModified).toISOString().replace('Z', '+0000'),
    RevisionId: record.revisionId,
    State: 'Active',
    LastUpdateStatus: 'Successful',
    SnapStart: { ...snapStart, OptimizationStatus: 'Off' },
    RuntimeVersionConfig: {
      RuntimeVersionArn: `${record.arn.split(':').slice(0, 4).join(':')}::runtime:local`,
    },
    ...(vpc === undefined
      ? {}
      : { VpcConfig: { SubnetIds: [], SecurityGroupIds: [], VpcId: 'vpc-local', ...vpc } }),
    ...(layers === undefined ? {} : { Layers: layers.map((Arn) => ({ Arn, CodeSize: 0 })) }),
  };
}

function within(values: Input, name: string, least: number, most: number): void {
  const value = values[name];
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return;
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${String(value)}' at '${name.charAt(0).toLowerCase()}${name.slice(1)}' failed to satisfy constraint: Member must have value between ${least} and ${most}`,
  );
}

const invalid = (message: string) => new AwsError('InvalidParameterValueException', message);
