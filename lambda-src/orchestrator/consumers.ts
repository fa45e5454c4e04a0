import type { CredentialDocument } from '../contract/config-document';
import { deliveredBy } from '../contract/delivered';
import { viewOf } from '../core/deployments';
import type { ConsumerObservation, Settings, Task } from '../core/observation';
import type { CredentialRecord } from '../core/record';
import { hasOneSecret } from '../core/strategy';
import type { SecretDescription } from '../ports/secrets';
import type { ConsumerName, ObservedService, Services } from '../ports/services';
import type { OrchestratorDependencies } from './dependencies';

/** What ECS says of the consumers, as far as the phase asks for it. */
export interface Consumers {
  readonly observed: readonly ConsumerObservation[];
  /** Tasks of their task definitions that no service started; asked for where only they could be left. */
  readonly standalone: readonly Task[];
  /** Why no flip may begin; asked for only where one might. */
  readonly blockers: readonly string[];
}

/** When the consumers are looked at, and with which settings. */
export interface Moment {
  readonly now: number;
  readonly settings: Settings;
}

/** Halted, or without a record, nothing is decided by what ECS says: then it is not asked. */
export async function observeConsumers(
  dependencies: OrchestratorDependencies,
  config: CredentialDocument,
  record: CredentialRecord | null,
  active: SecretDescription | null,
  moment: Moment,
): Promise<Consumers> {
  if (record === null || record.phase === 'halted') return { observed: [], standalone: [], blockers: [] };
  const services = await dependencies.services.observe(config.consumers);
  const settled = record.phase === 'settled';
  return {
    ...(await withTasks(dependencies, config.consumers, services, record, moment)),
    blockers: settled ? await blockersOf(dependencies, config, active, services) : [],
  };
}

/**
 * Tasks say whether an empty service is vacant, and whether the former credential is still in use. Both are asked once every
 * other service has moved: before that they decide nothing, and would exhaust the quota of ListTasks at every look. What is
 * empty and not vacant still needs a deployment, so it is asked earlier where the deadline comes near, or where others wait
 * for it. Tasks that somebody started by hand are asked for last: while another one is old, all is waited for anyway.
 */
async function withTasks(
  { services }: OrchestratorDependencies,
  names: readonly ConsumerName[],
  observed: readonly ObservedService[],
  record: CredentialRecord,
  { now, settings }: Moment,
): Promise<Pick<Consumers, 'observed' | 'standalone'>> {
  const { flippedAt, phase } = record;
  if (flippedAt === null || phase === 'settled')
    return { observed: observed.map(({ consumer }) => ({ ...consumer, tasks: [] })), standalone: [] };
  const late = now > flippedAt + settings.deadline / 2;
  const allMoved = observed.every((service) => isEmpty(service) || mayHaveMoved(service, record));
  const consumers: ConsumerObservation[] = [];
  for (const [index, service] of observed.entries()) {
    const name = names[index];
    const isCanary = index === 0 && settings.bake !== null;
    const asked = name !== undefined && (allMoved || (isEmpty(service) && (late || isCanary)));
    consumers.push({ ...service.consumer, tasks: asked ? await services.tasks(name) : [] });
  }
  const isOldLeft = consumers.some(
    (consumer) => viewOf(consumer, record, flippedAt, settings).oldTasks.length > 0,
  );
  const standalone = allMoved && !isOldLeft ? await standaloneTasks(services, names, observed) : [];
  return { observed: consumers, standalone };
}

/** Of each task definition once, however many services of a cluster run it. */
async function standaloneTasks(
  services: Services,
  names: readonly ConsumerName[],
  observed: readonly ObservedService[],
): Promise<readonly Task[]> {
  const found = new Map<string, Task>();
  const asked = new Set<string>();
  for (const [index, { taskDefinition }] of observed.entries()) {
    const cluster = names[index]?.cluster;
    if (cluster === undefined || taskDefinition === null || asked.has(`${cluster} ${taskDefinition}`))
      continue;
    asked.add(`${cluster} ${taskDefinition}`);
    for (const task of await services.standaloneTasks(cluster, taskDefinition)) found.set(task.id, task);
  }
  return [...found.values()];
}

function isEmpty({ consumer }: ObservedService): boolean {
  return !consumer.exists || consumer.desiredCount === 0;
}

/** True of every service that has moved, and of some that have not: the decision is not taken here. */
function mayHaveMoved({ consumer }: ObservedService, record: CredentialRecord): boolean {
  const primary = consumer.deployments.find((deployment) => deployment.primary);
  const old = record.consumers[consumer.name]?.old ?? [];
  return primary?.state === 'completed' && !old.includes(primary.id);
}

/** What must be mended before any flip may begin. */
async function blockersOf(
  dependencies: OrchestratorDependencies,
  config: CredentialDocument,
  active: SecretDescription | null,
  observed: readonly ObservedService[],
): Promise<string[]> {
  const blockers =
    active?.rotationEnabled === true && !hasOneSecret(config.strategy)
      ? ['the active secret has rotation enabled: disable it, only blue and green are rotated']
      : [];
  const delivered = deliveredBy(dependencies.environment.prefix, config);
  for (const { consumer, taskDefinition, obstacle } of observed) {
    if (obstacle !== null) blockers.push(`${consumer.name} ${obstacle}`);
    if (taskDefinition === null) continue;
    const values = await dependencies.services.valuesRead(taskDefinition);
    const missing = delivered.missingFrom(values);
    if (missing.length === 0) continue;
    blockers.push(`${consumer.name} runs ${taskDefinition}, which does not read ${missing.join(' and ')}`);
  }
  return blockers;
}
