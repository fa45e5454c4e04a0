import type { CredentialDocument } from '../contract/config-document';
import { readNamesOf } from '../contract/delivered';
import type { OrchestratorMetric } from '../contract/metrics';
import { consumerKey } from '../ports/services';
import type { OrchestratorDependencies } from './dependencies';

/**
 * Services in the consumers' clusters whose task definitions name one of the credential's secrets, and that nobody
 * registered: they are not redeployed, and lose their login at a rotation to come.
 * @param mayGoOn false ends the search: of a large cluster it goes on at the next sweep
 * @returns `cluster/service`; null where ECS could not be asked, which is counted, or not to the end: it stops nothing, for nothing
 * is decided by it
 */
export async function unregisteredConsumers(
  { services, telemetry, environment }: OrchestratorDependencies,
  config: CredentialDocument,
  mayGoOn: () => boolean,
): Promise<readonly string[] | null> {
  const registered = new Set(config.consumers.map(consumerKey));
  const found: string[] = [];
  try {
    for (const cluster of new Set(config.consumers.map(({ cluster }) => cluster))) {
      const readers = await services.readersIn(cluster, readNamesOf(environment.prefix, config), mayGoOn);
      if (readers === null) {
        telemetry.info('out of time to search the clusters for unregistered consumers', { cluster });
        return null;
      }
      found.push(...readers.map(consumerKey));
    }
  } catch (error) {
    telemetry.error('the clusters could not be searched for unregistered consumers', error);
    telemetry.count('LookFailed' satisfies OrchestratorMetric, config.credential);
    return null;
  }
  return found.filter((name) => !registered.has(name));
}
