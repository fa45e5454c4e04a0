import { announceSteadyState, noteServiceEvent } from './announce';
import { shortName, taskArn } from './arns';
import { breakerThreshold } from './breaker';
import { hexId, type EcsContext } from './context';
import { planService, type ServiceView } from './plan';
import { completeDeployment, failDeployment } from './rollout';
import { breakerOf, percentagesOf } from './service-fields';
import { advance, currentOf, runsSideBySide } from './stages';
import {
  isOfCodeDeploy,
  primaryOf,
  tasksOf,
  type DeploymentRecord,
  type ServiceRecord,
  type TaskRecord,
} from './state';
import { newTask } from './new-task';
import type { TaskRunner } from './task-runner';

/** Keeps services at their desired state: the service scheduler. */
export class Scheduler {
  private readonly waiting = new Map<string, () => void>();
  private readonly alarms = new Map<string, () => void>();
  private closed = false;

  /**
   * @param runner asked for at each use: runner and scheduler need each other
   * @param observed called when a look has changed what DescribeServices answers
   */
  constructor(
    private readonly context: EcsContext,
    private readonly runner: () => TaskRunner,
    private readonly observed: (service: ServiceRecord) => void,
  ) {}

  /** Looks at a service soon; several calls before that are one look. */
  poke(service: ServiceRecord): void {
    if (this.closed || this.waiting.has(service.arn)) return;
    const cancel = this.context.timers.after(this.context.settings.schedulingMs, () => {
      this.waiting.delete(service.arn);
      this.look(service);
    });
    this.waiting.set(service.arn, cancel);
  }

  /** Takes note of what became of a service's task: failures are counted, its place is filled again. */
  taskChanged(task: TaskRecord): void {
    const service =
      task.serviceArn === undefined ? undefined : this.context.state.services.get(task.serviceArn);
    if (service === undefined) return;
    const deployment = [...service.deployments, service.lastCompleted].find(
      (candidate) => candidate?.id === task.deploymentId,
    );
    if (deployment !== undefined) this.judge(service, deployment, task);
    this.observed(service);
    this.poke(service);
  }

  close(): void {
    this.closed = true;
    for (const cancel of [...this.waiting.values(), ...this.alarms.values()]) cancel();
  }

  /** Looks once more when something that holds the service back is over. */
  private pokeAt(service: ServiceRecord, at: number): void {
    const alarm = `${service.arn} ${at}`;
    if (this.alarms.has(alarm)) return;
    const cancel = this.context.timers.after(Math.max(0, at - this.context.clock.now()) + 1, () => {
      this.alarms.delete(alarm);
      this.poke(service);
    });
    this.alarms.set(alarm, cancel);
  }

  private look(service: ServiceRecord): void {
    if (this.closed || service.status === 'INACTIVE') return;
    this.act(service);
    dropDrained(this.context, service);
    const wasSideBySide = runsSideBySide(service);
    settle(this.context, service);
    // Then the superseded tasks may go, and nothing else would say so.
    if (wasSideBySide && !runsSideBySide(service)) this.poke(service);
    this.wakeLater(service);
    this.observed(service);
  }

  private act(service: ServiceRecord): void {
    const plan = planService(viewOf(this.context, service));
    for (const deployment of service.deployments) {
      deployment.desiredCount = plan.desiredCounts.get(deployment.id) ?? deployment.desiredCount;
    }
    for (const arn of plan.stop) this.stopTask(arn);
    if (plan.stop.length > 0) {
      noteServiceEvent(this.context, service, `has stopped ${plan.stop.length} running tasks.`);
    }
    for (const { deploymentId, count } of plan.start) {
      const deployment = service.deployments.find((candidate) => candidate.id === deploymentId);
      if (deployment === undefined) continue;
      for (let started = 0; started < count; started += 1) this.startTask(service, deployment);
      noteServiceEvent(this.context, service, `has started ${count} tasks.`);
    }
  }

  private startTask(service: ServiceRecord, deployment: DeploymentRecord): void {
    const task = serviceTask(this.context, service, deployment);
    this.context.state.tasks.set(task.arn, task);
    this.runner().start(task);
  }

  private stopTask(arn: string): void {
    const task = this.context.state.tasks.get(arn);
    if (task === undefined) return;
    task.stopRequested = true;
    const text = `Scaling activity initiated by (deployment ${task.deploymentId ?? ''})`;
    this.runner().stop(task, { code: 'ServiceSchedulerInitiated', text });
  }

  private wakeLater(service: ServiceRecord): void {
    const now = this.context.clock.now();
    const delays = service.deployments.map((deployment) => deployment.notBefore);
    const protections = tasksOf(this.context.state, service).map((task) => task.protectedUntil ?? 0);
    const stage = currentOf(service)?.stageUntil ?? 0;
    for (const at of [...delays, ...protections, stage]) if (at > now) this.pokeAt(service, at);
  }

  private judge(service: ServiceRecord, deployment: DeploymentRecord, task: TaskRecord): void {
    if (task.healthy) {
      deployment.failuresInARow = 0;
      if (breakerOf(service).resetOnHealthyTask) deployment.failedTasks = 0;
    } else if (task.healthStatus === 'UNHEALTHY' && task.desiredStatus === 'RUNNING') {
      task.stopRequested = true;
      countFailure(this.context, service, deployment);
      const text = 'Task failed container health checks';
      this.runner().stop(task, { code: 'ServiceSchedulerInitiated', text });
    } else if (task.lastStatus === 'STOPPED' && !task.stopRequested) {
      countFailure(this.context, service, deployment);
    }
  }
}

function viewOf(context: EcsContext, service: ServiceRecord): ServiceView {
  const now = context.clock.now();
  return {
    desiredCount: service.desiredCount,
    ...percentagesOf(service),
    sideBySide: runsSideBySide(service),
    deployments: service.deployments.map((deployment) => ({
      id: deployment.id,
      isPrimary: deployment.status === 'PRIMARY',
      hasFailed: deployment.rolloutState === 'FAILED',
      desiredCount: deployment.desiredCount,
      mayStart: deployment.notBefore <= now,
    })),
    tasks: tasksOf(context.state, service)
      .filter((task) => task.desiredStatus === 'RUNNING')
      .map((task) => ({
        arn: task.arn,
        deploymentId: task.deploymentId ?? '',
        healthy: task.healthy,
        isProtected: (task.protectedUntil ?? 0) > now,
      })),
  };
}

function serviceTask(context: EcsContext, service: ServiceRecord, deployment: DeploymentRecord): TaskRecord {
  const id = hexId(context);
  return newTask({
    arn: taskArn(context.place, shortName(service.clusterArn), id),
    id,
    clusterArn: service.clusterArn,
    taskDefinition: deployment.taskDefinition,
    group: `service:${service.name}`,
    startedBy: deployment.id,
    serviceArn: service.arn,
    deploymentId: deployment.id,
    fields: {
      launchType: deployment.fields['launchType'] ?? 'FARGATE',
      ...(deployment.fields['platformVersion'] === undefined
        ? {}
        : { platformVersion: '1.4.0', platformFamily: 'Linux' }),
      enableExecuteCommand: deployment.fields['enableExecuteCommand'] ?? false,
      overrides: { containerOverrides: [], inferenceAcceleratorOverrides: [] },
    },
    tags: deployment.fields['propagateTags'] === 'SERVICE' ? service.tags : [],
  });
}

/** The delay before the next attempt grows with failures in a row; the breaker counts while in progress. */
function countFailure(context: EcsContext, service: ServiceRecord, deployment: DeploymentRecord): void {
  const { retryFirstMs, retryMostMs, breakerMinimum } = context.settings;
  const delay = Math.min(retryMostMs, retryFirstMs * 2 ** deployment.failuresInARow);
  deployment.failuresInARow += 1;
  deployment.notBefore = context.clock.now() + delay;
  if (deployment.rolloutState !== 'IN_PROGRESS') return;
  deployment.failedTasks += 1;
  const breaker = breakerOf(service);
  if (!breaker.enable || deployment.isRollback || deployment.status !== 'PRIMARY') return;
  const threshold = breakerThreshold(breaker, service.desiredCount, breakerMinimum);
  if (deployment.failedTasks >= threshold) {
    const reason = 'ECS deployment circuit breaker: tasks failed to start.';
    failDeployment(context, service, deployment, { rollback: breaker.rollback, reason });
  }
}

/** A superseded deployment leaves the list when the last of its tasks is gone. */
function dropDrained(context: EcsContext, service: ServiceRecord): void {
  const alive = new Set(
    tasksOf(context.state, service)
      .filter((task) => task.lastStatus !== 'STOPPED')
      .map((task) => task.deploymentId),
  );
  service.deployments = service.deployments.filter((deployment) => {
    const stays = deployment.status === 'PRIMARY' || deployment.desiredCount > 0 || alive.has(deployment.id);
    if (!stays) deployment.status = 'INACTIVE';
    return stays;
  });
  if (service.status === 'DRAINING' && alive.size === 0) {
    service.status = 'INACTIVE';
    service.deployments = [];
  }
}

/** Notes the deployment's completion and the steady state once every task is in place. */
function settle(context: EcsContext, service: ServiceRecord): void {
  const primary = primaryOf(service);
  if (service.status !== 'ACTIVE' || primary === undefined || isOfCodeDeploy(service)) return;
  const now = context.clock.now();
  const alive = tasksOf(context.state, service).filter((task) => task.desiredStatus === 'RUNNING');
  const own = alive.filter((task) => task.deploymentId === primary.id);
  const others = alive.filter(
    (task) => task.deploymentId !== primary.id && (task.protectedUntil ?? 0) <= now,
  );
  const ready = own.length === service.desiredCount && own.every((task) => task.healthy);
  advance(context, service, ready);
  const inPlace = ready && others.length === 0 && !runsSideBySide(service);
  if (inPlace && primary.rolloutState === 'IN_PROGRESS') completeDeployment(context, service, primary);
  const steady = inPlace && primary.rolloutState === 'COMPLETED';
  if (steady && !service.steady) {
    noteServiceEvent(context, service, 'has reached a steady state.');
    announceSteadyState(context, service);
  }
  service.steady = steady;
}
