import type { ConsumerObservation, Deployment, Settings, Task } from './observation';
import type { ConsumerRecord, CredentialRecord } from './record';

const NOTHING: ConsumerRecord = { old: [], intendedAt: null, deployment: null, newSince: null };

/** One consumer, held against what the record noted of it at the flip. */
export interface ConsumerView {
  readonly consumer: ConsumerObservation;
  readonly noted: ConsumerRecord;
  readonly primary: Deployment | null;
  /** Deployments that exist since the flip. */
  readonly fresh: readonly Deployment[];
  /** Tasks that may hold the former credential. */
  readonly oldTasks: readonly Task[];
  /** Nothing there that needs a deployment. */
  readonly vacant: boolean;
  /** On a completed new deployment, or vacant. */
  readonly moved: boolean;
}

/** @param flippedAt when the publish was read back */
export function viewOf(
  consumer: ConsumerObservation,
  record: CredentialRecord,
  flippedAt: number,
  settings: Settings,
): ConsumerView {
  const noted = record.consumers[consumer.name] ?? NOTHING;
  // Its own clock tells ECS's deployments apart where ours cannot: somebody may deploy within the skew of the flip.
  const bound = Math.min(flippedAt + settings.skew, noted.newSince ?? Infinity);
  // Of the same millisecond, nobody knows which came first.
  const isOld = (id: string, createdAt: number) =>
    id !== noted.deployment && (noted.old.includes(id) || createdAt <= bound);
  const primary = consumer.deployments.find((deployment) => deployment.primary) ?? null;
  const fresh = consumer.deployments.filter((deployment) => !isOld(deployment.id, deployment.createdAt));
  const freshIds = new Set(fresh.map((deployment) => deployment.id));
  const oldTasks = consumer.tasks.filter(
    (task) => !freshIds.has(task.startedBy) && isOld(task.startedBy, task.createdAt),
  );
  const onFresh = primary !== null && fresh.includes(primary) && primary.state === 'completed';
  const vacant = (!consumer.exists || consumer.desiredCount === 0) && consumer.tasks.length === 0;
  return { consumer, noted, primary, fresh, oldTasks, vacant, moved: onFresh || vacant };
}

/**
 * Tasks that somebody started by hand or by a schedule, and that may hold the former credential. No deployment tells of
 * them: only their age does.
 */
export function oldStandalone(
  standalone: readonly Task[],
  flippedAt: number,
  { skew }: Settings,
): readonly Task[] {
  return standalone.filter((task) => task.createdAt <= flippedAt + skew);
}

/**
 * Why this consumer failed to move, or null.
 * A deployment that had failed before the flip is old and says nothing about the new credential.
 */
export function failureOf(
  view: ConsumerView,
  now: number,
  flippedAt: number,
  settings: Settings,
): string | null {
  const { consumer, noted, primary, fresh, moved } = view;
  const primaryIsFresh = primary !== null && fresh.includes(primary);
  if (primaryIsFresh && primary.state === 'failed')
    return `${consumer.name}: deployment ${primary.id} failed`;
  const visibleBy = (noted.intendedAt ?? flippedAt) + settings.visibility;
  if (noted.deployment !== null && primary !== null && !primaryIsFresh && now > visibleBy) {
    return `${consumer.name}: ECS rolled deployment ${noted.deployment} back to ${primary.id}`;
  }
  // Somebody's later deployment has the deadline of its own: it says nothing about the flip that others survived.
  const since = primaryIsFresh ? Math.max(flippedAt, primary.createdAt) : flippedAt;
  if (consumer.exists && !moved && now > since + settings.deadline)
    return `${consumer.name}: not on a completed new deployment by the deadline`;
  return null;
}
