import type { Row } from '../action';
import type { Observation, PersonRequest } from '../observation';
import { answer, isLeaked, isRejected, resume, type CredentialRecord } from '../record';
import { other, type SlotVersion } from '../slot';
import { hasOneSecret } from '../strategy';
import { barredBy } from './barred';

interface OpenRequest {
  readonly request: PersonRequest;
  readonly record: CredentialRecord;
}

/** The request that waits for an answer, with the record that it is about. */
export function unhandled(observation: Observation): OpenRequest | null {
  const { record, request } = observation;
  if (record === null || request === null) return null;
  if (record.handled.some((handled) => handled.id === request.id)) return null;
  return { request, record };
}

/** Row 2: a halted credential goes on where it stopped, when a person says so. */
export const resumeRequested: Row = (observation) => {
  const open = unhandled(observation);
  if (open?.record.phase !== 'halted') return null;
  const { request, record } = open;
  if (request.kind === 'resume') {
    return {
      kind: 'write-record',
      row: '2',
      record: answer(resume(record, observation.now), request.id, 'done'),
      why: 'a person resumed it',
    };
  }
  return refusal('2', open, 'the credential is halted: resume it first');
};

/** Row 3: pause and unpause are a flag that the guard and rows 10 to 16 honour. */
export const pauseRequested: Row = (observation) => {
  const open = unhandled(observation);
  if (open === null) return null;
  const { request, record } = open;
  if (request.kind !== 'pause' && request.kind !== 'unpause') return null;
  const paused = request.kind === 'pause';
  return {
    kind: 'write-record',
    row: '3',
    record: answer({ ...record, paused }, request.id, 'done'),
    why: paused ? 'a person paused it' : 'a person unpaused it',
  };
};

/**
 * A request that can have no effect is answered at once, in words: the command line never writes over
 * an unanswered one, so leaving it open would lock everybody out.
 */
export const pointlessRequest: Row = (observation) => {
  const open = unhandled(observation);
  if (open === null) return null;
  const because = pointlessness(observation, open);
  return because === null ? null : refusal('11', open, because);
};

function pointlessness(observation: Observation, { request, record }: OpenRequest): string | null {
  const { kind, leaving } = request;
  if (kind === 'resume') return 'the credential is not halted';
  if (kind === 'compromised') return pointlessLeak(observation, record, leaving);
  if (kind !== 'revert' && kind !== 'rotate') return null;
  if (leaving !== record.active.version) return 'the version to leave is not active any more';
  if (kind === 'revert' && record.previous === null) return 'there is no previous credential to go back to';
  if (kind === 'revert' && record.previous !== null && isLeaked(record, record.previous))
    return 'the password of the previous credential leaked';
  if (record.phase === 'settled') {
    return record.paused ? 'the credential is paused: unpause it first' : barredBy(observation);
  }
  if (kind === 'rotate') return `the credential is ${record.phase}: ask again when it is settled`;
  if (record.phase === 'reverting') return 'a revert is under way';
  return record.previous !== null && isRejected(record, record.previous)
    ? 'the previous credential was rejected before'
    : null;
}

/** Whose password this version is; null where no user has it any more. */
export function slotOfLeaked(
  { slots }: Observation,
  record: CredentialRecord,
  version: string,
): SlotVersion | null {
  const { active } = record;
  if (active.version === version) return active;
  const slot = other(active.slot);
  return slots[slot].current === version ? { slot, version } : null;
}

function pointlessLeak(observation: Observation, record: CredentialRecord, version: string): string | null {
  const { paused, compromised } = record;
  if (hasOneSecret(observation.strategy))
    return 'the strategy has one secret, and the sequence for a leaked password is that of dual-user: rotate instead';
  if (paused) return 'the credential is paused: unpause it first';
  if (compromised !== null)
    return `the leaked password of ${compromised.slot} is being taken out of use already`;
  return slotOfLeaked(observation, record, version) === null
    ? 'no user has the password of this version any more'
    : null;
}

function refusal(row: string, open: OpenRequest, because: string): ReturnType<Row> {
  const text = `refused: ${because}`;
  return {
    kind: 'write-record',
    row,
    record: answer(open.record, open.request.id, text),
    why: `request ${open.request.kind} ${text}`,
  };
}
