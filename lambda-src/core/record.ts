import type { Slot, SlotVersion } from './slot';
import { sameSlotVersion } from './slot';

/** Where a credential stands between two rotations. `halted` needs a person. */
export type Phase = 'settled' | 'rolling' | 'reverting' | 'halted';

/** What the record knows of one consumer since the last flip. */
export interface ConsumerRecord {
  /** Ids of the deployments that existed when the flip was noted. */
  readonly old: readonly string[];
  /** When a forced deployment was last intended, or ECS answered that it began, in milliseconds since the epoch. */
  readonly intendedAt: number | null;
  /** Id of the deployment forced or adopted for this flip. */
  readonly deployment: string | null;
  /** When ECS made it, by ECS's clock: what was made later is new as well, whoever began it. */
  readonly newSince: number | null;
}

/** A password that somebody else may know, until nothing of it is left. */
export interface Compromised extends SlotVersion {
  /** When a person reported it. */
  readonly reportedAt: number;
  /** Whether the sessions that were opened with it were ended, after its user had been locked out. */
  readonly ended: boolean;
  /** How many rotations for it were given up: each needs a token of its own. */
  readonly attempts: number;
}

/** A user that may not log in. */
export interface Retired {
  readonly slot: Slot;
  /** False where it was only intended: it may have happened or not. */
  readonly done: boolean;
}

/** How a request was answered. */
export interface HandledRequest {
  readonly id: string;
  /** `done`, or why it was refused. */
  readonly answer: string;
}

/**
 * The truth about one credential. The orchestrator is its only writer; bootstrap creates it.
 * Times are milliseconds since the epoch.
 */
export interface CredentialRecord {
  readonly schema: 1;
  readonly phase: Phase;
  /** The phase a halt came from. */
  readonly haltedFrom: Exclude<Phase, 'halted'> | null;
  /** When the phase began. */
  readonly since: number;
  readonly active: SlotVersion;
  /** What was active before: a working credential to go back to. */
  readonly previous: SlotVersion | null;
  /** The version of each slot that the record has taken note of. */
  readonly seen: Readonly<Record<Slot, string | null>>;
  /** Versions that were refused or reverted from, newest last. */
  readonly rejected: readonly SlotVersion[];
  /** When the last publish was read back; null until then. */
  readonly flippedAt: number | null;
  /** When the canary was first seen to have moved since the flip; null until then, and without one. */
  readonly canaryMovedAt: number | null;
  /** By consumer name. */
  readonly consumers: Readonly<Record<string, ConsumerRecord>>;
  /** The latest requests handled, newest last. */
  readonly handled: readonly HandledRequest[];
  readonly paused: boolean;
  readonly compromised: Compromised | null;
  readonly retired: Retired | null;
  /** Why it reverted or halted. */
  readonly reason: string | null;
}

/**
 * How many rejected versions and handled requests are kept. Only a slot's current version and the latest request
 * are ever looked up; more would only grow the parameter, which fifty consumers nearly fill.
 */
const KEPT = 4;

const UNTOUCHED: ConsumerRecord = { old: [], intendedAt: null, deployment: null, newSince: null };

/** Consumers as they are at the begin of a flip: nothing noted yet. */
export function untouched(consumers: readonly string[]): Record<string, ConsumerRecord> {
  return Object.fromEntries(consumers.map((name) => [name, UNTOUCHED]));
}

/** The record that bootstrap creates. */
export function firstRecord(
  now: number,
  phase: 'settled' | 'rolling',
  active: SlotVersion,
  seen: CredentialRecord['seen'],
  consumers: readonly string[],
): CredentialRecord {
  return {
    schema: 1,
    phase,
    haltedFrom: null,
    since: now,
    active,
    previous: null,
    seen,
    rejected: [],
    flippedAt: null,
    canaryMovedAt: null,
    consumers: untouched(consumers),
    handled: [],
    paused: false,
    compromised: null,
    retired: null,
    reason: null,
  };
}

export function isRejected(record: CredentialRecord, target: SlotVersion): boolean {
  return record.rejected.some((rejected) => sameSlotVersion(rejected, target));
}

/** Whether it is the password that leaked, or one of a user that is locked out for another: it is never gone back to. */
export function isLeaked({ compromised, retired }: CredentialRecord, target: SlotVersion): boolean {
  if (compromised?.slot !== target.slot) return false;
  return compromised.version === target.version || retired?.slot === target.slot;
}

/** Every start of a roll clears what the last flip left behind. */
export function roll(
  record: CredentialRecord,
  now: number,
  consumers: readonly string[],
  change: {
    readonly phase: 'rolling' | 'reverting';
    readonly active: SlotVersion;
    readonly previous: SlotVersion | null;
    readonly reason: string | null;
  },
): CredentialRecord {
  return {
    ...record,
    ...change,
    haltedFrom: null,
    since: now,
    flippedAt: null,
    canaryMovedAt: null,
    consumers: untouched(consumers),
    rejected: record.rejected.filter((rejected) => !sameSlotVersion(rejected, change.active)),
  };
}

export function reject(record: CredentialRecord, target: SlotVersion): CredentialRecord {
  if (isRejected(record, target)) return record;
  return { ...record, rejected: [...record.rejected, target].slice(-KEPT) };
}

/** Stops until a person resumes. */
export function halt(record: CredentialRecord, now: number, reason: string): CredentialRecord {
  const haltedFrom = record.phase === 'halted' ? record.haltedFrom : record.phase;
  return { ...record, phase: 'halted', haltedFrom, since: now, reason };
}

/** Back to the phase that the halt came from; the flip, its intents and its deadline begin anew. */
export function resume(record: CredentialRecord, now: number): CredentialRecord {
  return {
    ...record,
    phase: record.haltedFrom ?? 'settled',
    haltedFrom: null,
    since: now,
    flippedAt: null,
    canaryMovedAt: null,
    consumers: untouched(Object.keys(record.consumers)),
    reason: null,
  };
}

export function answer(record: CredentialRecord, id: string, text: string): CredentialRecord {
  return { ...record, handled: [...record.handled, { id, answer: text }].slice(-KEPT) };
}

/** Every consumer is on the active credential and nothing old is left. */
export function settle(record: CredentialRecord, now: number): CredentialRecord {
  const seen = { ...record.seen };
  if (record.previous !== null) seen[record.previous.slot] = record.previous.version;
  seen[record.active.slot] = record.active.version;
  return { ...record, phase: 'settled', haltedFrom: null, since: now, seen };
}

export function withConsumer(
  record: CredentialRecord,
  name: string,
  change: Partial<ConsumerRecord>,
): CredentialRecord {
  const consumer = { ...(record.consumers[name] ?? UNTOUCHED), ...change };
  return { ...record, consumers: { ...record.consumers, [name]: consumer } };
}
