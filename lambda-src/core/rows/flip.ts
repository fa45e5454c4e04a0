import type { Action, RecordWrite, Row } from '../action';
import type { Observation, Verification } from '../observation';
import { halt, isLeaked, isRejected, reject, roll, untouched, type CredentialRecord } from '../record';
import { sameSlotVersion, type SlotVersion } from '../slot';

/** The verification of this version, if it was made at this very revision of the record. */
export function verificationOf(observation: Observation, target: SlotVersion): Observation['verification'] {
  const { verification, revision } = observation;
  if (verification?.revision !== revision) return null;
  return sameSlotVersion(verification.target, target) ? verification : null;
}

/** Row 1: without a record that can be trusted nothing may move. */
export const recordMissing: Row = ({ record, slots, activeValueExists, now }) => {
  if (record === null) {
    const valuesExist = slots.blue.current !== null || slots.green.current !== null;
    return valuesExist
      ? {
          kind: 'wait',
          row: '1',
          reason: 'there are values but no readable record: restore it from its history, or bootstrap',
          alarm: 'no-record',
        }
      : { kind: 'wait', row: '1', reason: 'not bootstrapped yet' };
  }
  if (record.phase === 'halted' || activeValueExists) return null;
  const reason = `the active version ${record.active.version} of ${record.active.slot} exists no more; the active secret may still carry its value`;
  return { kind: 'write-record', row: '1', record: halt(record, now, reason), why: reason, alarm: 'halted' };
};

/** Row 4: publish what the record says, but only what logs in, verified after the record was written; then note the flip. */
export const flipUnfinished: Row = (observation) => {
  const { record, mirror, pointer } = observation;
  if (record === null || (record.phase !== 'rolling' && record.phase !== 'reverting')) return null;
  const published = mirror === 'active' && pointer === 'active';
  if (published && record.flippedAt !== null) return null;
  const restore = restoreFirst(record, record.active, '4');
  if (restore !== null) return restore;
  const forward = successorAnswered(observation, record);
  if (forward !== null) return forward;
  const verification = verificationOf(observation, record.active);
  if (verification === null) return { kind: 'verify', row: '4', target: record.active };
  switch (verification.result) {
    case 'outage':
      return outage(observation, record, verification.detail);
    case 'refused':
    case 'unusable':
      return refused(observation, record, faultOf(verification));
    case 'accepted':
      if (observation.strategy === 'single') {
        const unset = clearStaged(observation, record);
        if (unset !== null) return unset;
      }
      if (!published) return publishOrBeginAnew(observation, record);
      return {
        kind: 'write-record',
        row: '4',
        record: noteFlip(observation, record),
        why: 'published and read back: deployments that exist now are old',
      };
  }
};

/** A user that was locked out is let in before it is asked whether it logs in; null where it is not. */
export function restoreFirst(
  { retired }: CredentialRecord,
  { slot }: SlotVersion,
  row: string,
): Action | null {
  if (retired?.slot !== slot) return null;
  return { kind: 'restore', row, slot, why: 'it is to become active' };
}

/**
 * Where a noted flip was undone by somebody, what started meanwhile may have read another credential: the
 * flip is forgotten before the publish is repeated, so that a crash in between cannot make it look noted.
 */
function publishOrBeginAnew({ now, consumers }: Observation, record: CredentialRecord): Action {
  const { phase, active, previous, reason } = record;
  if (record.flippedAt === null) return { kind: 'publish', row: '4', target: active };
  const names = consumers.map((consumer) => consumer.name);
  return {
    kind: 'write-record',
    row: '4',
    record: roll(record, now, names, {
      phase: phase === 'reverting' ? phase : 'rolling',
      active,
      previous,
      reason,
    }),
    why: 'mirror or pointer was moved after the flip: it begins anew',
  };
}

function outage({ now, settings }: Observation, record: CredentialRecord, detail: string): Action {
  const overdue = now > record.since + settings.deadline;
  const reason = `the database cannot be asked whether ${record.active.slot} logs in: ${detail}`;
  return { kind: 'wait', row: '4', reason, ...(overdue ? { alarm: 'outage' as const } : {}) };
}

/** What is wrong with a version that is not to be published, in words that follow its name. */
export function faultOf({ result, detail }: Verification): string {
  return `${result === 'unusable' ? 'cannot be used' : 'does not log in'}: ${detail}`;
}

function refused(observation: Observation, record: CredentialRecord, fault: string): Action {
  const successor = successorOf(observation, record);
  if (successor !== null) return { kind: 'verify', row: '4', target: successor };
  const reason = `${record.active.slot} ${record.active.version} ${fault}`;
  if (record.phase === 'reverting') {
    return {
      kind: 'write-record',
      row: '4',
      record: halt(record, observation.now, reason),
      why: reason,
      alarm: 'halted',
    };
  }
  const action = goBack(observation, record, '4', reason);
  if (action.record.phase === 'halted' || !neverLeft(observation, record)) return action;
  // Who joined meanwhile was not part of any rollout: only what the record listed stays listed.
  const consumers = untouched(Object.keys(record.consumers));
  return { ...action, record: { ...action.record, phase: 'settled', consumers }, alarm: 'rejected' };
}

/**
 * With one user: what a rotation has set meanwhile, if one has. The password that it replaced logs in nowhere, so there is
 * only forward.
 */
function successorOf({ strategy, slots }: Observation, record: CredentialRecord): SlotVersion | null {
  if (strategy !== 'single') return null;
  const { slot } = record.active;
  const { current, pending } = slots[slot];
  const candidates = [current, pending?.version ?? null]
    .filter((version) => version !== null)
    .map((version) => ({ slot, version }));
  const isNew = (one: SlotVersion) => !sameSlotVersion(one, record.active) && !isRejected(record, one);
  return candidates.find(isNew) ?? null;
}

/** What came of asking for it, which is done only where the record's own version was refused at this revision. */
function successorAnswered(observation: Observation, record: CredentialRecord): Action | null {
  const active = successorOf(observation, record);
  const verification = active === null ? null : verificationOf(observation, active);
  if (active === null || verification === null) return null;
  const { now, consumers } = observation;
  const why = `${record.active.slot} ${record.active.version} logs in no more; ${active.version}: ${verification.detail}`;
  if (verification.result === 'outage') return outage(observation, record, verification.detail);
  if (verification.result === 'refused')
    return { kind: 'write-record', row: '4', record: reject(record, active), why, alarm: 'rejected' };
  const names = consumers.map((consumer) => consumer.name);
  const rolling = roll(record, now, names, { phase: 'rolling', active, previous: null, reason: null });
  return { kind: 'write-record', row: '4', record: reject(rolling, record.active), why };
}

/** The record's own version logs in, so what is staged was not set; the guard refuses it from now on. */
function clearStaged({ slots }: Observation, { active: { slot } }: CredentialRecord): Action | null {
  const { pending } = slots[slot];
  if (pending === null) return null;
  const target = { slot, version: pending.version };
  return { kind: 'unstage', row: '4', target, why: 'it was not set, and is refused while the record rolls' };
}

/**
 * Whether no task can hold the active version: it was not published since this roll began, nor before it
 * (rows 5 and 10 roll a version that the record had settled on).
 */
function neverLeft({ mirror, pointer }: Observation, { active, flippedAt, seen }: CredentialRecord): boolean {
  if (flippedAt !== null || seen[active.slot] === active.version) return false;
  return mirror === 'previous' && pointer === 'previous';
}

/** Deployments that exist now, just after the publish was read back, are old; so are later ones within the skew. */
function noteFlip({ now, consumers }: Observation, record: CredentialRecord): CredentialRecord {
  const noted = consumers.map((consumer) => [
    consumer.name,
    {
      old: consumer.deployments.map((deployment) => deployment.id),
      intendedAt: null,
      deployment: null,
      newSince: null,
    },
  ]);
  return { ...record, flippedAt: now, consumers: Object.fromEntries(noted) as CredentialRecord['consumers'] };
}

/** What a rollout goes back to, or why there is nothing. */
function wayBack(record: CredentialRecord): SlotVersion | string {
  const { previous } = record;
  if (previous === null) return 'there is no previous credential';
  if (isLeaked(record, previous)) return 'the password of the previous credential leaked';
  return isRejected(record, previous) ? 'the previous credential was rejected before' : previous;
}

/** Swaps back to the previous credential and rejects the one that failed; halts where there is none to go back to. */
export function goBack(
  observation: Observation,
  record: CredentialRecord,
  row: string,
  reason: string,
): RecordWrite {
  const { active } = record;
  const { now } = observation;
  const previous = wayBack(record);
  if (typeof previous === 'string') {
    const why = `${reason}; and ${previous}: a person must decide`;
    return { kind: 'write-record', row, record: halt(record, now, why), why, alarm: 'halted' };
  }
  const names = observation.consumers.map((consumer) => consumer.name);
  const swapped = roll(record, now, names, {
    phase: 'reverting',
    active: previous,
    previous: active,
    reason,
  });
  return { kind: 'write-record', row, record: reject(swapped, active), why: reason, alarm: 'reverted' };
}
