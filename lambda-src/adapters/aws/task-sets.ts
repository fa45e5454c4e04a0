import type { Service, TaskSet } from '@aws-sdk/client-ecs';
import type { Deployment } from '../../core/observation';
import type { LatestDeployment } from './code-deploy';

/**
 * What CodeDeploy deploys is a task set. It has the id of the deployment that made it as its `externalId`, which is the one
 * id that CodeDeploy answers before there is a task set; the first one, which came with the service, has none.
 */
export function deploymentIdOf({ externalId, id = '' }: TaskSet): string {
  return externalId === undefined || externalId === '' ? id : externalId;
}

/** The task set that serves production traffic. */
export function servingOf({ taskSets = [] }: Service): TaskSet | undefined {
  return taskSets.find(({ status }) => status === 'PRIMARY');
}

/**
 * Task sets as deployments. One that CodeDeploy is at work on is the primary one as soon as it was created, for it is where
 * the service is going: its task set serves only once traffic has shifted. One that takes another back is none.
 */
export function deploymentsOfTaskSets(service: Service, latest: LatestDeployment | null): Deployment[] {
  const serving = servingOf(service);
  const servingId = serving === undefined ? null : deploymentIdOf(serving);
  const forward = latest !== null && !latest.isRollback && latest.state !== 'failed' ? latest : null;
  const primaryId = forward?.id ?? servingId;
  const found = (service.taskSets ?? []).map((taskSet) => {
    const id = deploymentIdOf(taskSet);
    return {
      id,
      primary: id === primaryId,
      state: stateOf(taskSet, servingId, latest),
      createdAt: taskSet.createdAt?.getTime() ?? 0,
    };
  });
  if (forward === null || found.some(({ id }) => id === forward.id)) return found;
  return [
    { id: forward.id, primary: true, state: 'in-progress' as const, createdAt: forward.createdAt },
    ...found,
  ];
}

function stateOf(
  taskSet: TaskSet,
  servingId: string | null,
  latest: LatestDeployment | null,
): Deployment['state'] {
  const id = deploymentIdOf(taskSet);
  if (latest?.id === id) {
    // CodeDeploy is done with it, and ECS does not show that it serves yet.
    return latest.state === 'completed' && servingId !== id ? 'in-progress' : latest.state;
  }
  if (latest?.isRollback === true && latest.state === 'in-progress') return 'in-progress';
  if (taskSet.externalId !== undefined && taskSet.externalId !== '') return 'completed';
  return taskSet.stabilityStatus === 'STEADY_STATE' ? 'completed' : 'in-progress';
}

/**
 * The AppSpec of a deployment that changes nothing: what the task set runs, and where. What the user guide makes optional is
 * named too, or it would get its default.
 * Source: "AppSpec 'resources' section for Amazon ECS deployments", CodeDeploy User Guide.
 * @returns null where it has no load balancer, whose container and port an AppSpec must name
 */
export function appSpecOf(taskSet: TaskSet, { loadBalancers = [] }: Service): string | null {
  const [balancer] = taskSet.loadBalancers?.length ? taskSet.loadBalancers : loadBalancers;
  if (balancer?.containerName === undefined || balancer.containerPort === undefined) return null;
  const { taskDefinition, platformVersion, networkConfiguration, capacityProviderStrategy = [] } = taskSet;
  const network = networkConfiguration?.awsvpcConfiguration;
  const Properties = {
    TaskDefinition: taskDefinition,
    LoadBalancerInfo: { ContainerName: balancer.containerName, ContainerPort: balancer.containerPort },
    ...(platformVersion === undefined ? {} : { PlatformVersion: platformVersion }),
    ...(network === undefined
      ? {}
      : {
          NetworkConfiguration: {
            AwsvpcConfiguration: {
              Subnets: network.subnets,
              SecurityGroups: network.securityGroups,
              AssignPublicIp: network.assignPublicIp,
            },
          },
        }),
    ...(capacityProviderStrategy.length === 0
      ? {}
      : {
          CapacityProviderStrategy: capacityProviderStrategy.map(({ base, capacityProvider, weight }) => ({
            Base: base,
            CapacityProvider: capacityProvider,
            Weight: weight,
          })),
        }),
  };
  const Resources = [{ TargetService: { Type: 'AWS::ECS::Service', Properties } }];
  return JSON.stringify({ version: '0.0', Resources });
}
