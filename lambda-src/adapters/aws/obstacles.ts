import type { Service } from '@aws-sdk/client-ecs';
import { consumerKey, type ConsumerName } from '../../ports/services';
import type { DeploymentGroup } from './code-deploy';
import { appSpecOf, servingOf } from './task-sets';

/**
 * @param group null where the consumer names none, or one that does not exist
 * @returns why a service could not be redeployed, as the end of a sentence that begins with its name; null where it could
 */
export function obstacleOf(
  consumer: ConsumerName,
  service: Service,
  group: DeploymentGroup | null,
): string | null {
  const { codeDeploy } = consumer;
  const controller = service.deploymentController?.type ?? 'ECS';
  if (controller === 'EXTERNAL')
    return 'is under the deployment controller EXTERNAL: only what deploys it can redeploy it';
  if (controller !== 'CODE_DEPLOY') {
    if (codeDeploy === undefined) return null;
    return `is under the deployment controller ${controller}: take codeDeploy out of its consumer`;
  }
  if (codeDeploy === undefined)
    return 'is under the deployment controller CODE_DEPLOY: its consumer must name application and deployment group under codeDeploy';
  const named = `${codeDeploy.application}/${codeDeploy.deploymentGroup}`;
  if (group === null) return `names the CodeDeploy deployment group ${named}, which does not exist`;
  if (!group.services.includes(consumerKey(consumer)))
    return `names the CodeDeploy deployment group ${named}, which deploys ${group.services.join(', ') || 'no service'}`;
  const serving = servingOf(service);
  if (serving === undefined || appSpecOf(serving, service) === null)
    return 'has no primary task set with a load balancer: CodeDeploy asks for its container and port';
  return null;
}
