import { AwsError } from '../endpoint/seams';
import { clusterArn, serviceArn, shortName, taskArn } from './arns';
import type { EcsContext } from './context';
import type { ClusterRecord, ServiceRecord, TaskDefinitionRecord, TaskRecord } from './state';

/** @throws AwsError ClusterNotFoundException where it is missing or inactive */
export function findCluster(context: EcsContext, nameOrArn = 'default'): ClusterRecord {
  const cluster = context.state.clusters.get(shortName(nameOrArn));
  if (cluster?.status !== 'ACTIVE') {
    throw new AwsError('ClusterNotFoundException', 'Cluster not found.');
  }
  return cluster;
}

/** A service by name or ARN, inactive ones included. */
export function lookUpService(
  context: EcsContext,
  cluster: ClusterRecord,
  nameOrArn: string,
): ServiceRecord | undefined {
  return context.state.services.get(serviceArn(context.place, cluster.name, shortName(nameOrArn)));
}

/** @throws AwsError ServiceNotFoundException */
export function findService(context: EcsContext, cluster: ClusterRecord, nameOrArn: string): ServiceRecord {
  const service = lookUpService(context, cluster, nameOrArn);
  if (service === undefined) throw new AwsError('ServiceNotFoundException', 'Service not found.');
  return service;
}

/** A task by id or ARN. */
export function lookUpTask(
  context: EcsContext,
  cluster: ClusterRecord,
  idOrArn: string,
): TaskRecord | undefined {
  return context.state.tasks.get(taskArn(context.place, cluster.name, shortName(idOrArn)));
}

/**
 * A task definition by `family` (its latest active revision), `family:revision` or ARN.
 * @throws AwsError ClientException where there is none
 */
export function findTaskDefinition(context: EcsContext, reference: string): TaskDefinitionRecord {
  const [family, revision] = shortName(reference).split(':');
  const known = [...context.state.taskDefinitions.values()].filter(
    (candidate) => candidate.family === family,
  );
  const found =
    revision === undefined
      ? known.filter((candidate) => candidate.status === 'ACTIVE').at(-1)
      : known.find((candidate) => String(candidate.revision) === revision);
  if (found === undefined) throw new AwsError('ClientException', 'Unable to describe task definition.');
  return found;
}

/**
 * The same, for something that is to run it.
 * @throws AwsError ClientException also where it is inactive
 */
export function findRunnableTaskDefinition(context: EcsContext, reference: string): TaskDefinitionRecord {
  const [family, revision] = shortName(reference).split(':');
  const known = [...context.state.taskDefinitions.values()].filter(
    (candidate) => candidate.family === family,
  );
  const active = known.filter((candidate) => candidate.status === 'ACTIVE');
  const found =
    revision === undefined
      ? active.at(-1)
      : active.find((candidate) => String(candidate.revision) === revision);
  if (found !== undefined) return found;
  const inactive =
    revision !== undefined && known.some((candidate) => String(candidate.revision) === revision);
  throw new AwsError(
    'ClientException',
    inactive ? 'TaskDefinition is inactive' : 'TaskDefinition not found.',
  );
}

/** What is answered for something that does not exist. */
export function missing(arn: string): { arn: string; reason: string } {
  return { arn, reason: 'MISSING' };
}

export function missingCluster(context: EcsContext, nameOrArn: string): { arn: string; reason: string } {
  return missing(clusterArn(context.place, shortName(nameOrArn)));
}

/** One page of a list; the token is the place of the next item. */
export function page<Item>(
  items: readonly Item[],
  request: { readonly maxResults?: number | undefined; readonly nextToken?: string | undefined },
  defaultSize: number,
): { items: Item[]; nextToken?: string } {
  const from =
    request.nextToken === undefined ? 0 : Number(Buffer.from(request.nextToken, 'base64').toString());
  if (!Number.isInteger(from) || from < 0) {
    throw new AwsError('InvalidParameterException', 'Invalid token.');
  }
  const to = from + Math.min(request.maxResults ?? defaultSize, 100);
  const rest = to < items.length ? { nextToken: Buffer.from(String(to)).toString('base64') } : {};
  return { items: items.slice(from, to), ...rest };
}
