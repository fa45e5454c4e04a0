import type { Row } from '../action';
import type { Observation, PersonRequest } from '../observation';
import { answer, isRejected, resume, type CredentialRecord } from '../record';

/** The request that waits for an answer, with the record that it is about. */
export function unhandled(
  observation: Observation,
): { readonly request: PersonRequest; readonly record: CredentialRecord } | null {
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
  const { request, record } = open;
  switch (request.kind) {
    case 'resume':
      return refusal('2', open, 'the credential is not halted');
    case 'revert':
      if (request.leaving !== record.active.version)
        return refusal('11', open, 'the version to leave is not active any more');
      if (record.phase === 'reverting') return refusal('11', open, 'a revert is under way');
      if (record.previous === null)
        return refusal('11', open, 'there is no previous credential to go back to');
      if (record.phase === 'rolling' && isRejected(record, record.previous)) {
        return refusal('11', open, 'the previous credential was rejected before');
      }
      break;
    case 'rotate':
      if (request.leaving !== record.active.version)
        return refusal('11', open, 'the version to leave is not active any more');
      break;
    case 'pause':
    case 'unpause':
      break;
  }
  if (record.paused && record.phase === 'settled')
    return refusal('11', open, 'the credential is paused: unpause it first');
  return null;
};

function refusal(
  row: string,
  open: { readonly request: PersonRequest; readonly record: CredentialRecord },
  because: string,
): ReturnType<Row> {
  const text = `refused: ${because}`;
  return {
    kind: 'write-record',
    row,
    record: answer(open.record, open.request.id, text),
    why: `request ${open.request.kind} ${text}`,
  };
}
