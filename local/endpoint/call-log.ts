/** What was called, by whom and how it ended: names and times, never a value. */

/** One call that has been answered. */
export interface CallRecord {
  /** SigV4 signing name, for instance `secretsmanager`. */
  readonly service: string;
  readonly operation: string;
  /** The access key id that signed the call, `anonymous` for an unsigned one. */
  readonly accessKeyId: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** The error's code where the call was answered with one. */
  readonly errorCode?: string;
  readonly requestId: string;
  /** Root of the X-Ray trace that the call carried: for a function's calls, that of its invocation. */
  readonly traceId?: string;
  /** What the call is about, such as its SecretId, Name, Names (joined by a comma) or service. */
  readonly target?: string;
}

/** A point in the log; see {@link CallLog.mark}. */
export type CallMark = number;

/** Which calls to count; every field that is given must match. */
export interface CallFilter extends Partial<
  Pick<CallRecord, 'service' | 'operation' | 'accessKeyId' | 'errorCode' | 'target'>
> {
  readonly since?: CallMark;
}

/** The calls in the order in which they were answered. */
export interface CallLog {
  record(call: CallRecord): void;
  /** The present end of the log. */
  mark(): CallMark;
  /** The calls answered after the mark, oldest first. */
  since(mark: CallMark): readonly CallRecord[];
  count(filter: CallFilter): number;
}

/**
 * @param capacity how many of the latest calls are kept; {@link CallLog.since} cannot reach further back
 */
export function createCallLog(capacity = 100_000): CallLog {
  let records: CallRecord[] = [];
  let dropped = 0;
  const since = (mark: CallMark): readonly CallRecord[] => records.slice(Math.max(0, mark - dropped));
  return {
    record(call) {
      records.push(call);
      // Dropping a tenth at a time keeps the cost of a call constant.
      if (records.length > capacity) {
        const excess = records.length - Math.floor(capacity * 0.9);
        records = records.slice(excess);
        dropped += excess;
      }
    },
    mark: () => dropped + records.length,
    since,
    count: ({ since: mark, ...filter }) => since(mark ?? 0).filter((call) => matches(call, filter)).length,
  };
}

function matches(call: CallRecord, filter: Omit<CallFilter, 'since'>): boolean {
  return (
    (filter.service === undefined || filter.service === call.service) &&
    (filter.operation === undefined || filter.operation === call.operation) &&
    (filter.accessKeyId === undefined || filter.accessKeyId === call.accessKeyId) &&
    (filter.errorCode === undefined || filter.errorCode === call.errorCode) &&
    (filter.target === undefined || filter.target === call.target)
  );
}

/** Root of the X-Ray trace that a request names. */
export function traceOf(headers: Readonly<Record<string, string>>): string | undefined {
  return /Root=([^;]+)/.exec(headers['x-amzn-trace-id'] ?? '')?.[1];
}

const TARGET_FIELDS = [
  'SecretId',
  'Name',
  'Names',
  'SecretIdList',
  'service',
  'services',
  'taskDefinition',
  'QueueUrl',
  'FunctionName',
  'cluster',
];

/** The id that a call's input says it is about; values such as SecretString are never looked at. */
export function targetOf(input: Readonly<Record<string, unknown>>): string | undefined {
  for (const field of TARGET_FIELDS) {
    const value = input[field];
    if (typeof value === 'string') return value;
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join(',');
  }
  return undefined;
}
