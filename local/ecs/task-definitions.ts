import { AwsError } from '../endpoint/seams';
import { taskDefinitionArn } from './arns';
import type { EcsContext } from './context';
import { findTaskDefinition, page } from './lookup';
import type { ContainerDefinition, RequestOf } from './requests';
import type { ContainerSpec, TaskDefinitionRecord } from './state';
import { taskDefinitionView } from './views';

/** RegisterTaskDefinition: revisions of a family count from 1 and are never given twice. */
export function registerTaskDefinition(
  context: EcsContext,
  request: RequestOf<'RegisterTaskDefinition'>,
): object {
  const { family, containerDefinitions, tags = [], ...fields } = request;
  const sharesPort = fields.networkMode === 'awsvpc' || fields.networkMode === 'host';
  const revision = Math.max(0, ...revisionsOf(context, family).map((known) => known.revision)) + 1;
  const definition: TaskDefinitionRecord = {
    arn: taskDefinitionArn(context.place, family, revision),
    family,
    revision,
    status: 'ACTIVE',
    fields: {
      volumes: [],
      placementConstraints: [],
      requiresAttributes: [],
      compatibilities: ['EC2', 'FARGATE'],
      ...fields,
      containerDefinitions: containerDefinitions.map((container) => withDefaults(container, sharesPort)),
      registeredBy: `arn:${context.place.partition}:iam::${context.place.accountId}:root`,
    },
    containers: containerDefinitions.map(specOf),
    registeredAt: context.clock.now(),
    tags,
  };
  if (!definition.containers.some((container) => container.essential)) {
    throw new AwsError('ClientException', 'At least one container must be marked essential.');
  }
  context.state.taskDefinitions.set(definition.arn, definition);
  return { taskDefinition: taskDefinitionView(definition), tags };
}

function revisionsOf(context: EcsContext, family: string): TaskDefinitionRecord[] {
  return [...context.state.taskDefinitions.values()].filter((known) => known.family === family);
}

function withDefaults(container: ContainerDefinition, sharesPort: boolean): object {
  return {
    cpu: 0,
    mountPoints: [],
    volumesFrom: [],
    systemControls: [],
    ...container,
    portMappings: container.portMappings.map((mapping) => ({
      protocol: 'tcp',
      hostPort: sharesPort ? mapping.containerPort : 0,
      ...mapping,
    })),
  };
}

function specOf(container: ContainerDefinition): ContainerSpec {
  const { healthCheck } = container;
  const entryPoint = container.entryPoint ?? [];
  return {
    name: container.name,
    image: container.image,
    essential: container.essential,
    entryPoint,
    argv: [...entryPoint, ...(container.command ?? [])],
    environment: container.environment,
    secrets: container.secrets ?? [],
    workingDirectory: container.workingDirectory,
    stopTimeout: container.stopTimeout,
    healthCheck:
      healthCheck === undefined ? undefined : { ...healthCheck, startPeriod: healthCheck.startPeriod ?? 0 },
  };
}

export function describeTaskDefinition(
  context: EcsContext,
  request: RequestOf<'DescribeTaskDefinition'>,
): object {
  const definition = findTaskDefinition(context, request.taskDefinition);
  const tags = request.include?.includes('TAGS') === true ? { tags: definition.tags } : {};
  return { taskDefinition: taskDefinitionView(definition), ...tags };
}

/** DeregisterTaskDefinition: what runs goes on running; nothing new may be created from it. */
export function deregisterTaskDefinition(
  context: EcsContext,
  request: RequestOf<'DeregisterTaskDefinition'>,
): object {
  if (!/:\d+$/.test(request.taskDefinition)) {
    throw new AwsError('InvalidParameterException', 'Revision is missing.');
  }
  const definition = findTaskDefinition(context, request.taskDefinition);
  definition.status = 'INACTIVE';
  definition.deregisteredAt = context.clock.now();
  return { taskDefinition: taskDefinitionView(definition) };
}

/** DeleteTaskDefinitions: only of those that were deregistered before; others are failures. */
export function deleteTaskDefinitions(
  context: EcsContext,
  request: RequestOf<'DeleteTaskDefinitions'>,
): object {
  const taskDefinitions: object[] = [];
  const failures: object[] = [];
  for (const reference of request.taskDefinitions) {
    const definition = findTaskDefinition(context, reference);
    if (definition.status === 'ACTIVE') {
      const reason = 'The specified task definition is still in ACTIVE status.';
      failures.push({ arn: definition.arn, reason, detail: 'Deregister it, then delete it.' });
    } else {
      definition.status = 'DELETE_IN_PROGRESS';
      taskDefinitions.push(taskDefinitionView(definition));
    }
  }
  return { taskDefinitions, failures };
}

export function listTaskDefinitions(context: EcsContext, request: RequestOf<'ListTaskDefinitions'>): object {
  const status = request.status ?? 'ACTIVE';
  const found = [...context.state.taskDefinitions.values()].filter(
    (known) =>
      known.status === status &&
      (request.familyPrefix === undefined || known.family === request.familyPrefix),
  );
  found.sort((left, right) => left.family.localeCompare(right.family) || left.revision - right.revision);
  if (request.sort === 'DESC') found.reverse();
  const { items, ...rest } = page(found, request, 100);
  return { taskDefinitionArns: items.map((known) => known.arn), ...rest };
}
