import { createHash } from 'node:crypto';
import type { Clock, EventSink, Place, ProcessKeeper, Timers, ValueResolver } from '../endpoint/seams';
import type { EcsSettings } from './settings';
import type { EcsState } from './state';

/** A line that a task wrote. */
export interface TaskOutput {
  readonly taskArn: string;
  /** `service:NAME` or `family:NAME`. */
  readonly group: string;
  readonly deploymentId?: string | undefined;
  readonly stream: 'stdout' | 'stderr';
  readonly line: string;
}

/** What the local ECS is built with. */
export interface EcsOptions {
  readonly place: Place;
  readonly clock: Clock;
  readonly timers: Timers;
  /** A new unique text at each call; ids of tasks and deployments are derived from it. */
  readonly newId: () => string;
  readonly events: EventSink;
  readonly values: ValueResolver;
  readonly keeper: ProcessKeeper;
  /** What went wrong inside, for a person. */
  readonly log: (message: string) => void;
  /** Every line of every task, as it is written. */
  readonly onTaskOutput?: (output: TaskOutput) => void;
  readonly settings?: Partial<EcsSettings>;
}

/** What the parts of the local ECS share. */
export interface EcsContext extends Omit<EcsOptions, 'settings'> {
  readonly settings: EcsSettings;
  readonly state: EcsState;
}

/** 32 hexadecimal digits, as in a task's ARN. */
export function hexId(context: Pick<EcsContext, 'newId'>): string {
  return createHash('sha256').update(context.newId()).digest('hex').slice(0, 32);
}

/** `ecs-svc/` and 19 digits. */
export function deploymentId(context: Pick<EcsContext, 'newId'>): string {
  const low = 10n ** 18n;
  const number = BigInt(`0x${createHash('sha256').update(context.newId()).digest('hex').slice(0, 16)}`);
  return `ecs-svc/${String(low + (number % (9n * low)))}`;
}
