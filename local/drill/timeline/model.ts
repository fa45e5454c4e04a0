import type { SlotName } from '../faults/rotation';

/** Milliseconds in which logins are counted together. */
export const BIN_MS = 100;

/** What happened in a drill, and when: every time is milliseconds since it began. */
export interface Timeline {
  readonly durationMs: number;
  readonly users: Readonly<Record<SlotName, string>>;
  /** When a user was given a password. */
  readonly passwordChanges: readonly Moment[];
  /** When a slot was published: what tasks that start from then on read. The first is there from the beginning. */
  readonly publishes: readonly Moment[];
  readonly rotations: readonly Rotation[];
  readonly phases: readonly PhaseChange[];
  readonly deployments: readonly { readonly at: number; readonly service: string }[];
  readonly tasks: readonly TaskSpan[];
  /** Logins by the bin in which they began. */
  readonly logins: { readonly ok: readonly number[]; readonly failed: readonly number[] };
  readonly refusals: readonly { readonly at: number; readonly text: string }[];
}

interface Moment {
  readonly at: number;
  readonly slot: SlotName;
}

/** A span of time. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

/** The rotator's four steps, with every repetition. */
export interface Rotation extends Span {
  readonly slot: SlotName;
  /** Whether its last step was done. */
  readonly finished: boolean;
}

/** A write of the record. */
export interface PhaseChange extends Moment {
  readonly phase: string;
}

/** A task, from when it read its secrets until it was gone. */
export interface TaskSpan extends Span {
  readonly service: string;
  /** The user whose credential it holds; null where no attempt of it succeeded. */
  readonly user: string | null;
}

/** A part of a run that is looked at by itself. */
export interface Chapter extends Span {
  readonly title: string;
  /** Figures, in a few words. */
  readonly figures: string;
  /** What was done to the system in it. */
  readonly faults: readonly { readonly at: number; readonly text: string }[];
}
