import type { Action, Row } from '../action';
import { turnOf } from '../canary';
import { failureOf, oldStandalone, viewOf, type ConsumerView } from '../deployments';
import type { Deployment, Observation } from '../observation';
import { answer, halt, settle, withConsumer, type CredentialRecord } from '../record';
import { goBack } from './flip';
import { unhandled } from './requests';

/** One consumer, and when its turn to move began; in the future while the canary bakes. */
interface Moving extends ConsumerView {
  readonly turn: number;
}

interface Rollout {
  readonly record: CredentialRecord;
  readonly flippedAt: number;
  readonly views: readonly Moving[];
  readonly failures: readonly string[];
}

/** The rollout as it stands after its flip; null where there is none. */
function rolloutOf(observation: Observation): Rollout | null {
  const { record, consumers, settings, now } = observation;
  if (record === null || (record.phase !== 'rolling' && record.phase !== 'reverting')) return null;
  const { flippedAt } = record;
  if (flippedAt === null) return null;
  const views = consumers.map((consumer, place) => ({
    ...viewOf(consumer, record, flippedAt, settings),
    turn: turnOf(place, { record, flippedAt, settings }),
  }));
  const failures = views.flatMap((view) => failureOf(view, now, view.turn, settings) ?? []);
  return { record, flippedAt, views, failures };
}

/** Row 6: a rollout that fails, or that a person calls back, reverts. */
export const rolloutFailed: Row = (observation) => {
  const rollout = rolloutOf(observation);
  if (rollout?.record.phase !== 'rolling') return null;
  const { record, failures } = rollout;
  if (failures.length > 0) return goBack(observation, record, '6', failures.join('; '));
  const open = unhandled(observation);
  if (open?.request.kind !== 'revert') return null;
  return goBack(observation, answer(record, open.request.id, 'done'), '6', 'a person asked for the revert');
};

/** Row 7: a revert that fails the same way needs a person. */
export const revertFailed: Row = (observation) => {
  const rollout = rolloutOf(observation);
  if (rollout?.record.phase !== 'reverting' || rollout.failures.length === 0) return null;
  const reason = `while reverting: ${rollout.failures.join('; ')}`;
  return {
    kind: 'write-record',
    row: '7',
    record: halt(rollout.record, observation.now, reason),
    why: reason,
    alarm: 'halted',
  };
};

/**
 * Row 8: every consumer gets exactly one new deployment: somebody else's if there is one, else a forced one. One that has to
 * wait keeps none of the others waiting, nor does one whose deployment was intended and has not come about.
 */
export const consumerNotMoving: Row = (observation) => {
  const rollout = rolloutOf(observation);
  if (rollout === null) return null;
  const { record, views } = rollout;
  const untried = views.filter(({ noted }) => noted.intendedAt === null);
  const tried = views.filter(({ noted }) => noted.intendedAt !== null);
  const actions = [...untried, ...tried].flatMap((view) => startMoving(view, record, observation) ?? []);
  return actions.find(({ kind }) => kind !== 'wait') ?? actions[0] ?? null;
};

/** Row 8: that the canary has moved is noted: from then on it bakes. */
export const canaryMoved: Row = (observation) => {
  const rollout = rolloutOf(observation);
  const [canary] = rollout?.views ?? [];
  if (rollout?.record.phase !== 'rolling' || observation.settings.bake === null) return null;
  if (rollout.record.canaryMovedAt !== null || canary?.moved !== true) return null;
  return {
    kind: 'write-record',
    row: '8',
    record: { ...rollout.record, canaryMovedAt: observation.now },
    why: `${canary.consumer.name}, the canary, has moved: it is watched before the others follow`,
  };
};

function startMoving(view: Moving, record: CredentialRecord, observation: Observation): Action | null {
  const { consumer, noted, primary, fresh, turn } = view;
  const { now, settings } = observation;
  const onFresh = primary !== null && fresh.includes(primary);
  if (noted.deployment !== null) return null;
  if (onFresh) return adopt(record, view, primary, now);
  if (view.moved || !consumer.exists || now < turn) return null;
  if (noted.intendedAt === null) {
    return (
      waitForEarlier(view, record, observation) ?? {
        kind: 'force-deployment',
        row: '8',
        consumer: consumer.name,
      }
    );
  }
  if (now <= noted.intendedAt + settings.visibility) {
    return {
      kind: 'wait',
      row: '8',
      reason: `${consumer.name}: a deployment was intended; waiting until it would be visible`,
    };
  }
  // What ECS has rolled back meanwhile was ours all the same: forcing again would hide the failure.
  const appeared = fresh[0];
  return appeared === undefined
    ? { kind: 'force-deployment', row: '8', consumer: consumer.name }
    : adopt(record, view, appeared, now);
}

/**
 * A deployment that somebody else has under way is waited for, at most half the deadline: forcing one on top would
 * take the blame for its failure. A revert waits for nothing.
 */
function waitForEarlier(
  { consumer, primary, turn }: Moving,
  record: CredentialRecord,
  { strategy, now, settings }: Observation,
): Action | null {
  // With one user, every moment before the restart is one in which nothing logs in.
  if (strategy === 'single') return null;
  if (record.phase !== 'rolling' || primary?.state !== 'in-progress') return null;
  if (now > turn + settings.deadline / 2) return null;
  return {
    kind: 'wait',
    row: '8',
    reason: `${consumer.name}: waiting for deployment ${primary.id}, which was under way before the flip`,
  };
}

function adopt(
  record: CredentialRecord,
  { consumer, noted }: ConsumerView,
  { id, createdAt }: Deployment,
  now: number,
): Action {
  const change = { deployment: id, newSince: createdAt, intendedAt: noted.intendedAt ?? now };
  return {
    kind: 'write-record',
    row: '8',
    record: withConsumer(record, consumer.name, change),
    why: `${consumer.name}: deployment ${id} adopted`,
  };
}

function deploying(moving: readonly Moving[], now: number): string {
  const named = (of: readonly Moving[]) => of.map(({ consumer }) => consumer.name).join(', ');
  const later = moving.filter(({ turn }) => now < turn);
  const begun = moving.filter(({ turn }) => now >= turn);
  return [
    ...(begun.length > 0 ? [`deploying: ${named(begun)}`] : []),
    ...(later.length > 0 ? [`waiting for the canary: ${named(later)}`] : []),
  ].join('; ');
}

/** Row 9: settled only when every consumer is on the new credential and nothing that holds the former one is left. */
export const rolloutEnding: Row = (observation) => {
  const rollout = rolloutOf(observation);
  if (rollout === null) return null;
  const { record, flippedAt, views } = rollout;
  const { now, settings } = observation;
  const moving = views.filter((view) => !view.moved);
  if (moving.length > 0) return { kind: 'wait', row: '9', reason: deploying(moving, now) };
  const old = [
    ...views.flatMap((view) => view.oldTasks.map((task) => `${view.consumer.name} task ${task.id}`)),
    ...oldStandalone(observation.standalone, flippedAt, settings).map(({ id }) => `standalone task ${id}`),
  ];
  if (old.length > 0) {
    const overdue = now > flippedAt + settings.drainAlarm;
    return {
      kind: 'wait',
      row: '9',
      reason: `still on the former credential: ${old.join(', ')}`,
      ...(overdue ? { alarm: 'drain-overdue' as const } : {}),
    };
  }
  // A reader that asks just before the flip keeps the former credential for as long as its cache does.
  if (settings.lag > 0 && now <= flippedAt + settings.skew + settings.lag)
    return { kind: 'wait', row: '9', reason: 'readers may still have the former credential in their caches' };
  // A picture from before the flip could hide a task that read the former credential, somebody's own of any consumer.
  if (now <= flippedAt + settings.visibility) {
    const vacant = views.filter((view) => view.vacant).map((view) => view.consumer.name);
    const where = vacant.length > 0 ? `: ${vacant.join(', ')}` : '';
    return { kind: 'wait', row: '9', reason: `no old task seen; waiting until one would be visible${where}` };
  }
  const missing = views.filter((view) => !view.consumer.exists).map((view) => view.consumer.name);
  const reverted = record.phase === 'reverting';
  const why = reverted
    ? 'every consumer is back on the previous credential'
    : 'every consumer is on the new credential';
  return {
    kind: 'write-record',
    row: '9',
    record: settle(record, now),
    why: missing.length > 0 ? `${why}; not found and counted as moved: ${missing.join(', ')}` : why,
    ...(reverted
      ? { alarm: 'reverted' as const }
      : missing.length > 0
        ? { alarm: 'consumer-missing' as const }
        : {}),
    evidence: reverted ? 'reverted' : 'adopted',
  };
};
