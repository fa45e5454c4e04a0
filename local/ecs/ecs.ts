import type { JsonService, TaskSets } from '../endpoint/seams';
import type { EcsContext, EcsOptions } from './context';
import { createHistory } from './history';
import { dispatch, operationHandlers } from './operations';
import { Scheduler } from './scheduler';
import { defaultSettings } from './settings';
import type { TaskRecord, TaskStatus } from './state';
import { createTaskSets } from './task-sets';
import { TaskRunner } from './task-runner';

export type { EcsOptions, TaskOutput } from './context';
export type { EcsSettings } from './settings';

/** A task as its supervisor sees it. */
export interface LocalTask {
  readonly taskArn: string;
  /** `service:NAME` or `family:NAME`. */
  readonly group: string;
  readonly deploymentId?: string | undefined;
  readonly lastStatus: TaskStatus;
  /** Of the process that leads the task's group, while there is one. */
  readonly pid?: number | undefined;
  /** When it read its secrets, in milliseconds since the epoch. */
  readonly createdAt?: number | undefined;
  /** When it was gone, in milliseconds since the epoch. */
  readonly stoppedAt?: number | undefined;
}

/** ECS on this machine: an AWS JSON 1.1 service whose tasks are child processes. */
export interface LocalEcs extends JsonService {
  /** Every task that is not STOPPED, without a call that a call log would count. */
  liveTasks(): readonly LocalTask[];
  /** What CodeDeploy reaches in for. */
  readonly taskSets: TaskSets;
  /** Every task that is remembered, stopped ones for an hour. */
  tasks(): readonly LocalTask[];
}

/**
 * Builds the local ECS: clusters, task definitions, services with rolling deployments or ones that shift traffic, circuit
 * breaker and rollback, task sets where CodeDeploy deploys, and tasks, which run as real child processes.
 *
 * Of a task only the first essential container runs: its `entryPoint` and `command`, in the environment that
 * `taskEnvironment` describes; images are not pulled.
 */
export function createEcs(options: EcsOptions): LocalEcs {
  const context: EcsContext = {
    ...options,
    settings: { ...defaultSettings, ...options.settings },
    state: { clusters: new Map(), taskDefinitions: new Map(), services: new Map(), tasks: new Map() },
  };
  const history = createHistory(context);
  const scheduler = new Scheduler(
    context,
    () => runner,
    (service) => history.note(service),
  );
  const runner: TaskRunner = new TaskRunner(context, (task) => {
    if (task.lastStatus === 'STOPPED') forgetLater(context, task);
    scheduler.taskChanged(task);
  });
  const handlers = operationHandlers(
    context,
    { context, scheduler, history },
    { context, runner, scheduler },
  );
  const taskSets = createTaskSets(context, (service) => {
    history.note(service);
    scheduler.poke(service);
  });
  return {
    taskSets,
    operations: new Set(Object.keys(handlers)),
    handle: ({ operation, input }) => Promise.resolve().then(() => dispatch(handlers, operation, input)),
    liveTasks: () =>
      [...context.state.tasks.values()].filter((task) => task.lastStatus !== 'STOPPED').map(localTask),
    tasks: () => [...context.state.tasks.values()].map(localTask),
    close: async () => {
      scheduler.close();
      await runner.close();
    },
  };
}

/** A stopped task remains visible for a while, and the list of tasks stays bounded. */
function forgetLater(context: EcsContext, task: TaskRecord): void {
  context.timers.after(context.settings.stoppedTaskRetentionMs, () => context.state.tasks.delete(task.arn));
}

function localTask(task: TaskRecord): LocalTask {
  const { arn, group, deploymentId, lastStatus, pid, createdAt, stoppedAt } = task;
  return { taskArn: arn, group, deploymentId, lastStatus, pid, createdAt, stoppedAt };
}
