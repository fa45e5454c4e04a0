import type { CredentialDocument } from '../contract/config-document';
import { deliveredBy } from '../contract/delivered';
import type { ConsumerObservation, Task } from '../core/observation';
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

/** Halted, or without a record, nothing is decided by what ECS says: then it is not asked. */
export async function observeConsumers(
  dependencies: OrchestratorDependencies,
  config: CredentialDocument,
  record: CredentialRecord | null,
  active: SecretDescription | null,
): Promise<Consumers> {
  if (record === null || record.phase === 'halted') return { observed: [], standalone: [], blockers: [] };
  const services = await dependencies.services.observe(config.consumers);
  const settled = record.phase === 'settled';
  return {
    ...(await withTasks(dependencies, config.consumers, services, record)),
    blockers: settled ? await blockersOf(dependencies, config, active, services) : [],
  };
}

/**
 * Tasks say whether an empty service is vacant, and, once every other one has moved, whether the former credential is
 * still in use. Before that they decide nothing, and fifty services would exhaust the quota of ListTasks at every look.
 */
async function withTasks(
  { services }: OrchestratorDependencies,
  names: readonly ConsumerName[],
  observed: readonly ObservedService[],
  record: CredentialRecord,
): Promise<Pick<Consumers, 'observed' | 'standalone'>> {
  const flipped = record.flippedAt !== null && record.phase !== 'settled';
  const allMoved = observed.every((service) => isEmpty(service) || mayHaveMoved(service, record));
  const consumers: ConsumerObservation[] = [];
  for (const [index, service] of observed.entries()) {
    const name = names[index];
    const asked = flipped && name !== undefined && (allMoved || isEmpty(service));
    consumers.push({ ...service.consumer, tasks: asked ? await services.tasks(name) : [] });
  }
  const standalone = flipped && allMoved ? await standaloneTasks(services, names, observed) : [];
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
  for (const { consumer, taskDefinition } of observed) {
    if (taskDefinition === null) continue;
    const values = await dependencies.services.valuesRead(taskDefinition);
    if (values.some((value) => delivered.isReadBy(value))) continue;
    blockers.push(`${consumer.name} runs ${taskDefinition}, which does not read ${delivered.name}`);
  }
  return blockers;
}
