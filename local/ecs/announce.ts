import type { EcsContext } from './context';
import type { DeploymentRecord, ServiceRecord, TaskRecord } from './state';
import { taskView } from './views';

const source = 'aws.ecs';
const iso = (ms: number): string => new Date(ms).toISOString();

/** Bumps the task's version and sends `ECS Task State Change` (Developer Guide, "Task state change events"). */
export function announceTask(context: EcsContext, task: TaskRecord): void {
  task.version += 1;
  context.events.emit({
    source,
    detailType: 'ECS Task State Change',
    resources: [task.arn],
    detail: { ...taskView(context, task, iso), updatedAt: iso(context.clock.now()) },
  });
}

export type DeploymentEventName =
  'SERVICE_DEPLOYMENT_IN_PROGRESS' | 'SERVICE_DEPLOYMENT_COMPLETED' | 'SERVICE_DEPLOYMENT_FAILED';

/** Sends `ECS Deployment State Change` (Developer Guide, "Service deployment state change events"). */
export function announceDeployment(
  context: EcsContext,
  service: ServiceRecord,
  deployment: DeploymentRecord,
  eventName: DeploymentEventName,
): void {
  context.events.emit({
    source,
    detailType: 'ECS Deployment State Change',
    resources: [service.arn],
    detail: {
      eventType: eventName === 'SERVICE_DEPLOYMENT_FAILED' ? 'ERROR' : 'INFO',
      eventName,
      deploymentId: deployment.id,
      updatedAt: iso(deployment.updatedAt),
      reason: deployment.rolloutStateReason,
    },
  });
}

/** Sends `ECS Service Action` SERVICE_STEADY_STATE (Developer Guide, "Service action events"). */
export function announceSteadyState(context: EcsContext, service: ServiceRecord): void {
  context.events.emit({
    source,
    detailType: 'ECS Service Action',
    resources: [service.arn],
    detail: {
      eventType: 'INFO',
      eventName: 'SERVICE_STEADY_STATE',
      clusterArn: service.clusterArn,
      createdAt: iso(context.clock.now()),
    },
  });
}

/** Adds a line to the service's own event list, newest first; AWS keeps the last hundred. */
export function noteServiceEvent(context: EcsContext, service: ServiceRecord, message: string): void {
  const event = {
    id: context.newId(),
    createdAt: context.clock.now(),
    message: `(service ${service.name}) ${message}`,
  };
  service.events = [event, ...service.events].slice(0, 100);
}
