import type { Action, Row } from '../action';
import type { Observation } from '../observation';
import { answer, isLeaked, isRejected, reject, type Compromised, type CredentialRecord } from '../record';
import { other, type Slot, type SlotVersion } from '../slot';
import { verificationOf } from './flip';
import { slotOfLeaked, unhandled } from './requests';
import { idleStandby, rotate, unpausedRecord } from './settled';

/** RotateSecret knows a token that was used, and would do nothing. */
const SUPERSEDED = 'its rotation was superseded, and is tried again';

/** Row 12, a person says that a password leaked: noted in any phase but halted, because nothing is reverted to it from then on. */
export const leakReported: Row = (observation) => {
  const open = unhandled(observation);
  if (open?.request.kind !== 'compromised' || open.record.phase === 'halted') return null;
  const { request, record } = open;
  const leaked = slotOfLeaked(observation, record, request.leaving);
  if (leaked === null) return null;
  const compromised = { ...leaked, reportedAt: observation.now, ended: false, attempts: 0 };
  // A former user that was locked out may log in again since: every rotation lets it in.
  const stale = record.retired?.slot === leaked.slot && leaked.slot !== record.active.slot;
  const retired = stale ? null : record.retired;
  return {
    kind: 'write-record',
    row: '12',
    record: answer({ ...record, compromised, retired }, request.id, 'done'),
    why: `the password of ${leaked.slot} ${leaked.version} leaked: it is taken out of use`,
  };
};

/** What row 12 is about: a leak that is noted while all is settled. */
function leakOf(observation: Observation): { record: CredentialRecord; leaked: Compromised } | null {
  const record = unpausedRecord(observation);
  const leaked = record?.compromised ?? null;
  return record === null || leaked === null ? null : { record, leaked };
}

/** Row 12, once nobody uses the leaked password: its user is locked out, its sessions are ended, and it gets a new one. */
export const leakedStandby: Row = (observation) => {
  const leak = leakOf(observation);
  if (leak === null || leak.leaked.slot === leak.record.active.slot) return null;
  const { record, leaked } = leak;
  const { current, pending } = observation.slots[leaked.slot];
  // A rotation under way decides it by itself; to ask meanwhile would be to ask again and again.
  const ended = current === leaked.version || pending !== null ? null : leakOver(observation, record, leaked);
  if (ended !== null) return ended;
  const target: SlotVersion = { slot: leaked.slot, version: leaked.version };
  if (record.retired?.slot !== leaked.slot || !record.retired.done)
    return {
      kind: 'retire',
      row: '12',
      target,
      why: 'its password leaked, and no consumer uses it any more',
    };
  if (!leaked.ended)
    return {
      kind: 'terminate',
      row: '12',
      target,
      why: 'they may have been opened with the leaked password',
    };
  return pending === null ? replace(observation, record, leaked) : null;
};

/** A new password for the locked out user. It is rejected beforehand: nothing is rolled out for it. */
function replace(
  { replacement, slots }: Observation,
  record: CredentialRecord,
  leaked: Compromised,
): Action | null {
  const { slot } = leaked;
  const { current, versions } = slots[slot];
  if (replacement === null || current === null) return null;
  if (versions.includes(replacement)) return anotherAttempt(record, leaked, SUPERSEDED);
  const target = { slot, version: replacement };
  if (isRejected(record, target))
    return { kind: 'rotate', row: '12', slot, token: replacement, why: 'its password leaked' };
  // The guard asks that what is current was rolled out or rejected; what somebody stored by hand meanwhile was neither.
  const cleared = current === record.seen[slot] ? record : reject(record, { slot, version: current });
  return {
    kind: 'write-record',
    row: '12',
    record: reject(cleared, target),
    why: `${slot} gets a password that is not rolled out`,
  };
}

/** Where the slot has another value: over if the server refuses the leaked password; null where it does not yet. */
function leakOver(observation: Observation, record: CredentialRecord, leaked: Compromised): Action | null {
  const { slot, version } = leaked;
  const { current, versions } = observation.slots[slot];
  if (current === null) return null;
  const rotated = current === observation.replacement;
  // Once its user is locked out, to be refused proves nothing: until the rotation that lets it in with another password.
  if (!rotated && record.retired?.slot === slot) return null;
  // A secret that was made again has nothing of that version to ask with. A user has one password: another one that logs in
  // says as much.
  const known = rotated || versions.includes(version);
  const target: SlotVersion = { slot, version: known ? version : current };
  const verification = verificationOf(observation, target);
  if (verification === null) return { kind: 'verify', row: '12', target };
  const { result, detail } = verification;
  if (result === 'outage')
    return {
      kind: 'wait',
      row: '12',
      reason: `the database cannot be asked whether the leaked password is refused: ${detail}`,
      alarm: 'outage',
    };
  if (result === (known ? 'refused' : 'accepted'))
    return over(record, slot, rotated ? current : null, detail);
  // Somebody gave it back to the user after the rotation: once more, with a token of its own.
  return rotated ? anotherAttempt(record, leaked, 'the leaked password logs in again') : null;
}

/** @param replacement what the user was given for it, which is not rolled out; null where that was somebody else's doing */
function over(record: CredentialRecord, slot: Slot, replacement: string | null, detail: string): Action {
  const { previous, seen, retired } = record;
  const given =
    replacement === null
      ? {}
      : { seen: { ...seen, [slot]: replacement }, retired: retired?.slot === slot ? null : retired };
  return {
    kind: 'write-record',
    row: '12',
    record: {
      ...record,
      compromised: null,
      previous: previous === null || isLeaked(record, previous) ? null : previous,
      ...given,
    },
    why: `the leaked password of ${slot} logs in nowhere: ${detail}`,
    evidence: 'replaced',
  };
}

function anotherAttempt(record: CredentialRecord, leaked: Compromised, why: string): Action {
  return {
    kind: 'write-record',
    row: '12',
    record: { ...record, compromised: { ...leaked, ended: false, attempts: leaked.attempts + 1 } },
    why,
  };
}

/** Row 12, where a rotation because of a leak died: before row 14 takes its label off, the next one gets another token. */
export const replacementStale: Row = (observation) => {
  const leak = leakOf(observation);
  if (leak === null) return null;
  const { record, leaked } = leak;
  const { pending } = observation.slots[other(record.active.slot)];
  if (pending === null) return null;
  if (pending.version !== observation.replacement) return null;
  if (observation.now <= pending.since + observation.settings.rotation) return null;
  return anotherAttempt(record, leaked, 'its rotation is long over, and is tried again');
};

/** Row 12, while the leaked password is the active one: the standby is rotated and rolled out, as always. */
export const leakedActive: Row = (observation) => {
  const leak = leakOf(observation);
  const { replacement } = observation;
  if (leak === null || replacement === null) return null;
  const { record, leaked } = leak;
  if (leaked.slot !== record.active.slot) return null;
  // One under way is rolled out as well; a slot without a value is filled by bootstrap.
  const standby = idleStandby(observation, record);
  if (standby === null) return null;
  const { slot } = standby;
  if (observation.slots[slot].versions.includes(replacement))
    return anotherAttempt(record, leaked, SUPERSEDED);
  const why = `the password of ${leaked.slot}, which is active, leaked`;
  return rotate(observation, '12', { slot, token: replacement, why });
};
