import {
  ClusterNotFoundException,
  DescribeTasksCommand,
  type ECSClient,
  ListTasksCommand,
  type ListTasksCommandInput,
  ServiceNotActiveException,
  ServiceNotFoundException,
  type Task,
} from '@aws-sdk/client-ecs';

/** "A list of up to 100 task IDs": DescribeTasks, Amazon ECS API Reference. */
const PER_CALL = 100;

type Filter = Pick<ListTasksCommandInput, 'serviceName' | 'family'>;

/** Those that are not STOPPED yet. */
export async function listTasks(
  client: ECSClient,
  cluster: string,
  filter: Filter,
): Promise<readonly Task[]> {
  const arns = new Set<string>();
  for (const desiredStatus of ['RUNNING', 'STOPPED'] as const) {
    for (const arn of await list(client, { cluster, ...filter, desiredStatus })) arns.add(arn);
  }
  const all = [...arns];
  const tasks: Task[] = [];
  for (let from = 0; from < all.length; from += PER_CALL) {
    const answer = await client.send(
      new DescribeTasksCommand({ cluster, tasks: all.slice(from, from + PER_CALL) }),
    );
    tasks.push(...(answer.tasks ?? []).filter((task) => task.lastStatus !== 'STOPPED'));
  }
  return tasks;
}

async function list(client: ECSClient, input: ListTasksCommandInput): Promise<string[]> {
  const arns: string[] = [];
  let nextToken: string | undefined;
  do {
    try {
      const page = await client.send(new ListTasksCommand({ ...input, nextToken }));
      arns.push(...(page.taskArns ?? []));
      nextToken = page.nextToken;
    } catch (error) {
      if (isGone(error)) return arns;
      throw error;
    }
  } while (nextToken !== undefined);
  return arns;
}

/** Whether service or cluster are missing or inactive. */
export function isGone(error: unknown): boolean {
  return (
    error instanceof ServiceNotFoundException ||
    error instanceof ServiceNotActiveException ||
    error instanceof ClusterNotFoundException
  );
}
