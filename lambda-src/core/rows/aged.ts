import type { Row } from '../action';
import { idleStandby, rotate, unpausedRecord } from './settled';

/** Row 16: the active password is too old, whatever the calendar brings: the standby is rotated, and rolled out as always. */
export const activeTooOld: Row = (observation) => {
  const record = unpausedRecord(observation);
  const { overdue } = observation;
  if (record === null || overdue === null || record.compromised !== null) return null;
  // What was just reverted from would be rolled out again: a person, or the calendar, decides.
  if (record.reason !== null) return null;
  const standby = idleStandby(observation, record);
  if (standby === null) return null;
  const why = `the active password of ${record.active.slot} is older than maxAgeDays`;
  return rotate(observation, '16', { slot: standby.slot, token: overdue, why });
};

/** Row 16: once the soak is over, a former user that nothing uses may not log in any more. */
export const formerSoaked: Row = (observation) => {
  const record = unpausedRecord(observation);
  const { now, sweep, settings } = observation;
  if (record === null || settings.soak === null || !sweep) return null;
  if (record.previous === null || record.compromised !== null) return null;
  const standby = idleStandby(observation, record);
  if (standby === null || (record.retired?.slot === standby.slot && record.retired.done)) return null;
  if (now <= record.since + settings.soak) return null;
  return {
    kind: 'retire',
    row: '16',
    target: standby,
    why: 'nothing uses it since the last rollout',
  };
};
