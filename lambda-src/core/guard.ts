import { isRejected, type CredentialRecord } from './record';
import type { Slot } from './slot';
import { hasOneSecret, type Strategy } from './strategy';

/** Which clause of the guard refused. */
export type Clause = 'value' | 'rotation' | 'record' | 'pointer' | 'standby' | 'seen' | 'token' | 'sessions';

/** Why a rotation may not touch the database: what it refuses, and who stands in the way. */
export interface Refusal {
  readonly clause: Clause;
  readonly reason: string;
  /** Consumers, sessions or versions, by name. */
  readonly offenders: readonly string[];
}

/** The labels of the slot's secret as DescribeSecret answers them. */
export interface Labels {
  readonly current: string | null;
  /** Every version that carries AWSPENDING; the service keeps it at one. */
  readonly pending: string | null;
  readonly rotationEnabled: boolean;
}

export interface GuardFacts {
  readonly strategy: Strategy;
  /** Whose user is to get, or has got, a new password. */
  readonly slot: Slot;
  readonly token: string;
  /** Null where there is none, or none that can be read. */
  readonly record: CredentialRecord | null;
  /** The configuration's consumers. */
  readonly consumers: readonly string[];
  /** What the pointer says where containers pick their user by it, and it is not what the record says. @default null */
  readonly astray?: string | null;
}

/**
 * Clauses 1 and 2, which every step that goes on to the database asks: the record is readable, settled, not
 * paused and lists the configuration's consumers, and the slot is its standby, where there is one. Where containers pick their
 * user by the pointer, it says the same (docs/adr/0008-a-mirror-that-a-person-moves.md).
 */
export function guardRecord({
  strategy,
  slot,
  record,
  consumers,
  astray = null,
}: Omit<GuardFacts, 'token'>): Refusal | null {
  if (record === null)
    return refuse('record', 'there is no readable record: run bootstrap, or restore it from its history');
  if (strategy !== 'single' && record.active.slot === slot) {
    return refuse('standby', `${slot} is the active user: only the standby is ever rotated`, [slot]);
  }
  if (record.phase !== 'settled') {
    const why = record.reason === null ? '' : ` (${record.reason})`;
    return refuse('record', `the credential is ${record.phase}, not settled${why}`, [record.active.version]);
  }
  if (record.paused) return refuse('record', 'the credential is paused: unpause it first');
  const missing = consumers.filter((name) => record.consumers[name] === undefined);
  if (missing.length > 0)
    return refuse('record', 'consumers joined that no rollout has covered yet', missing);
  if (astray !== null)
    return refuse('pointer', 'containers that start now pick by a pointer that is not what the record says', [
      astray,
    ]);
  return null;
}

/** The guard of createSecret: clauses 1 to 4; where there is one secret, clause 3 is {@link guardCurrent}. */
export function guardCreate(facts: GuardFacts, labels: Labels): Refusal | null {
  const { strategy, slot, token, record } = facts;
  const { current, pending } = labels;
  if (!labels.rotationEnabled) {
    return refuse(
      'rotation',
      'rotation is not enabled for this secret: it was cancelled, or never configured',
      [slot],
    );
  }
  if (current === null) return refuse('value', `${slot} has no value yet: run bootstrap`, [slot]);
  const byRecord = guardRecord(facts);
  if (byRecord !== null) return byRecord;
  if (hasOneSecret(strategy)) {
    const byCurrent = guardCurrent(facts, current);
    if (byCurrent !== null) return byCurrent;
  } else if (
    record !== null &&
    current !== record.seen[slot] &&
    !isRejected(record, { slot, version: current })
  ) {
    return refuse('seen', `the last rotation of ${slot} has not been rolled out yet`, [current]);
  }
  if (pending !== token)
    return refuse('token', `this token does not carry AWSPENDING: the rotation was superseded or cancelled`, [
      token,
    ]);
  return null;
}

/**
 * The guard of locking the former user out: clauses 1 to 3, and that the record says so, so that an invocation that
 * arrives late does nothing. A user whose password leaked is locked out whatever its secret holds.
 */
export function guardRetire(facts: Omit<GuardFacts, 'token'>, current: string | null): Refusal | null {
  const { slot, record } = facts;
  const byRecord = guardRecord(facts);
  if (byRecord !== null) return byRecord;
  if (record?.retired?.slot !== slot)
    return refuse('record', `the record does not say that ${slot} is to be locked out`, [slot]);
  if (record.compromised?.slot === slot || current === null) return null;
  return current === record.seen[slot] || isRejected(record, { slot, version: current })
    ? null
    : refuse('seen', `the last rotation of ${slot} has not been rolled out yet`, [current]);
}

/**
 * Where there is one secret: the record's version is AWSCURRENT. Otherwise tasks that started meanwhile hold what the
 * record has not taken note of yet.
 */
export function guardCurrent({ record }: GuardFacts, current: string | null): Refusal | null {
  if (record === null || current === record.active.version) return null;
  return refuse('seen', 'the last rotation has not been rolled out yet', current === null ? [] : [current]);
}

/**
 * The guard of finishSecret of `alternating`, where it is what applications read that moves: clause 1 again, and
 * {@link guardCurrent}. With `single` the database knows no other password by then: there is only forward.
 */
export function guardFinish(facts: GuardFacts, current: string | null): Refusal | null {
  if (facts.strategy !== 'alternating') return null;
  return guardRecord(facts) ?? guardCurrent(facts, current);
}

/** Clause 5, asked under the lock: no session of the user is open, the rotator's own excepted. */
export function guardSessions(slot: Slot, sessions: readonly string[]): Refusal | null {
  if (sessions.length === 0) return null;
  const count = sessions.length === 1 ? 'a session is' : `${sessions.length} sessions are`;
  return refuse(
    'sessions',
    `${count} still open as ${slot}; they are never ended unless you ask for it`,
    sessions,
  );
}

function refuse(clause: Clause, reason: string, offenders: readonly string[] = []): Refusal {
  return { clause, reason, offenders };
}
