import { serviceDeploymentArn, shortName } from './arns';
import { hexId, type EcsContext } from './context';
import { shiftingOf } from './service-fields';
import {
  isOfCodeDeploy,
  type DeploymentRecord,
  type LifecycleStage,
  type ServiceDeploymentRecord,
  type ServiceRecord,
} from './state';

/** What DescribeServiceDeployments tells of a service's deployments: how far each has come, and how it ended. */

/** The latest: no other one is under way. */
export function currentOf(service: ServiceRecord): ServiceDeploymentRecord | undefined {
  return service.serviceDeployments[0];
}

/** Takes note of a deployment that begins; one that is under way is stopped by it. */
export function beginServiceDeployment(
  context: EcsContext,
  service: ServiceRecord,
  target: DeploymentRecord,
  sources: readonly DeploymentRecord[],
): void {
  end(context, service, ['IN_PROGRESS', 'ROLLBACK_IN_PROGRESS'], 'STOPPED', 'A new deployment began.');
  const { createdAt } = target;
  const id = hexId(context).slice(0, 21);
  const arn = serviceDeploymentArn(context.place, shortName(service.clusterArn), service.name, id);
  const stage = shiftingOf(service) === null ? null : 'SCALE_UP';
  const begun: ServiceDeploymentRecord = {
    ...{ arn, target, sources, stage, createdAt },
    ...{ status: 'IN_PROGRESS', stageUntil: 0, updatedAt: createdAt },
  };
  service.serviceDeployments = [begun, ...service.serviceDeployments];
}

/** A deployment is complete: what was under way is over, forward or back. */
export function completeServiceDeployment(context: EcsContext, service: ServiceRecord): void {
  end(context, service, ['IN_PROGRESS'], 'SUCCESSFUL');
  end(context, service, ['ROLLBACK_IN_PROGRESS'], 'ROLLBACK_SUCCESSFUL');
}

/** @param to what is rolled back to; undefined where the failure is left as it is */
export function failServiceDeployment(
  context: EcsContext,
  service: ServiceRecord,
  reason: string,
  to: DeploymentRecord | undefined,
): void {
  const current = currentOf(service);
  if (to === undefined || current?.status !== 'IN_PROGRESS') {
    end(context, service, ['IN_PROGRESS'], 'STOPPED', reason);
    return;
  }
  const now = context.clock.now();
  current.status = 'ROLLBACK_IN_PROGRESS';
  current.statusReason = reason;
  current.updatedAt = now;
  current.rollback = { reason, startedAt: now, to };
}

function end(
  context: EcsContext,
  service: ServiceRecord,
  from: readonly ServiceDeploymentRecord['status'][],
  status: ServiceDeploymentRecord['status'],
  reason?: string,
): void {
  const current = currentOf(service);
  if (current === undefined || !from.includes(current.status)) return;
  current.status = status;
  if (reason !== undefined) current.statusReason = reason;
  current.updatedAt = context.clock.now();
  current.finishedAt = current.updatedAt;
}

/** Whether both revisions are to run at their full size: until the bake time is over, or CodeDeploy ends one of them. */
export function runsSideBySide(service: ServiceRecord): boolean {
  if (isOfCodeDeploy(service)) return service.deployments.every(({ status }) => status !== 'DRAINING');
  const current = currentOf(service);
  return current?.status === 'IN_PROGRESS' && current.stage !== null && current.stage !== 'CLEAN_UP';
}

/**
 * Takes a deployment that shifts traffic as far as it may go now (API reference, ServiceDeployment.lifecycleStage): the new
 * revision comes up beside the old one, the traffic shifts, both run on for the bake time, then the old one may go. Hooks
 * and test traffic are not served.
 * @param ready whether every task of the new revision is in place and healthy
 */
export function advance(context: EcsContext, service: ServiceRecord, ready: boolean): void {
  const current = currentOf(service);
  if (current?.status !== 'IN_PROGRESS') return;
  // The first deployment has no traffic to take from another.
  const shifting = current.sources.length === 0 ? null : shiftingOf(service);
  const enter = (stage: LifecycleStage, minutes: number) => {
    const now = context.clock.now();
    current.stage = stage;
    current.updatedAt = now;
    current.stageUntil = now + minutes * context.settings.minuteMs;
  };
  const over = () => current.stageUntil <= context.clock.now();
  if (current.stage === 'SCALE_UP' && ready) enter('PRODUCTION_TRAFFIC_SHIFT', shifting?.traffic ?? 0);
  if (current.stage === 'PRODUCTION_TRAFFIC_SHIFT' && over()) enter('BAKE_TIME', shifting?.bake ?? 0);
  if (current.stage === 'BAKE_TIME' && over()) enter('CLEAN_UP', 0);
}
