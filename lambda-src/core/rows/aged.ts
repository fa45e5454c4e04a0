import type { Row } from '../action';
import { other } from '../slot';
import { flipBarred, rolloutDue, unpausedRecord } from './settled';

/** Row 16: the active password is too old, whatever the calendar brings: the standby is rotated, and rolled out as always. */
export const activeTooOld: Row = (observation) => {
  const record = unpausedRecord(observation);
  const { overdue } = observation;
  if (record === null || overdue === null || record.compromised !== null) return null;
  // What was just reverted from would be rolled out again: a person, or the calendar, decides.
  if (record.reason !== null) return null;
  const slot = other(record.active.slot);
  const { pending, current } = observation.slots[slot];
  if (pending !== null || current === null || rolloutDue(observation, record) !== null) return null;
  return (
    flipBarred(observation, '16') ?? {
      kind: 'rotate',
      row: '16',
      slot,
      token: overdue,
      why: `the active password of ${record.active.slot} is older than maxAgeDays`,
    }
  );
};

/** Row 16: once the soak is over, a former user that nothing uses may not log in any more. */
export const formerSoaked: Row = (observation) => {
  const record = unpausedRecord(observation);
  const { now, sweep, settings, slots } = observation;
  if (record === null || settings.soak === null || !sweep) return null;
  if (record.previous === null || record.compromised !== null) return null;
  const slot = other(record.active.slot);
  if (record.retired?.slot === slot && record.retired.done) return null;
  const { pending, current } = slots[slot];
  if (pending !== null || current === null || rolloutDue(observation, record) !== null) return null;
  if (now <= record.since + settings.soak) return null;
  return {
    kind: 'retire',
    row: '16',
    target: { slot, version: current },
    why: 'nothing uses it since the last rollout',
  };
};
