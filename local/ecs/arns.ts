import type { Place } from '../endpoint/seams';

function arn(place: Place, resource: string): string {
  return `arn:${place.partition}:ecs:${place.region}:${place.accountId}:${resource}`;
}

export const clusterArn = (place: Place, name: string): string => arn(place, `cluster/${name}`);

export const serviceArn = (place: Place, cluster: string, name: string): string =>
  arn(place, `service/${cluster}/${name}`);

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
