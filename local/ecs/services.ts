import { AwsError } from '../endpoint/seams';
import { serviceArn, shortName } from './arns';
import type { EcsContext } from './context';
import type { ServiceHistory } from './history';
import { findCluster, findRunnableTaskDefinition, findService, lookUpService, missing, page } from './lookup';
import type { RequestOf } from './requests';
import { beginDeployment, refuseTooManyDeployments } from './rollout';
import type { Scheduler } from './scheduler';
import { changesDeployment, initialFields, updatedFields } from './service-fields';
import { isOfCodeDeploy, primaryOf, type ServiceRecord } from './state';
import { newTaskSet } from './task-sets';
import { serviceView } from './views';

/** What the service operations work with. */
export interface ServiceOperations {
  readonly context: EcsContext;
  readonly scheduler: Scheduler;
  readonly history: ServiceHistory;
}

const mostServicesPerCall = 10;

/** CreateService. An active service of the name is refused, as is one that is still draining. */
export function createService(
  { context, scheduler, history }: ServiceOperations,
  request: RequestOf<'CreateService'>,
): object {
  const cluster = findCluster(context, request.cluster);
  const { serviceName, taskDefinition, desiredCount } = request;
  const arn = serviceArn(context.place, cluster.name, serviceName);
  refuseExisting(context.state.services.get(arn));
  if (taskDefinition === undefined) throw invalid('TaskDefinition can not be blank.');
  if (desiredCount === undefined) throw invalid('The desired count is required.');
  const service: ServiceRecord = {
    arn,
    name: serviceName,
    clusterArn: cluster.arn,
    status: 'ACTIVE',
    fields: initialFields(context.place, request),
    desiredCount,
    taskDefinition: findRunnableTaskDefinition(context, taskDefinition),
    deployments: [],
    serviceDeployments: [],
    steady: false,
    events: [],
    createdAt: context.clock.now(),
    tags: request.tags ?? [],
  };
  context.state.services.set(arn, service);
  if (isOfCodeDeploy(service)) service.deployments = [newTaskSet(context, service)];
  else beginDeployment(context, service);
  return answer({ context, scheduler, history }, service);
}

function refuseExisting(known: ServiceRecord | undefined): void {
  switch (known?.status) {
    case 'ACTIVE':
      throw invalid('Creation of service was not idempotent.');
    case 'DRAINING':
      throw invalid('Unable to Start a service that is still Draining.');
    case 'INACTIVE':
    case undefined:
      return;
  }
}

/**
 * UpdateService. A forced deployment, another task definition or a changed network begin a deployment; a changed
 * desired count or deployment configuration do not.
 */
export function updateService(
  { context, scheduler, history }: ServiceOperations,
  request: RequestOf<'UpdateService'>,
): object {
  const service = findService(context, findCluster(context, request.cluster), request.service);
  if (service.status !== 'ACTIVE') throw new AwsError('ServiceNotActiveException', 'Service was not ACTIVE.');
  const { taskDefinition, desiredCount, forceNewDeployment = false } = request;
  const definition =
    taskDefinition === undefined
      ? service.taskDefinition
      : findRunnableTaskDefinition(context, taskDefinition);
  const fields = updatedFields(service.fields, request);
  if (isOfCodeDeploy(service)) refuseDeployment(forceNewDeployment, request);
  const deploys =
    forceNewDeployment ||
    definition.arn !== service.taskDefinition.arn ||
    changesDeployment(service.fields, fields);
  if (deploys) refuseTooManyDeployments(service);
  service.fields = fields;
  service.taskDefinition = definition;
  if (desiredCount !== undefined) scale(service, desiredCount);
  if (deploys) beginDeployment(context, service);
  return answer({ context, scheduler, history }, service);
}

/** Only CodeDeploy deploys a service of its controller. */
function refuseDeployment(force: boolean, { taskDefinition }: RequestOf<'UpdateService'>): void {
  const what = force
    ? 'force a new deployment'
    : taskDefinition === undefined
      ? null
      : 'update task definition';
  if (what === null) return;
  const refused = force ? `Cannot ${what}` : `Unable to ${what}`;
  throw invalid(
    `${refused} on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment.`,
  );
}

/**
 * Sets the desired count. A scale-out in the middle of a deployment applies to the superseded one too (AWS,
 * November 2025: "ECS applies scale-out to both service revisions"), within the maximum percent.
 */
function scale(service: ServiceRecord, desiredCount: number): void {
  const more = desiredCount - service.desiredCount;
  service.desiredCount = desiredCount;
  if (isOfCodeDeploy(service)) {
    for (const taskSet of service.deployments)
      if (taskSet.status !== 'DRAINING') taskSet.desiredCount = desiredCount;
    return;
  }
  const primary = primaryOf(service);
  if (primary !== undefined) primary.desiredCount = desiredCount;
  const source = service.deployments.find((other) => other.status === 'ACTIVE' && other.desiredCount > 0);
  if (more > 0 && source?.completedOnce === true) source.desiredCount += more;
}

/** DescribeServices: ten a call; what is unknown is a failure MISSING. Read as of the read lag ago. */
export function describeServices(
  { context, history }: ServiceOperations,
  request: RequestOf<'DescribeServices'>,
): object {
  const cluster = findCluster(context, request.cluster);
  if (request.services.length === 0) throw invalid('Services cannot be empty.');
  if (request.services.length > mostServicesPerCall)
    throw invalid('Service names can have at most 10 items.');
  const services: object[] = [];
  const failures: object[] = [];
  for (const name of request.services) {
    const service = lookUpService(context, cluster, name);
    const view = service === undefined ? undefined : history.view(service);
    if (view === undefined) {
      failures.push(missing(serviceArn(context.place, cluster.name, shortName(name))));
    } else {
      const { tags, ...rest } = view;
      services.push(request.include?.includes('TAGS') === true ? { ...rest, tags } : rest);
    }
  }
  return { services, failures };
}

/** DeleteService: refused above a desired count of 0 unless forced; DRAINING until the last task is gone. */
export function deleteService(
  { context, scheduler, history }: ServiceOperations,
  request: RequestOf<'DeleteService'>,
): object {
  const service = findService(context, findCluster(context, request.cluster), request.service);
  if (service.status === 'INACTIVE') throw new AwsError('ServiceNotFoundException', 'Service not found.');
  if (service.desiredCount > 0 && request.force !== true) {
    throw invalid('The service cannot be stopped while it is scaled above 0.');
  }
  service.status = 'DRAINING';
  service.desiredCount = 0;
  for (const deployment of service.deployments) deployment.desiredCount = 0;
  return answer({ context, scheduler, history }, service);
}

/** ListServices: active and draining ones; ten a page unless asked otherwise. */
export function listServices({ context }: ServiceOperations, request: RequestOf<'ListServices'>): object {
  const cluster = findCluster(context, request.cluster);
  const found = [...context.state.services.values()].filter(
    (service) =>
      service.clusterArn === cluster.arn &&
      service.status !== 'INACTIVE' &&
      (request.launchType === undefined || service.fields['launchType'] === request.launchType),
  );
  const { items, ...rest } = page(found, request, 10);
  return { serviceArns: items.map((service) => service.arn), ...rest };
}

function answer({ context, scheduler, history }: ServiceOperations, service: ServiceRecord): object {
  history.note(service);
  scheduler.poke(service);
  return { service: serviceView(context.state, service) };
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
