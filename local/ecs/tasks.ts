import { AwsError } from '../endpoint/seams';
import { shortName, taskArn } from './arns';
import { hexId, type EcsContext } from './context';
import { findCluster, findRunnableTaskDefinition, findService, lookUpTask, missing, page } from './lookup';
import { newTask } from './new-task';
import type { RequestOf } from './requests';
import type { Scheduler } from './scheduler';
import type { ClusterRecord, TaskRecord } from './state';
import type { TaskRunner } from './task-runner';
import { epochSeconds, taskView } from './views';

/** What the task operations work with. */
export interface TaskOperations {
  readonly context: EcsContext;
  readonly runner: TaskRunner;
  readonly scheduler: Scheduler;
}

const mostTasksPerCall = 100;

/** RunTask: standalone tasks, which nobody replaces. */
export function runTask({ context, runner }: TaskOperations, request: RequestOf<'RunTask'>): object {
  const cluster = findCluster(context, request.cluster);
  const taskDefinition = findRunnableTaskDefinition(context, request.taskDefinition);
  const tasks = Array.from({ length: request.count }, () => {
    const id = hexId(context);
    return newTask({
      arn: taskArn(context.place, cluster.name, id),
      id,
      clusterArn: cluster.arn,
      taskDefinition,
      group: request.group ?? `family:${taskDefinition.family}`,
      startedBy: request.startedBy,
      fields: {
        launchType: request.launchType ?? 'EC2',
        overrides: { containerOverrides: [], inferenceAcceleratorOverrides: [], ...request.overrides },
      },
      tags: request.tags ?? [],
      overrides: request.overrides?.containerOverrides,
    });
  });
  for (const task of tasks) {
    context.state.tasks.set(task.arn, task);
    runner.start(task);
  }
  return { tasks: tasks.map((task) => ({ ...taskView(context, task), tags: task.tags })), failures: [] };
}

/** StopTask: SIGTERM, then SIGKILL after the stop timeout; a service replaces the task. */
export function stopTask({ context, runner }: TaskOperations, request: RequestOf<'StopTask'>): object {
  const task = lookUpTask(context, findCluster(context, request.cluster), request.task);
  if (task === undefined) {
    throw new AwsError('InvalidParameterException', 'The referenced task was not found.');
  }
  if (task.desiredStatus === 'RUNNING') task.stopRequested = true;
  runner.stop(task, { code: 'UserInitiated', text: request.reason ?? 'Task stopped by user' });
  return { task: taskView(context, task) };
}

/**
 * ListTasks, by desired status, RUNNING unless asked: a stopping task is therefore listed under STOPPED only,
 * also while its process is still there.
 */
export function listTasks({ context }: TaskOperations, request: RequestOf<'ListTasks'>): object {
  const cluster = findCluster(context, request.cluster);
  const service =
    request.serviceName === undefined ? undefined : findService(context, cluster, request.serviceName);
  const found = [...context.state.tasks.values()].filter(
    (task) =>
      task.clusterArn === cluster.arn &&
      task.desiredStatus === request.desiredStatus &&
      (service === undefined || task.serviceArn === service.arn) &&
      (request.family === undefined || task.taskDefinition.family === request.family) &&
      (request.startedBy === undefined || task.startedBy === request.startedBy) &&
      (request.launchType === undefined || task.fields['launchType'] === request.launchType),
  );
  const { items, ...rest } = page(found, request, mostTasksPerCall);
  return { taskArns: items.map((task) => task.arn), ...rest };
}

/** DescribeTasks: a hundred a call; what is unknown is a failure MISSING. */
export function describeTasks({ context }: TaskOperations, request: RequestOf<'DescribeTasks'>): object {
  const cluster = findCluster(context, request.cluster);
  if (request.tasks.length === 0) throw invalid('Tasks cannot be empty.');
  if (request.tasks.length > mostTasksPerCall) throw invalid('Tasks can have at most 100 items.');
  const withTags = request.include?.includes('TAGS') === true;
  const { found, failures } = partition(context, cluster, request.tasks);
  const tasks = found.map((task) => ({
    ...taskView(context, task),
    ...(withTags ? { tags: task.tags } : {}),
  }));
  return { tasks, failures };
}

function partition(
  context: EcsContext,
  cluster: ClusterRecord,
  references: readonly string[],
): { found: TaskRecord[]; failures: object[] } {
  const found: TaskRecord[] = [];
  const failures: object[] = [];
  for (const reference of references) {
    const task = lookUpTask(context, cluster, reference);
    if (task === undefined)
      failures.push(missing(taskArn(context.place, cluster.name, shortName(reference))));
    else found.push(task);
  }
  return { found, failures };
}

/** UpdateTaskProtection: two hours unless asked otherwise; only tasks of a service can be protected. */
export function updateTaskProtection(
  { context, scheduler }: TaskOperations,
  request: RequestOf<'UpdateTaskProtection'>,
): object {
  const { found, failures } = partition(context, findCluster(context, request.cluster), request.tasks);
  const expires = context.clock.now() + (request.expiresInMinutes ?? 120) * 60_000;
  const protectedTasks: object[] = [];
  for (const task of found) {
    const service = task.serviceArn === undefined ? undefined : context.state.services.get(task.serviceArn);
    if (service === undefined || task.desiredStatus === 'STOPPED') {
      failures.push({ arn: task.arn, reason: 'TASK_NOT_VALID' });
      continue;
    }
    task.protectedUntil = request.protectionEnabled ? expires : undefined;
    scheduler.poke(service);
    protectedTasks.push(protection(context, task));
  }
  return { protectedTasks, failures };
}

/** GetTaskProtection. */
export function getTaskProtection(
  { context }: TaskOperations,
  request: RequestOf<'GetTaskProtection'>,
): object {
  const { found, failures } = partition(context, findCluster(context, request.cluster), request.tasks ?? []);
  return { protectedTasks: found.map((task) => protection(context, task)), failures };
}

function protection(context: EcsContext, task: TaskRecord): object {
  const until = task.protectedUntil;
  return until !== undefined && until > context.clock.now()
    ? { taskArn: task.arn, protectionEnabled: true, expirationDate: epochSeconds(until) }
    : { taskArn: task.arn, protectionEnabled: false };
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
