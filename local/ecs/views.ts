import { containerArn, shortName } from './arns';
import type { EcsContext } from './context';
import { shiftingOf } from './service-fields';
import { isSteady } from './task-sets';
import {
  isOfCodeDeploy,
  tasksOf,
  type ClusterRecord,
  type DeploymentRecord,
  type EcsState,
  type ServiceRecord,
  type TaskDefinitionRecord,
  type TaskRecord,
} from './state';

/** How a time is written: AWS JSON has epoch seconds, events have ISO 8601. */
export type TimeFormat = (ms: number) => number | string;

export const epochSeconds: TimeFormat = (ms) => ms / 1000;

/** A named time, or nothing where there is none yet: AWS leaves such fields out. */
export function times(
  format: TimeFormat,
  values: Readonly<Record<string, number | undefined>>,
): Record<string, unknown> {
  const present = Object.entries(values).filter((entry): entry is [string, number] => entry[1] !== undefined);
  return Object.fromEntries(present.map(([name, ms]) => [name, format(ms)]));
}

export const isPending = (task: TaskRecord): boolean =>
  task.desiredStatus === 'RUNNING' && (task.lastStatus === 'PROVISIONING' || task.lastStatus === 'PENDING');

export const isRunning = (task: TaskRecord): boolean => task.lastStatus === 'RUNNING';

/** A task as DescribeTasks and the task events give it; tags are left out. */
export function taskView(
  context: Pick<EcsContext, 'place'>,
  task: TaskRecord,
  format: TimeFormat = epochSeconds,
): Record<string, unknown> {
  const { fields } = task.taskDefinition;
  return {
    attachments: [],
    attributes: [],
    availabilityZone: `${context.place.region}a`,
    clusterArn: task.clusterArn,
    connectivity: 'CONNECTED',
    containers: containersView(context, task),
    cpu: fields['cpu'] ?? '256',
    memory: fields['memory'] ?? '512',
    ...task.fields,
    desiredStatus: task.desiredStatus,
    group: task.group,
    healthStatus: task.healthStatus,
    lastStatus: task.lastStatus,
    taskArn: task.arn,
    taskDefinitionArn: task.taskDefinition.arn,
    version: task.version,
    ...(task.startedBy === undefined ? {} : { startedBy: task.startedBy }),
    ...(task.stopCode === undefined ? {} : { stopCode: task.stopCode }),
    ...(task.stoppedReason === undefined ? {} : { stoppedReason: task.stoppedReason }),
    ...times(format, {
      createdAt: task.createdAt,
      pullStartedAt: task.pullStartedAt,
      pullStoppedAt: task.pullStoppedAt,
      startedAt: task.startedAt,
      stoppingAt: task.stoppingAt,
      executionStoppedAt: task.executionStoppedAt,
      stoppedAt: task.stoppedAt,
    }),
  };
}

function containersView(context: Pick<EcsContext, 'place'>, task: TaskRecord): object[] {
  return task.taskDefinition.containers.map((container) => ({
    containerArn: containerArn(context.place, shortName(task.clusterArn), task.id, container.name),
    taskArn: task.arn,
    name: container.name,
    image: container.image,
    runtimeId: `${task.id}-${container.name}`,
    lastStatus: containerStatus(task),
    networkBindings: [],
    networkInterfaces: interfacesOf(task),
    healthStatus: task.healthStatus,
    ...(container.name === task.container.name && task.exitCode !== undefined
      ? { exitCode: task.exitCode }
      : {}),
  }));
}

/** With awsvpc a task has an address of its own; here all tasks are processes of one machine and share its. */
function interfacesOf(task: TaskRecord): object[] {
  return task.taskDefinition.fields['networkMode'] === 'awsvpc' && task.startedAt !== undefined
    ? [{ attachmentId: task.id, privateIpv4Address: '127.0.0.1' }]
    : [];
}

function containerStatus(task: TaskRecord): 'PENDING' | 'RUNNING' | 'STOPPED' {
  if (task.executionStoppedAt !== undefined || task.stoppedAt !== undefined) return 'STOPPED';
  return task.startedAt === undefined ? 'PENDING' : 'RUNNING';
}

function deploymentView(
  service: ServiceRecord,
  deployment: DeploymentRecord,
  tasks: readonly TaskRecord[],
): Record<string, unknown> {
  const own = tasks.filter((task) => task.deploymentId === deployment.id);
  const kept = [
    'capacityProviderStrategy',
    'launchType',
    'platformVersion',
    'platformFamily',
    'networkConfiguration',
  ];
  // "Only returned for services that use the rolling update deployment type": API reference, Deployment.rolloutState.
  const { rolloutState, rolloutStateReason } = deployment;
  const rollout = shiftingOf(service) === null ? { rolloutState, rolloutStateReason } : {};
  const newer = ['serviceConnectConfiguration', 'volumeConfigurations', 'vpcLatticeConfigurations'];
  return {
    id: deployment.id,
    status: deployment.status,
    taskDefinition: deployment.taskDefinition.arn,
    desiredCount: deployment.desiredCount,
    pendingCount: own.filter(isPending).length,
    runningCount: own.filter(isRunning).length,
    failedTasks: deployment.failedTasks,
    createdAt: epochSeconds(deployment.createdAt),
    updatedAt: epochSeconds(deployment.updatedAt),
    ...rollout,
    ...Object.fromEntries(
      [...kept, ...newer].flatMap((name) =>
        name in deployment.fields ? [[name, deployment.fields[name]]] : [],
      ),
    ),
  };
}

/** CodeDeploy's services have task sets, others deployments. */
function deploymentViews(service: ServiceRecord, tasks: readonly TaskRecord[]): Record<string, unknown> {
  if (isOfCodeDeploy(service))
    return {
      deployments: [],
      taskSets: service.deployments.map((taskSet) => taskSetView(service, taskSet, tasks)),
    };
  return {
    deployments: service.deployments.map((deployment) => deploymentView(service, deployment, tasks)),
  };
}

/** A task set as DescribeServices gives it (API reference, TaskSet). */
function taskSetView(
  service: ServiceRecord,
  taskSet: DeploymentRecord,
  tasks: readonly TaskRecord[],
): Record<string, unknown> {
  const own = tasks.filter((task) => task.deploymentId === taskSet.id);
  const { externalId } = taskSet;
  const kept = [
    'launchType',
    'platformVersion',
    'networkConfiguration',
    'loadBalancers',
    'serviceRegistries',
  ];
  return {
    id: taskSet.id,
    taskSetArn: service.arn.replace(':service/', ':task-set/') + `/${taskSet.id}`,
    serviceArn: service.arn,
    clusterArn: service.clusterArn,
    ...(externalId === undefined ? {} : { startedBy: 'CODE_DEPLOY', externalId }),
    status: taskSet.status,
    taskDefinition: taskSet.taskDefinition.arn,
    computedDesiredCount: taskSet.desiredCount,
    pendingCount: own.filter(isPending).length,
    runningCount: own.filter(isRunning).length,
    createdAt: epochSeconds(taskSet.createdAt),
    updatedAt: epochSeconds(taskSet.updatedAt),
    scale: { value: 100, unit: 'PERCENT' },
    stabilityStatus: isSteady(taskSet, own) ? 'STEADY_STATE' : 'STABILIZING',
    ...Object.fromEntries(
      kept.flatMap((name) => (name in taskSet.fields ? [[name, taskSet.fields[name]]] : [])),
    ),
  };
}

/** A service as DescribeServices gives it, tags included. */
export function serviceView(state: EcsState, service: ServiceRecord): Record<string, unknown> {
  const tasks = tasksOf(state, service);
  return {
    ...service.fields,
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: service.clusterArn,
    status: service.status,
    desiredCount: service.desiredCount,
    runningCount: tasks.filter(isRunning).length,
    pendingCount: tasks.filter(isPending).length,
    taskDefinition: service.taskDefinition.arn,
    ...deploymentViews(service, tasks),
    events: service.events.map((event) => ({ ...event, createdAt: epochSeconds(event.createdAt) })),
    createdAt: epochSeconds(service.createdAt),
    tags: service.tags,
  };
}

/** A task definition as RegisterTaskDefinition and DescribeTaskDefinition give it. */
export function taskDefinitionView(definition: TaskDefinitionRecord): Record<string, unknown> {
  return {
    ...definition.fields,
    taskDefinitionArn: definition.arn,
    family: definition.family,
    revision: definition.revision,
    status: definition.status,
    ...times(epochSeconds, {
      registeredAt: definition.registeredAt,
      deregisteredAt: definition.deregisteredAt,
    }),
  };
}

/** A cluster as DescribeClusters gives it, everything included. */
export function clusterView(state: EcsState, cluster: ClusterRecord): Record<string, unknown> {
  const tasks = [...state.tasks.values()].filter((task) => task.clusterArn === cluster.arn);
  const services = [...state.services.values()].filter((service) => service.clusterArn === cluster.arn);
  return {
    settings: [],
    capacityProviders: [],
    defaultCapacityProviderStrategy: [],
    statistics: [],
    ...cluster.fields,
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    status: cluster.status,
    registeredContainerInstancesCount: 0,
    runningTasksCount: tasks.filter(isRunning).length,
    pendingTasksCount: tasks.filter(isPending).length,
    activeServicesCount: services.filter((service) => service.status === 'ACTIVE').length,
    tags: cluster.tags,
  };
}
