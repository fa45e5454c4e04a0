import { AwsError } from '../endpoint/seams';
import { clusterArn, shortName } from './arns';
import type { EcsContext } from './context';
import { findCluster, missingCluster, page } from './lookup';
import type { RequestOf } from './requests';
import type { ClusterRecord } from './state';
import { clusterView } from './views';

type Tagged = Record<string, unknown>;

/** CreateCluster: of an active cluster of that name, answers it as it is. */
export function createCluster(context: EcsContext, request: RequestOf<'CreateCluster'>): object {
  const { clusterName = 'default', tags = [], ...fields } = request;
  const known = context.state.clusters.get(clusterName);
  if (known?.status === 'ACTIVE') return { cluster: clusterView(context.state, known) };
  const cluster: ClusterRecord = {
    arn: clusterArn(context.place, clusterName),
    name: clusterName,
    status: 'ACTIVE',
    fields: { settings: [{ name: 'containerInsights', value: 'disabled' }], ...fields },
    tags,
  };
  context.state.clusters.set(clusterName, cluster);
  return { cluster: clusterView(context.state, cluster) };
}

/** UpdateCluster, UpdateClusterSettings, PutClusterCapacityProviders: what is given replaces what was. */
export function updateCluster(context: EcsContext, request: RequestOf<'UpdateCluster'>): object {
  const { cluster: name, ...fields } = request;
  const cluster = findCluster(context, name);
  cluster.fields = { ...cluster.fields, ...fields };
  return { cluster: clusterView(context.state, cluster) };
}

/** Which optional parts DescribeClusters includes on request. */
const optional: Readonly<Record<string, string>> = {
  TAGS: 'tags',
  SETTINGS: 'settings',
  CONFIGURATIONS: 'configuration',
  STATISTICS: 'statistics',
  ATTACHMENTS: 'attachments',
};

/** DescribeClusters: inactive clusters are answered as INACTIVE, unknown ones as failures. */
export function describeClusters(context: EcsContext, request: RequestOf<'DescribeClusters'>): object {
  const clusters: Tagged[] = [];
  const failures: object[] = [];
  for (const name of request.clusters ?? ['default']) {
    const cluster = context.state.clusters.get(shortName(name));
    if (cluster === undefined) {
      failures.push(missingCluster(context, name));
    } else {
      clusters.push(included(clusterView(context.state, cluster), request.include ?? []));
    }
  }
  return { clusters, failures };
}

function included(view: Tagged, include: readonly string[]): Tagged {
  const hidden = Object.entries(optional).filter(([option]) => !include.includes(option));
  const names = new Set(hidden.map(([, name]) => name));
  return Object.fromEntries(Object.entries(view).filter(([name]) => !names.has(name)));
}

/** DeleteCluster: refused while it has active services or tasks. */
export function deleteCluster(context: EcsContext, request: RequestOf<'DeleteCluster'>): object {
  const cluster = findCluster(context, request.cluster);
  const services = [...context.state.services.values()];
  if (services.some((service) => service.clusterArn === cluster.arn && service.status !== 'INACTIVE')) {
    throw new AwsError(
      'ClusterContainsServicesException',
      'The Cluster cannot be deleted while Services are active.',
    );
  }
  const tasks = [...context.state.tasks.values()];
  if (tasks.some((task) => task.clusterArn === cluster.arn && task.lastStatus !== 'STOPPED')) {
    throw new AwsError(
      'ClusterContainsTasksException',
      'The Cluster cannot be deleted while Tasks are active.',
    );
  }
  cluster.status = 'INACTIVE';
  return { cluster: clusterView(context.state, cluster) };
}

export function listClusters(context: EcsContext, request: RequestOf<'ListClusters'>): object {
  const active = [...context.state.clusters.values()].filter((cluster) => cluster.status === 'ACTIVE');
  const { items, ...rest } = page(active, request, 100);
  return { clusterArns: items.map((cluster) => cluster.arn), ...rest };
}
