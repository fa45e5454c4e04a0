import { serviceRevisionArn, shortName } from './arns';
import type { EcsContext } from './context';
import { tasksOf, type DeploymentRecord, type ServiceDeploymentRecord, type ServiceRecord } from './state';
import { epochSeconds, isPending, isRunning, times } from './views';

/** How many tasks of a revision there are, and are to be. */
interface RevisionView {
  readonly arn: string;
  readonly requestedTaskCount: number;
  readonly pendingTaskCount: number;
  readonly runningTaskCount: number;
}

/** A service deployment as DescribeServiceDeployments gives it. */
export interface ServiceDeploymentView extends Readonly<Record<string, unknown>> {
  readonly serviceDeploymentArn: string;
  readonly status: string;
  /** Seconds since the epoch. */
  readonly createdAt: number;
  readonly targetServiceRevision: RevisionView;
}

export function serviceDeploymentView(
  { place, state }: Pick<EcsContext, 'place' | 'state'>,
  service: ServiceRecord,
  deployment: ServiceDeploymentRecord,
): ServiceDeploymentView {
  const revisionArn = ({ id }: DeploymentRecord) =>
    serviceRevisionArn(place, shortName(service.clusterArn), service.name, id);
  const tasks = tasksOf(state, service);
  const revision = (of: DeploymentRecord): RevisionView => {
    const own = tasks.filter((task) => task.deploymentId === of.id);
    return {
      arn: revisionArn(of),
      requestedTaskCount: of.desiredCount,
      pendingTaskCount: own.filter(isPending).length,
      runningTaskCount: own.filter(isRunning).length,
    };
  };
  const { stage, statusReason, rollback } = deployment;
  return {
    serviceDeploymentArn: deployment.arn,
    serviceArn: service.arn,
    clusterArn: service.clusterArn,
    createdAt: deployment.createdAt / 1000,
    ...times(epochSeconds, {
      startedAt: deployment.createdAt,
      updatedAt: deployment.updatedAt,
      finishedAt: deployment.finishedAt,
    }),
    sourceServiceRevisions: deployment.sources.map(revision),
    targetServiceRevision: revision(deployment.target),
    status: deployment.status,
    ...(statusReason === undefined ? {} : { statusReason }),
    ...(stage === null ? {} : { lifecycleStage: stage }),
    deploymentConfiguration: deployment.target.fields['deploymentConfiguration'],
    ...(rollback === undefined
      ? {}
      : {
          rollback: {
            reason: rollback.reason,
            startedAt: epochSeconds(rollback.startedAt),
            serviceRevisionArn: revisionArn(rollback.to),
          },
        }),
  };
}
