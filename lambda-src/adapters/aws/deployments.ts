import type { DeploymentConfiguration, Service } from '@aws-sdk/client-ecs';
import type { Deployment } from '../../core/observation';
import type { Deploying } from '../../ports/services';
import type { DeploymentGroup } from './code-deploy';
import type { Progress } from './service-deployments';

const MINUTE = 60;

/** How a service deploys. Defaults: DeploymentConfiguration, LinearConfiguration and CanaryConfiguration, Amazon ECS API Reference. */
export function deployingOf(
  { deploymentController, deploymentConfiguration: given = {} }: Service,
  group: DeploymentGroup | null,
): Deploying {
  if (deploymentController?.type === 'CODE_DEPLOY')
    return { kind: 'through CodeDeploy', seconds: group?.terminationWait ?? 0 };
  const bake = given.bakeTimeInMinutes ?? 0;
  switch (given.strategy) {
    case 'BLUE_GREEN':
      return { kind: 'blue/green', seconds: bake * MINUTE };
    case 'LINEAR':
      return { kind: 'linear', seconds: (linear(given) + bake) * MINUTE };
    case 'CANARY':
      return {
        kind: 'canary',
        seconds: ((given.canaryConfiguration?.canaryBakeTimeInMinutes ?? 10) + bake) * MINUTE,
      };
    case 'ROLLING':
    case undefined:
      return { kind: 'rolling', seconds: bake * MINUTE };
  }
}

/** Minutes: it waits between its steps, and not after the last. */
function linear({
  linearConfiguration: { stepPercent = 10, stepBakeTimeInMinutes = 6 } = {},
}: DeploymentConfiguration) {
  return (Math.ceil(100 / stepPercent) - 1) * stepBakeTimeInMinutes;
}

/** @param progress of those that say nothing of it themselves, by id */
export function deploymentsOf(
  { deployments = [] }: Service,
  progress: ReadonlyMap<string, Progress>,
): Deployment[] {
  // What ECS goes back to is not in place before it says so.
  const turningBack = deployments.some(({ id = '' }) => progress.get(id) === 'turning-back');
  return deployments.flatMap(({ id, status, rolloutState, createdAt }) => {
    if (id === undefined) return [];
    const primary = status === 'PRIMARY';
    const state = stateOf(progress.get(id), rolloutState);
    return [
      {
        id,
        primary,
        state: primary && turningBack && state === 'completed' ? 'in-progress' : state,
        createdAt: createdAt?.getTime() ?? 0,
      },
    ];
  });
}

function stateOf(progress: Progress | undefined, rolloutState: string | undefined): Deployment['state'] {
  if (progress !== undefined) return progress === 'turning-back' ? 'failed' : progress;
  if (rolloutState === 'COMPLETED') return 'completed';
  return rolloutState === 'FAILED' ? 'failed' : 'in-progress';
}
