import type { Action, Rotation, Row } from '../action';
import type { Observation } from '../observation';
import { answer, halt, isRejected, reject, roll, type CredentialRecord } from '../record';
import { other, type SlotVersion } from '../slot';
import { hasOneSecret, rotatedSlot } from '../strategy';
import { barredBy } from './barred';
import { faultOf, restoreFirst, verificationOf } from './flip';
import { unhandled } from './requests';

function settledRecord({ record }: Observation): CredentialRecord | null {
  return record?.phase === 'settled' ? record : null;
}

/** Rows 10 to 16 wait while paused. */
export function unpausedRecord(observation: Observation): CredentialRecord | null {
  const record = settledRecord(observation);
  return record?.paused === false ? record : null;
}

function names(observation: Observation): string[] {
  return observation.consumers.map((consumer) => consumer.name);
}

/** At most one credential of a group may be outside settled, and no flip begins before it can succeed. */
function flipBarred(observation: Observation, row: string): Action | null {
  const reason = barredBy(observation);
  if (reason === null) return null;
  const blocked = observation.busyGroup.length === 0;
  return { kind: 'wait', row, reason, ...(blocked ? { alarm: 'blocked' as const } : {}) };
}

/** A rotation that one of the rows asks for, unless its rollout could not begin. */
export function rotate(observation: Observation, row: string, asked: Omit<Rotation, 'kind' | 'row'>): Action {
  return flipBarred(observation, row) ?? { kind: 'rotate', row, ...asked };
}

/** What the standby has, where no rotation of it is under way or waits for its rollout; else null. */
export function idleStandby(observation: Observation, record: CredentialRecord): SlotVersion | null {
  const slot = other(record.active.slot);
  const { pending, current } = observation.slots[slot];
  if (pending !== null || current === null || rolloutDue(observation, record) !== null) return null;
  return { slot, version: current };
}

/**
 * Row 5: somebody moved a published copy: publish the record again and redeploy what may have read the wrong one.
 * It waits for no group: until the record rolls, the guard would let the wrong credential be rotated.
 */
export const publishedAstray: Row = (observation) => {
  const record = settledRecord(observation);
  if (record === null || (observation.mirror === 'active' && observation.pointer === 'active')) return null;
  return rollAgain(observation, '5', record, 'mirror or pointer is not what the record says');
};

/** The same slot and version once more: published, and every consumer redeployed. */
function rollAgain(observation: Observation, row: string, record: CredentialRecord, why: string): Action {
  const { active, previous } = record;
  const change = { phase: 'rolling', active, previous, reason: null } as const;
  return {
    kind: 'write-record',
    row,
    record: roll(record, observation.now, names(observation), change),
    why,
  };
}

/** Row 10: a consumer that joined takes part in one rollout before the standby may be rotated again. */
export const consumerJoined: Row = (observation) => {
  const record = unpausedRecord(observation);
  if (record === null) return null;
  const joined = names(observation).filter((name) => record.consumers[name] === undefined);
  if (joined.length === 0) return null;
  return (
    flipBarred(observation, '10') ?? rollAgain(observation, '10', record, `joined: ${joined.join(', ')}`)
  );
};

/** Row 11: a person asked to go back, or to rotate now. */
export const personAsked: Row = (observation) => {
  const record = unpausedRecord(observation);
  const open = unhandled(observation);
  if (record === null || open === null) return null;
  const { request } = open;
  if (request.kind === 'revert' && record.previous !== null) {
    const answered = answer(record, request.id, 'done');
    const declined = answer(record, request.id, 'refused: the previous credential does not log in');
    return (
      flipBarred(observation, '11') ??
      restoreFirst(record, record.previous, '11') ??
      flipTo(observation, '11', record.previous, answered, declined)
    );
  }
  if (request.kind !== 'rotate') return null;
  const slot = rotatedSlot(observation.strategy, record.active.slot);
  const { pending, versions } = observation.slots[slot];
  if (versions.includes(request.token)) {
    return {
      kind: 'write-record',
      row: '11',
      record: answer(record, request.id, 'done'),
      why: 'the rotation asked for was started',
    };
  }
  // A rotation under way, or not rolled out yet, comes first: another one would be refused.
  if (pending !== null || rolloutDue(observation, record) !== null) return null;
  return rotate(observation, '11', { slot, token: request.token, why: 'a person asked for it' });
};

/** The current version of what was rotated, where the record has neither taken note of it nor rejected it. */
function rolloutDue({ strategy, slots }: Observation, record: CredentialRecord): SlotVersion | null {
  const slot = rotatedSlot(strategy, record.active.slot);
  const { current } = slots[slot];
  const seen = hasOneSecret(strategy) ? Object.values(record.seen) : [record.seen[slot]];
  if (current === null || seen.includes(current)) return null;
  return isRejected(record, { slot, version: current }) ? null : { slot, version: current };
}

/** Row 13: the standby was rotated: it becomes active, if it logs in. */
export const standbyRotated: Row = (observation) => {
  const record = unpausedRecord(observation);
  if (record === null || hasOneSecret(observation.strategy)) return null;
  const target = rolloutDue(observation, record);
  // Until its leak is over, row 12 decides about this user: one that may be locked out becomes active nowhere.
  if (target === null || record.compromised?.slot === target.slot) return null;
  return flipBarred(observation, '13') ?? flipTo(observation, '13', target, record, reject(record, target));
};

/**
 * Row 13, where there is one secret: tasks that start read what was rotated already. So it is verified whatever bars a
 * flip, and neither pause nor, where nobody else logs in any more (`single`), anything else keeps the rest waiting.
 */
export const secretRotated: Row = (observation) => {
  const record = settledRecord(observation);
  const { strategy } = observation;
  if (record === null || !hasOneSecret(strategy)) return null;
  const target = rolloutDue(observation, record);
  if (target === null) return null;
  // Whoever asked for this very rotation has it, although nobody saw it begin.
  const open = unhandled(observation);
  const asked = open?.request.kind === 'rotate' && open.request.token === target.version;
  const answered = asked ? answer(record, open.request.id, 'done') : record;
  const action = flipTo(observation, '13', target, answered, reject(answered, target));
  const begins = action.kind === 'write-record' && action.record.phase === 'rolling';
  return (begins && strategy === 'alternating' ? flipBarred(observation, '13') : null) ?? action;
};

/** Begins a rollout of a version that was verified; where it is refused, `declined` is what the record becomes. */
function flipTo(
  observation: Observation,
  row: string,
  target: SlotVersion,
  record: CredentialRecord,
  declined: CredentialRecord,
): Action {
  const verification = verificationOf(observation, target);
  if (verification === null) return { kind: 'verify', row, target };
  switch (verification.result) {
    case 'outage':
      return {
        kind: 'wait',
        row,
        reason: `the database cannot be asked whether ${target.slot} logs in: ${verification.detail}`,
        alarm: 'outage',
      };
    case 'refused':
    case 'unusable':
      return {
        kind: 'write-record',
        row,
        record: declined,
        why: `${target.slot} ${target.version} ${faultOf(verification)}`,
        alarm: 'rejected',
      };
    case 'accepted': {
      // With one user, nothing logs in any more but what is rolled out.
      const previous = observation.strategy === 'single' ? null : record.active;
      const rolling = roll(record, observation.now, names(observation), {
        phase: 'rolling',
        active: target,
        previous,
        reason: null,
      });
      return {
        kind: 'write-record',
        row,
        record: rolling,
        why: `${target.slot} was rotated and logs in: it becomes active`,
      };
    }
  }
}

/**
 * Row 14: a rotation that died is cleared, so that the next one may begin. With one user it may have set what is staged:
 * the record rolls first, so that the guard refuses a step that comes late, and row 4 asks which password it is.
 */
export const stalePending: Row = (observation) => {
  const { strategy } = observation;
  const record = strategy === 'single' ? settledRecord(observation) : unpausedRecord(observation);
  if (record === null) return null;
  const slot = rotatedSlot(strategy, record.active.slot);
  const { pending } = observation.slots[slot];
  if (pending === null || observation.now <= pending.since + observation.settings.rotation) return null;
  const target = { slot, version: pending.version };
  if (strategy === 'single')
    return rollAgain(observation, '14', record, 'a rotation died, and may have set its password');
  return {
    kind: 'unstage',
    row: '14',
    target,
    why: 'its rotation is long over',
  };
};

/** Row 15: the active slot was asked to rotate and refused: the standby is rotated in its stead. */
export const activePending: Row = (observation) => {
  const record = unpausedRecord(observation);
  if (record === null || hasOneSecret(observation.strategy)) return null;
  const { slot } = record.active;
  const standby = other(slot);
  const { pending } = observation.slots[slot];
  // A young one may be the test that Secrets Manager runs when a schedule is applied: an apply starts no rotation.
  if (pending === null || observation.now <= pending.since + observation.settings.rotation) return null;
  if (pending.standInMade) {
    return {
      kind: 'unstage',
      row: '15',
      target: { slot, version: pending.version },
      why: `${standby} is rotated in its stead`,
    };
  }
  if (observation.slots[standby].pending !== null) return null;
  const why = `a rotation of ${slot}, which is active, was refused`;
  return rotate(observation, '15', { slot: standby, token: pending.standIn, why });
};

/** Row 17: the sweep asks whether the active credential still logs in. */
export const activeRefused: Row = (observation) => {
  const record = settledRecord(observation);
  if (record === null || !observation.sweep) return null;
  // With one user, a rotation under way has given it another password: it ends, or row 14 ends it.
  if (observation.strategy === 'single' && observation.slots[record.active.slot].pending !== null)
    return null;
  const verification = verificationOf(observation, record.active);
  if (verification === null) return { kind: 'verify', row: '17', target: record.active };
  if (verification.result === 'accepted') return null;
  const { slot, version } = record.active;
  if (verification.result === 'outage') {
    return {
      kind: 'wait',
      row: '17',
      reason: `the database cannot be asked whether ${slot} logs in: ${verification.detail}`,
      alarm: 'outage',
    };
  }
  const reason = `the active credential ${slot} ${version} ${faultOf(verification)}; after a restore to an older state: reassert this version, then resume`;
  return {
    kind: 'write-record',
    row: '17',
    record: halt(record, observation.now, reason),
    why: reason,
    alarm: 'halted',
  };
};
