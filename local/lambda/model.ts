import type { Clock, Place, ProcessKeeper, QueueReceiver, Timers } from '../endpoint/seams';

/** Times and limits of the local Lambda. Durations are milliseconds. */
export interface LambdaSettings {
  /** How long a warm environment waits for its next invocation before it ends. */
  readonly idleMs: number;
  /** Waits before the two retries of an asynchronous invocation; AWS waits one and two minutes. */
  readonly asyncRetryMs: readonly [number, number];
  /** How long a handler may take to load. AWS allows ten seconds; a loaded laptop may need more. */
  readonly initMs: number;
  /** First wait before an event source mapping tries a throttled function again; doubles up to ten times. */
  readonly throttleRetryMs: number;
}

export const DEFAULT_SETTINGS: LambdaSettings = {
  idleMs: 60_000,
  asyncRetryMs: [500, 2_000],
  initMs: 30_000,
  throttleRetryMs: 200,
};

/** An invocation that has ended. */
export interface Invoked {
  readonly functionName: string;
  /** The event, as JSON. */
  readonly payload: string;
  /** Root of the X-Ray trace that the function's own AWS calls carry. */
  readonly traceId: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly functionError?: 'Unhandled';
}

/** An invocation that begins. */
export type Begun = Pick<Invoked, 'functionName' | 'payload' | 'traceId'>;

/** What createLambda needs. */
export interface LambdaOptions {
  readonly place: Place;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly newId: () => string;
  readonly keeper: ProcessKeeper;
  /** Hears what goes wrong in the host itself; never a payload. */
  readonly log: (line: string) => void;
  /** The AWS endpoint that functions are given as AWS_ENDPOINT_URL. */
  readonly endpointUrl: () => string;
  /** What event source mappings read; without it none can be created. */
  readonly queues?: QueueReceiver;
  /** Hears every line that a function writes, as it is written. */
  readonly onLog?: (functionName: string, line: string) => void;
  /** Hears of every invocation before it begins. */
  readonly onBegin?: (invocation: Begun) => void;
  /** Hears of every invocation when it has ended. */
  readonly onInvocation?: (invocation: Invoked) => void;
  /** Where code is unpacked. @default a directory of its own under the system's temporary directory */
  readonly directory?: string;
  readonly settings?: Partial<LambdaSettings>;
}

/** A permission in a function's resource policy, as GetPolicy answers it. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Principal: string | { readonly Service: string } | { readonly AWS: string };
  readonly Action: string;
  readonly Resource: string;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** A function with its configuration as the API names it. */
export interface FunctionRecord {
  readonly name: string;
  readonly arn: string;
  /** What callers set, with AWS's defaults: FunctionConfiguration without the derived fields. */
  configuration: Readonly<Record<string, unknown>>;
  code: { readonly directory: string; readonly size: number; readonly sha256: string };
  lastModified: number;
  revisionId: string;
  tags: Readonly<Record<string, string>>;
  statements: readonly Statement[];
  reservedConcurrency?: number;
  eventInvokeConfig?: Readonly<Record<string, unknown>>;
}

/** What an invocation came to. */
export interface Outcome {
  readonly payload: string;
  readonly functionError?: 'Unhandled';
  /** What the function wrote, START, END and REPORT lines included. */
  readonly log: string;
}
