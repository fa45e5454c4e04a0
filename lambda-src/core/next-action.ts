import type { Action, Row } from './action';
import type { Observation } from './observation';
import { activeTooOld, formerSoaked } from './rows/aged';
import { leakedActive, leakedStandby, leakReported, replacementStale } from './rows/compromised';
import { flipUnfinished, recordMissing } from './rows/flip';
import { pauseRequested, pointlessRequest, resumeRequested } from './rows/requests';
import { canaryMoved, consumerNotMoving, revertFailed, rolloutEnding, rolloutFailed } from './rows/rollout';
import {
  activePending,
  activeRefused,
  consumerJoined,
  personAsked,
  publishedAstray,
  secretRotated,
  stalePending,
  standbyRotated,
} from './rows/settled';

/** The rows of the protocol, in the order in which they are tried. */
const ROWS: readonly Row[] = [
  recordMissing, // 1
  resumeRequested, // 2
  pauseRequested, // 3
  pointlessRequest, // 2 and 11, where nothing can come of them
  leakReported, // 12, the request: in every phase that goes on by itself
  flipUnfinished, // 4
  secretRotated, // 13, where there is one secret: what was rotated is read already, and is not astray
  publishedAstray, // 5
  rolloutFailed, // 6
  revertFailed, // 7
  canaryMoved, // 8
  consumerNotMoving, // 8
  rolloutEnding, // 9
  consumerJoined, // 10
  personAsked, // 11
  leakedStandby, // 12
  standbyRotated, // 13
  replacementStale, // 12: before row 14 takes off what it looks at
  activePending, // 15, first: what row 14 takes off is what shows that the standby was rotated in its stead
  stalePending, // 14
  leakedActive, // 12: what is under way comes first
  activeTooOld, // 16
  activeRefused, // 17, before the soak: as long as a session is open on the former user, that is all that a sweep comes to
  formerSoaked, // 16
];

/** The one thing to do next. Total and deterministic: the first row that applies decides. */
export function nextAction(observation: Observation): Action {
  for (const row of ROWS) {
    const action = row(observation);
    if (action !== null) return action;
  }
  const { record } = observation;
  const reason =
    record?.phase === 'halted' ? `halted: ${record.reason ?? 'no reason noted'}` : 'nothing to do';
  return { kind: 'wait', row: '-', reason };
}
