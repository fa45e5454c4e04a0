import { ListClustersCommand, type ECSClient } from '@aws-sdk/client-ecs';
import { isDenied } from '../../lambda-src/adapters/aws/denied';
import type { EcsServices } from '../../lambda-src/adapters/aws/ecs';
import type { CredentialDocument } from '../../lambda-src/contract/config-document';
import { readNamesOf } from '../../lambda-src/contract/delivered';
import { fail, pass, warn, type Check } from '../../lambda-src/contract/preflight';
import { consumerKey } from '../../lambda-src/ports/services';
import type { Installation } from '../installation';

/** Who reads the credential, in one cluster, without being registered. */
type StrangersIn = (cluster: string) => Promise<readonly string[]>;

const ELSEWHERE = 'readers elsewhere';

/**
 * Services that read the credential and that nobody registered are not redeployed, and lose their login in time: they are
 * looked for in the consumers' clusters, as each look of the orchestrator does, and in every other one of account and region.
 */
export async function readerChecks(
  ecs: EcsServices,
  { prefix, clients }: Installation,
  config: CredentialDocument,
): Promise<Check[]> {
  const names = readNamesOf(prefix, config);
  const registered = new Set(config.consumers.map(consumerKey));
  const strangersIn: StrangersIn = async (cluster) =>
    ((await ecs.readersIn(cluster, names, () => true)) ?? [])
      .map(consumerKey)
      .filter((reader) => !registered.has(reader));
  const own = new Set(config.consumers.map(({ cluster }) => cluster));
  const checks: Check[] = [];
  for (const cluster of own) checks.push(strangersCheck(`readers in ${cluster}`, await strangersIn(cluster)));
  return [...checks, await checkElsewhere(clients.ecs, own, strangersIn)];
}

/** A person need not be allowed to see every cluster: what was not searched is told of. */
async function checkElsewhere(
  client: ECSClient,
  own: ReadonlySet<string>,
  strangersIn: StrangersIn,
): Promise<Check> {
  const clusters = await unlessDenied(() => clustersOf(client));
  if (clusters === null)
    return warn(ELSEWHERE, 'other clusters were not searched: you may not list them (ecs:ListClusters)');
  const others = clusters.filter((cluster) => !own.has(cluster));
  const found: string[] = [];
  const closed: string[] = [];
  for (const cluster of others) {
    const strangers = await unlessDenied(() => strangersIn(cluster));
    if (strangers === null) closed.push(cluster);
    else found.push(...strangers);
  }
  if (found.length > 0) return strangersCheck(ELSEWHERE, found);
  if (closed.length > 0)
    return warn(
      ELSEWHERE,
      `${closed.join(', ')} ${closed.length === 1 ? 'was' : 'were'} not searched: you may not look at services there`,
    );
  return pass(ELSEWHERE, `none that nobody registered in ${others.length} other cluster(s)`);
}

function strangersCheck(name: string, strangers: readonly string[]): Check {
  return strangers.length === 0
    ? pass(name, 'none that nobody registered')
    : fail(name, `${strangers.join(', ')} reads the credential and is not registered: add it to consumers`);
}

async function unlessDenied<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (!isDenied(error)) throw error;
    return null;
  }
}

/** By name. */
async function clustersOf(client: ECSClient): Promise<readonly string[]> {
  const names: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await client.send(new ListClustersCommand({ nextToken }));
    for (const arn of page.clusterArns ?? []) names.push(arn.slice(arn.lastIndexOf('/') + 1));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return names;
}
