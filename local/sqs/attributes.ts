import { AwsError } from '../endpoint/seams';

/** Attributes of a queue as the API writes them: every value is a string. */
export type QueueAttributes = Readonly<Record<string, string>>;

/** What AWS answers for a queue of which nothing was said. */
const DEFAULTS: QueueAttributes = {
  DelaySeconds: '0',
  MaximumMessageSize: '1048576',
  MessageRetentionPeriod: '345600',
  ReceiveMessageWaitTimeSeconds: '0',
  VisibilityTimeout: '30',
  SqsManagedSseEnabled: 'true',
};

const FIFO_DEFAULTS: QueueAttributes = {
  FifoQueue: 'true',
  ContentBasedDeduplication: 'false',
  DeduplicationScope: 'queue',
  FifoThroughputLimit: 'perQueue',
};

/** Inclusive bounds (Amazon SQS API Reference, SetQueueAttributes). */
const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  DelaySeconds: [0, 900],
  MaximumMessageSize: [1024, 1_048_576],
  MessageRetentionPeriod: [60, 1_209_600],
  ReceiveMessageWaitTimeSeconds: [0, 20],
  VisibilityTimeout: [0, 43_200],
  KmsDataKeyReusePeriodSeconds: [60, 86_400],
};

const FIFO_ONLY = new Set([
  'FifoQueue',
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'FifoThroughputLimit',
]);
const OTHERS = new Set([
  'Policy',
  'RedrivePolicy',
  'RedriveAllowPolicy',
  'KmsMasterKeyId',
  'SqsManagedSseEnabled',
]);

/** The attributes of a new queue. @throws AwsError for an unknown or ill-valued attribute */
export function initialAttributes(name: string, given: QueueAttributes): QueueAttributes {
  const fifo = given['FifoQueue'] === 'true';
  if (fifo !== name.endsWith('.fifo')) {
    throw new AwsError(
      'InvalidParameterValue',
      fifo
        ? 'The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.'
        : 'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
    );
  }
  return merged({ ...DEFAULTS, ...(fifo ? FIFO_DEFAULTS : {}) }, given);
}

/** Attributes after SetQueueAttributes. An empty value takes an optional attribute away, as on AWS. */
export function merged(current: QueueAttributes, changes: QueueAttributes): QueueAttributes {
  const result: Record<string, string> = { ...current };
  for (const [name, value] of Object.entries(changes)) {
    validate(name, value, current['FifoQueue'] === 'true');
    if (value === '' || (FIFO_ONLY.has(name) && value === 'false' && current['FifoQueue'] !== 'true'))
      Reflect.deleteProperty(result, name);
    else result[name] = value;
  }
  if (result['KmsMasterKeyId'] !== undefined) Reflect.deleteProperty(result, 'SqsManagedSseEnabled');
  return result;
}

function validate(name: string, value: string, fifo: boolean): void {
  const invalid = () => new AwsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`);
  const range = Object.hasOwn(RANGES, name) ? RANGES[name] : undefined;
  if (range !== undefined) {
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < range[0] || number > range[1]) throw invalid();
    return;
  }
  if (FIFO_ONLY.has(name)) {
    if (fifo) return;
    // An answer of false is what a standard queue is; anything else asks for a FIFO feature.
    if (value === 'false' && (name === 'FifoQueue' || name === 'ContentBasedDeduplication')) return;
    throw new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
  }
  if (!OTHERS.has(name)) throw new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
  if (name === 'RedrivePolicy' && value !== '' && redriveOf({ RedrivePolicy: value }) === undefined)
    throw invalid();
}

/** The redrive policy, if the queue has a well-formed one. */
export function redriveOf(
  attributes: QueueAttributes,
): { targetArn: string; maxReceiveCount: number } | undefined {
  const text = attributes['RedrivePolicy'];
  if (text === undefined) return undefined;
  const policy = parseObject(text);
  const targetArn = policy?.['deadLetterTargetArn'];
  const maxReceiveCount = Number(policy?.['maxReceiveCount']);
  if (typeof targetArn !== 'string' || !Number.isInteger(maxReceiveCount)) return undefined;
  return maxReceiveCount < 1 || maxReceiveCount > 1000 ? undefined : { targetArn, maxReceiveCount };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
