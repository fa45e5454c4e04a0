import { AwsError, type DeployedService, type TaskSets } from '../endpoint/seams';
import type { EcsContext } from './context';
import { findCluster, findRunnableTaskDefinition, findService } from './lookup';
import { newDeployment } from './rollout';
import {
  isOfCodeDeploy,
  tasksOf,
  type DeploymentRecord,
  type ServiceRecord,
  type TaskDefinitionRecord,
  type TaskRecord,
} from './state';

/** A task set of a service's present fields. @param made what CodeDeploy asked for; the first one comes with the service */
export function newTaskSet(
  context: EcsContext,
  service: ServiceRecord,
  made?: { readonly externalId: string; readonly taskDefinition: TaskDefinitionRecord },
): DeploymentRecord {
  // Its failures are CodeDeploy's to judge, and what it had is kept as it is.
  const taskSet = {
    ...newDeployment(context, service),
    rolloutState: 'COMPLETED' as const,
    completedOnce: true,
  };
  return made === undefined ? taskSet : { ...taskSet, ...made, status: 'ACTIVE' };
}

/** Whether every task of a task set is in place and healthy. @param own its tasks */
export function isSteady({ desiredCount }: DeploymentRecord, own: readonly TaskRecord[]): boolean {
  const running = own.filter((task) => task.desiredStatus === 'RUNNING');
  return running.length === desiredCount && running.every((task) => task.healthy);
}

/** @param changed called with a service whose task sets were changed */
export function createTaskSets(context: EcsContext, changed: (service: ServiceRecord) => void): TaskSets {
  const change = (where: DeployedService, id: string, status: DeploymentRecord['status']) => {
    const service = find(context, where);
    const taskSet = findTaskSet(service, id);
    taskSet.status = status;
    taskSet.updatedAt = context.clock.now();
    if (status === 'DRAINING') taskSet.desiredCount = 0;
    changed(service);
  };
  const serving = (service: ServiceRecord) => {
    const primary = service.deployments.find(({ status }) => status === 'PRIMARY');
    if (primary === undefined)
      throw new AwsError('TaskSetNotFoundException', 'The service has no primary task set.');
    return primary.id;
  };
  return {
    serving: (where) => serving(find(context, where)),
    create: (where, externalId, reference) => {
      const service = find(context, where);
      const taskDefinition = findRunnableTaskDefinition(context, reference);
      const taskSet = newTaskSet(context, service, { externalId, taskDefinition });
      service.deployments = [taskSet, ...service.deployments];
      changed(service);
      return taskSet.id;
    },
    isSteady: (where, id) => {
      const service = find(context, where);
      const own = tasksOf(context.state, service).filter((task) => task.deploymentId === id);
      return isSteady(findTaskSet(service, id), own);
    },
    serve: (where, id) => {
      const service = find(context, where);
      const before = serving(service);
      if (before !== id) change(where, before, 'ACTIVE');
      service.taskDefinition = findTaskSet(service, id).taskDefinition;
      change(where, id, 'PRIMARY');
    },
    drain: (where, id) => change(where, id, 'DRAINING'),
    exists: (where, id) => find(context, where).deployments.some((taskSet) => taskSet.id === id),
  };
}

function find(context: EcsContext, { cluster, service: name }: DeployedService): ServiceRecord {
  const service = findService(context, findCluster(context, cluster), name);
  if (!isOfCodeDeploy(service))
    throw new AwsError('InvalidParameterException', 'The deployment controller must be CODE_DEPLOY.');
  return service;
}

function findTaskSet(service: ServiceRecord, id: string): DeploymentRecord {
  const taskSet = service.deployments.find((one) => one.id === id);
  if (taskSet === undefined)
    throw new AwsError('TaskSetNotFoundException', 'The specified task set was not found.');
  return taskSet;
}
