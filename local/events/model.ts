import type { Clock, FunctionInvoker, Place, QueueSender, Timers } from '../endpoint/seams';
import type { Pattern } from './pattern';
import type { Schedule } from './schedule';

/** An event as targets receive it. */
export interface Event extends Readonly<Record<string, unknown>> {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** ISO 8601, whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
}

/** A target in the API's names. */
export interface Target {
  readonly Id: string;
  readonly Arn: string;
  readonly Input?: string;
  readonly InputPath?: string;
  readonly InputTransformer?: {
    readonly InputPathsMap?: Readonly<Record<string, string>>;
    readonly InputTemplate: string;
  };
  readonly SqsParameters?: { readonly MessageGroupId?: string };
  readonly RetryPolicy?: {
    readonly MaximumRetryAttempts?: number;
    readonly MaximumEventAgeInSeconds?: number;
  };
  readonly DeadLetterConfig?: { readonly Arn?: string };
}

/** A rule of the default bus. */
export interface Rule {
  readonly name: string;
  readonly arn: string;
  pattern?: { readonly text: string; readonly compiled: Pattern };
  schedule?: { readonly text: string; readonly next: Schedule };
  state: 'ENABLED' | 'DISABLED' | 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';
  description?: string;
  roleArn?: string;
  tags: Readonly<Record<string, string>>;
  readonly targets: Map<string, Target>;
  /** Ends the schedule's timer. */
  cancel?: () => void;
}

/** What becomes of one delivery, decided by a drill. */
export type Delivery = 'deliver' | 'drop' | 'duplicate' | { readonly delayMs: number };

/** Times of the local EventBridge, in milliseconds. */
export interface EventSettings {
  /**
   * Instead of what a `rate()` says, every schedule of that kind fires this often: a sweep of five minutes in
   * seconds. cron() stays as it is.
   */
  readonly rateEveryMs?: number;
  /** First wait before a failed delivery is tried again; doubles with each attempt. */
  readonly retryMs: number;
  /** The longest wait between two attempts. */
  readonly longestRetryMs: number;
}

export const DEFAULT_SETTINGS: EventSettings = { retryMs: 200, longestRetryMs: 60_000 };

/** What createEventBridge needs. */
export interface EventBridgeOptions {
  readonly place: Place;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly newId: () => string;
  readonly functions: FunctionInvoker;
  readonly queues: QueueSender;
  /** Hears of events that were dropped; never a detail. */
  readonly log: (line: string) => void;
  /** Faults for drills. @default every event is delivered once */
  readonly deliveryFilter?: (event: Event, target: Target) => Delivery;
  readonly settings?: Partial<EventSettings>;
}
