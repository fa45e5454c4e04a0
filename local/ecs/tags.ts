import { AwsError } from '../endpoint/seams';
import { shortName } from './arns';
import type { EcsContext } from './context';
import type { RequestOf } from './requests';
import type { Tag } from './state';

/** @throws AwsError InvalidParameterException where no such resource exists */
function taggable(context: EcsContext, arn: string): { tags: readonly Tag[] } {
  const { clusters, services, tasks, taskDefinitions } = context.state;
  const cluster = clusters.get(shortName(arn));
  const found =
    services.get(arn) ??
    tasks.get(arn) ??
    taskDefinitions.get(arn) ??
    (cluster?.arn === arn ? cluster : undefined);
  if (found === undefined) {
    throw new AwsError('InvalidParameterException', 'The specified resource could not be found.');
  }
  return found;
}

export function tagResource(context: EcsContext, request: RequestOf<'TagResource'>): object {
  const resource = taggable(context, request.resourceArn);
  const changed = new Set(request.tags.map((tag) => tag.key));
  resource.tags = [...resource.tags.filter((tag) => !changed.has(tag.key)), ...request.tags];
  return {};
}

export function untagResource(context: EcsContext, request: RequestOf<'UntagResource'>): object {
  const resource = taggable(context, request.resourceArn);
  resource.tags = resource.tags.filter((tag) => !request.tagKeys.includes(tag.key ?? ''));
  return {};
}

export function listTagsForResource(context: EcsContext, request: RequestOf<'ListTagsForResource'>): object {
  return { tags: taggable(context, request.resourceArn).tags };
}
