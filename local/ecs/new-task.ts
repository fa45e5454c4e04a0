import { AwsError } from '../endpoint/seams';
import type { ContainerSpec, NameValue, TaskDefinitionRecord, TaskRecord } from './state';

/** What is given of a task at its beginning. */
export type TaskSeed = Pick<
  TaskRecord,
  'arn' | 'id' | 'clusterArn' | 'taskDefinition' | 'group' | 'fields' | 'tags'
> &
  Partial<Pick<TaskRecord, 'startedBy' | 'serviceArn' | 'deploymentId'>> & {
    readonly overrides?: readonly ContainerOverride[] | undefined;
  };

/** RunTask's override of one container. */
export interface ContainerOverride {
  readonly name?: string | undefined;
  readonly command?: readonly string[] | undefined;
  readonly environment?: readonly NameValue[] | undefined;
}

/** A task in PROVISIONING. */
export function newTask({ overrides, ...seed }: TaskSeed): TaskRecord {
  return {
    ...seed,
    container: overridden(mainContainer(seed.taskDefinition), overrides ?? []),
    lastStatus: 'PROVISIONING',
    desiredStatus: 'RUNNING',
    healthStatus: 'UNKNOWN',
    healthy: false,
    stopRequested: false,
    version: 0,
  };
}

/** The first essential container: the one that runs here. */
function mainContainer(definition: TaskDefinitionRecord): ContainerSpec {
  const container = definition.containers.find((candidate) => candidate.essential);
  if (container === undefined) {
    throw new AwsError('ClientException', `Task definition ${definition.arn} has no essential container.`);
  }
  return container;
}

function overridden(container: ContainerSpec, overrides: readonly ContainerOverride[]): ContainerSpec {
  const override = overrides.find((candidate) => candidate.name === container.name);
  if (override === undefined) return container;
  return {
    ...container,
    argv: override.command === undefined ? container.argv : [...container.entryPoint, ...override.command],
    environment: [...container.environment, ...(override.environment ?? [])],
  };
}
