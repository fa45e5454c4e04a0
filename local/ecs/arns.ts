import type { Place } from '../endpoint/seams';

function arn(place: Place, resource: string): string {
  return `arn:${place.partition}:ecs:${place.region}:${place.accountId}:${resource}`;
}

export const clusterArn = (place: Place, name: string): string => arn(place, `cluster/${name}`);

export const serviceArn = (place: Place, cluster: string, name: string): string =>
  arn(place, `service/${cluster}/${name}`);

/** @param id what the service deployment is called */
export const serviceDeploymentArn = (place: Place, cluster: string, service: string, id: string): string =>
  arn(place, `service-deployment/${cluster}/${service}/${id}`);

/**
 * The revision that a deployment brings carries the number of the deployment's own id: by it the AWS provider of Terraform
 * finds the service deployment of a deployment (`findPrimaryDeploymentARN` in internal/service/ecs/service.go).
 */
export const serviceRevisionArn = (
  place: Place,
  cluster: string,
  service: string,
  deploymentId: string,
): string => arn(place, `service-revision/${cluster}/${service}/${shortName(deploymentId)}`);

export const taskArn = (place: Place, cluster: string, id: string): string =>
  arn(place, `task/${cluster}/${id}`);

export const containerArn = (place: Place, cluster: string, taskId: string, container: string): string =>
  arn(place, `container/${cluster}/${taskId}/${container}`);

export const taskDefinitionArn = (place: Place, family: string, revision: number): string =>
  arn(place, `task-definition/${family}:${revision}`);

/** The last part of an ARN's path, or the text itself where it is a plain name. */
export function shortName(nameOrArn: string): string {
  return nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1);
}
