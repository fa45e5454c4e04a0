import type { Clock, EventSink, FunctionInvoker, Place, Timers } from '../endpoint/seams';
import type { SecretStore } from './store';

/** How hard Secrets Manager tries; AWS does not document its own numbers. */
export interface RotationSettings {
  /** How often a failed rotation is tried again; 0 turns retries off. @default 2 */
  readonly retries: number;
  /** How long before a failed rotation is tried again. @default 1000 */
  readonly backoffMs: number;
}

/** How long versions are kept. */
export interface VersionSettings {
  /** How old a version without a label must be to be removed, once there are more than 100. @default 24 hours */
  readonly keptMs: number;
}

/** What the operations work with. */
export interface Context {
  readonly place: Place;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly newId: () => string;
  readonly randomInt: (maxExclusive: number) => number;
  readonly events: EventSink;
  readonly functions: FunctionInvoker;
  readonly log: (message: string, error?: unknown) => void;
  readonly rotation: RotationSettings;
  readonly versions: VersionSettings;
  readonly secrets: SecretStore;
}
