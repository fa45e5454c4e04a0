import { AwsError } from '../endpoint/seams';
import { announceDeployment, noteServiceEvent } from './announce';
import { deploymentId, type EcsContext } from './context';
import { beginServiceDeployment, completeServiceDeployment, failServiceDeployment } from './stages';
import { primaryOf, tasksOf, type DeploymentRecord, type ServiceRecord } from './state';

/** ECS rejects a deployment while five others are active. */
const mostDeployments = 5;

/**
 * Begins a deployment of the service's present task definition and fields, and makes it primary. The one it
 * supersedes stays ACTIVE until its tasks are gone.
 * @throws AwsError InvalidParameterException where five deployments are active
 */
export function beginDeployment(context: EcsContext, service: ServiceRecord): DeploymentRecord {
  refuseTooManyDeployments(service);
  const now = context.clock.now();
  supersede(context, service, now);
  const deployment = newDeployment(context, service);
  beginServiceDeployment(context, service, deployment, service.deployments);
  service.deployments = [deployment, ...service.deployments];
  service.steady = false;
  announceDeployment(context, service, deployment, 'SERVICE_DEPLOYMENT_IN_PROGRESS');
  return deployment;
}

/** One of the service's present task definition and fields, PRIMARY, before it has a task. */
export function newDeployment(context: EcsContext, service: ServiceRecord): DeploymentRecord {
  const now = context.clock.now();
  const id = deploymentId(context);
  return {
    id,
    status: 'PRIMARY',
    taskDefinition: service.taskDefinition,
    fields: service.fields,
    desiredCount: service.desiredCount,
    failedTasks: 0,
    failuresInARow: 0,
    notBefore: 0,
    createdAt: now,
    updatedAt: now,
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: `ECS deployment ${id} in progress.`,
    completedOnce: false,
    isRollback: false,
  };
}

export function refuseTooManyDeployments(service: ServiceRecord): void {
  if (service.deployments.length < mostDeployments) return;
  throw new AwsError(
    'InvalidParameterException',
    `${mostDeployments} active deployments exist, unable to create new deployment.`,
  );
}

function supersede(context: EcsContext, service: ServiceRecord, now: number): void {
  const primary = primaryOf(service);
  if (primary === undefined) return;
  primary.status = 'ACTIVE';
  primary.updatedAt = now;
  // What never completed is not repaired: only the tasks that proved healthy are kept while they are needed.
  if (!primary.completedOnce || primary.rolloutState === 'FAILED') {
    primary.desiredCount = healthyTasks(context, service, primary);
  }
}

function healthyTasks(context: EcsContext, service: ServiceRecord, deployment: DeploymentRecord): number {
  const tasks = tasksOf(context.state, service);
  return tasks.filter((task) => task.deploymentId === deployment.id && task.healthy).length;
}

/** Every task is in place and healthy, and no superseded task is meant to run on. */
export function completeDeployment(
  context: EcsContext,
  service: ServiceRecord,
  deployment: DeploymentRecord,
): void {
  deployment.rolloutState = 'COMPLETED';
  deployment.rolloutStateReason = `ECS deployment ${deployment.id} completed.`;
  deployment.updatedAt = context.clock.now();
  deployment.failedTasks = 0;
  deployment.completedOnce = true;
  deployment.isRollback = false;
  service.lastCompleted = deployment;
  completeServiceDeployment(context, service);
  noteServiceEvent(context, service, `(deployment ${deployment.id}) deployment completed.`);
  announceDeployment(context, service, deployment, 'SERVICE_DEPLOYMENT_COMPLETED');
}

/** Why a deployment fails, and whether the service goes back to the last one that completed. */
export interface Failure {
  readonly rollback: boolean;
  readonly reason: string;
}

/**
 * The circuit breaker's or a person's verdict: FAILED, and with rollback the last completed deployment, the same one under its
 * own id, becomes primary again. Without rollback, or with nothing to go back to, the service stalls: no more
 * tasks are started.
 */
export function failDeployment(
  context: EcsContext,
  service: ServiceRecord,
  deployment: DeploymentRecord,
  { rollback, reason }: Failure,
): void {
  deployment.rolloutState = 'FAILED';
  deployment.rolloutStateReason = reason;
  deployment.updatedAt = context.clock.now();
  noteServiceEvent(
    context,
    service,
    `(deployment ${deployment.id}) deployment failed: tasks failed to start.`,
  );
  announceDeployment(context, service, deployment, 'SERVICE_DEPLOYMENT_FAILED');
  const target = rollback ? service.lastCompleted : undefined;
  failServiceDeployment(context, service, reason, target);
  if (target !== undefined) rollBack(context, service, deployment, target);
}

function rollBack(
  context: EcsContext,
  service: ServiceRecord,
  failed: DeploymentRecord,
  target: DeploymentRecord,
): void {
  failed.status = 'ACTIVE';
  failed.desiredCount = 0;
  target.status = 'PRIMARY';
  target.desiredCount = service.desiredCount;
  target.rolloutState = 'IN_PROGRESS';
  target.rolloutStateReason = `ECS deployment circuit breaker: rolling back to deploymentId ${target.id}.`;
  target.updatedAt = context.clock.now();
  target.notBefore = 0;
  target.failedTasks = 0;
  target.isRollback = true;
  service.taskDefinition = target.taskDefinition;
  service.fields = { ...target.fields, deploymentConfiguration: service.fields['deploymentConfiguration'] };
  service.deployments = [target, ...service.deployments.filter((other) => other.id !== target.id)];
  service.steady = false;
  noteServiceEvent(context, service, `rolling back to deployment ${target.id}.`);
  announceDeployment(context, service, target, 'SERVICE_DEPLOYMENT_IN_PROGRESS');
}
