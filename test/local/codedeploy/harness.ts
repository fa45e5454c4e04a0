import {
  CreateApplicationCommand,
  CreateDeploymentCommand,
  CreateDeploymentGroupCommand,
  GetDeploymentCommand,
  type DeploymentInfo,
} from '@aws-sdk/client-codedeploy';
import type { CreateServiceCommandInput, TaskSet } from '@aws-sdk/client-ecs';
import type { ConsumerName } from '../../../lambda-src/ports/services';
import { createService, describe1, until, type World } from '../ecs/harness';

/** The harness's service, as a consumer that CodeDeploy deploys. */
export const DEPLOYED = {
  cluster: 'main',
  service: 'web',
  codeDeploy: { application: 'shop', deploymentGroup: 'web' },
} as const satisfies ConsumerName;

export const GROUP = { applicationName: 'shop', deploymentGroupName: 'web' } as const;

export const BALANCER = { targetGroupArn: 'arn:target-group', containerName: 'app', containerPort: 80 };

/** @param group changes to its deployment group: a wait of one minute, and rollbacks */
export async function createDeployedService(
  world: World,
  changes: Partial<CreateServiceCommandInput> = {},
  group: { readonly rollsBack?: boolean; readonly waitMinutes?: number } = {},
): Promise<void> {
  await createService(world, {
    deploymentController: { type: 'CODE_DEPLOY' },
    loadBalancers: [BALANCER],
    ...changes,
  });
  await world.codeDeploy.send(
    new CreateApplicationCommand({ applicationName: 'shop', computePlatform: 'ECS' }),
  );
  await world.codeDeploy.send(
    new CreateDeploymentGroupCommand({
      ...GROUP,
      serviceRoleArn: 'arn:aws:iam::123456789012:role/deployer',
      ecsServices: [{ clusterName: 'main', serviceName: 'web' }],
      blueGreenDeploymentConfiguration: {
        terminateBlueInstancesOnDeploymentSuccess: {
          action: 'TERMINATE',
          terminationWaitTimeInMinutes: group.waitMinutes ?? 1,
        },
      },
      autoRollbackConfiguration: { enabled: group.rollsBack ?? true, events: ['DEPLOYMENT_FAILURE'] },
    }),
  );
}

export function appSpec(taskDefinition: string): string {
  const { containerName, containerPort } = BALANCER;
  const Properties = {
    TaskDefinition: taskDefinition,
    LoadBalancerInfo: { ContainerName: containerName, ContainerPort: containerPort },
  };
  return JSON.stringify({
    version: '0.0',
    Resources: [{ TargetService: { Type: 'AWS::ECS::Service', Properties } }],
  });
}

/** CreateDeployment of what the service runs, or of something else. @returns its id */
export async function deploy(world: World, taskDefinition?: string): Promise<string> {
  const definition = taskDefinition ?? (await taskSets(world))[0]?.taskDefinition ?? '';
  const { deploymentId } = await world.codeDeploy.send(
    new CreateDeploymentCommand({
      ...GROUP,
      revision: { revisionType: 'AppSpecContent', appSpecContent: { content: appSpec(definition) } },
    }),
  );
  return deploymentId ?? '';
}

export async function taskSets(world: World): Promise<readonly TaskSet[]> {
  return (await describe1(world)).taskSets ?? [];
}

export async function deployment(world: World, deploymentId: string): Promise<DeploymentInfo> {
  const { deploymentInfo } = await world.codeDeploy.send(new GetDeploymentCommand({ deploymentId }));
  return deploymentInfo ?? {};
}

export async function untilStatus(world: World, deploymentId: string, status: string): Promise<void> {
  await until(`deployment ${deploymentId} to be ${status}`, async () => {
    return (await deployment(world, deploymentId)).status === status;
  });
}

/** Waits until the only task set is steady. */
export async function steady(world: World): Promise<void> {
  await until('the task set to be steady', async () => {
    const [only, ...others] = await taskSets(world);
    return only?.stabilityStatus === 'STEADY_STATE' && others.length === 0;
  });
}
