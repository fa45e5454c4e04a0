import type { EcsContext } from './context';
import type { TaskRecord } from './state';

/** A secret or parameter of a task definition could not be read. */
export class SecretsUnavailable extends Error {
  override readonly name = 'SecretsUnavailable';
}

/**
 * What a container of this task sees, and nothing else of this process's environment: the task definition's
 * `environment`, its `secrets` as they read now, PATH, `ECS_TASK_ARN`, and for a service's task
 * `ECS_DEPLOYMENT_ID`.
 *
 * Each distinct `valueFrom` is one read of its own, as the ECS agent does it; between two reads a value may change.
 * @throws SecretsUnavailable naming the `valueFrom` that could not be read
 */
export async function taskEnvironment(
  context: EcsContext,
  task: TaskRecord,
): Promise<Record<string, string>> {
  const environment: Record<string, string> = { PATH: process.env['PATH'] ?? '/usr/bin:/bin' };
  for (const { name, value } of task.container.environment) environment[name] = value;
  const read = new Map<string, string>();
  for (const { name, valueFrom } of task.container.secrets) {
    const known = read.get(valueFrom);
    if (known === undefined && read.size > 0) await gap(context);
    const value = known ?? resolve(context, valueFrom);
    read.set(valueFrom, value);
    environment[name] = value;
  }
  environment['ECS_TASK_ARN'] = task.arn;
  if (task.deploymentId !== undefined) environment['ECS_DEPLOYMENT_ID'] = task.deploymentId;
  return environment;
}

function gap(context: EcsContext): Promise<void> {
  return new Promise((resolved) => {
    context.timers.after(context.settings.secretReadGapMs, resolved);
  });
}

function resolve(context: EcsContext, valueFrom: string): string {
  try {
    return context.values.resolve(valueFrom);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'unknown reason';
    throw new SecretsUnavailable(
      `ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from ${valueFrom}: ${why}`,
      { cause },
    );
  }
}
