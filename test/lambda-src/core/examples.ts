import type {
  ConsumerObservation,
  Observation,
  PersonRequest,
  Verification,
} from '../../../lambda-src/core/observation';
import { firstRecord, type CredentialRecord } from '../../../lambda-src/core/record';
import type { SlotVersion } from '../../../lambda-src/core/slot';

/** What the examples call active and previous. */
export const BLUE: SlotVersion = { slot: 'blue', version: 'blue-1' };
export const GREEN: SlotVersion = { slot: 'green', version: 'green-1' };
export const WEB = 'main/web';
export const SKEW = 5;
export const VISIBILITY = 30;
export const DEADLINE = 1_000;

/** Settled on blue, with green to go back to. */
export function settled(change: Partial<CredentialRecord> = {}): CredentialRecord {
  const seen = { blue: BLUE.version, green: GREEN.version };
  return { ...firstRecord(0, 'settled', BLUE, seen, [WEB]), previous: GREEN, ...change };
}

/** Rolling from green to blue, the flip noted at 1,000 when deployment d1 ran. */
export function rolling(change: Partial<CredentialRecord> = {}): CredentialRecord {
  const consumers = { [WEB]: { old: ['d1'], intendedAt: null, deployment: null, newSince: null } };
  const seen = { blue: 'blue-0', green: GREEN.version };
  return settled({ phase: 'rolling', since: 900, seen, flippedAt: 1_000, consumers, ...change });
}

export function reverting(change: Partial<CredentialRecord> = {}): CredentialRecord {
  return rolling({ phase: 'reverting', rejected: [GREEN], reason: 'it failed', ...change });
}

/** The flip is not noted yet. */
export const unflipped = { flippedAt: null, consumers: settled().consumers };

/** Runs d1 with one task, as before the flip. */
export function service(change: Partial<ConsumerObservation> = {}): ConsumerObservation {
  return {
    name: WEB,
    exists: true,
    desiredCount: 1,
    deployments: [{ id: 'd1', primary: true, state: 'completed', createdAt: 0 }],
    tasks: [{ id: 't1', startedBy: 'd1', createdAt: 0 }],
    ...change,
  };
}

/** Moved: d2 completed, and its task is the only one. */
export function moved(change: Partial<ConsumerObservation> = {}): ConsumerObservation {
  return service({
    deployments: [{ id: 'd2', primary: true, state: 'completed', createdAt: 1_010 }],
    tasks: [{ id: 't2', startedBy: 'd2', createdAt: 1_011 }],
    ...change,
  });
}

/** Everything as the record says, and nothing to do. */
export function look(record: CredentialRecord | null, change: Partial<Observation> = {}): Observation {
  return {
    now: 1_100,
    sweep: false,
    strategy: 'dual-user',
    settings: {
      deadline: DEADLINE,
      drainAlarm: 2_000,
      skew: SKEW,
      visibility: VISIBILITY,
      rotation: 240,
      bake: null,
      lag: 0,
      soak: null,
    },
    record,
    revision: 7,
    activeValueExists: true,
    mirror: 'active',
    pointer: 'active',
    slots: {
      blue: { current: BLUE.version, pending: null, versions: [BLUE.version] },
      green: { current: GREEN.version, pending: null, versions: [GREEN.version] },
    },
    request: null,
    replacement: null,
    overdue: null,
    consumers: [service()],
    standalone: [],
    blockers: [],
    busyGroup: [],
    verification: null,
    ...change,
  };
}

export function verified(
  target: SlotVersion,
  result: Verification['result'] = 'accepted',
  revision = 7,
): Verification {
  return { target, revision, result, detail: 'as the server says' };
}

export function asks(kind: PersonRequest['kind'], leaving = BLUE.version): PersonRequest {
  return { id: 'r1', kind, leaving, token: 'token-of-r1' };
}

/** Green was rotated and has not been rolled out. */
export const greenRotated = {
  blue: { current: BLUE.version, pending: null, versions: [BLUE.version] },
  green: { current: 'green-2', pending: null, versions: ['green-2', GREEN.version] },
};
