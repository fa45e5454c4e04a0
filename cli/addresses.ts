import { DescribeTasksCommand, ListTasksCommand, type ECSClient, type Task } from '@aws-sdk/client-ecs';

/** "A list of up to 100 task IDs": DescribeTasks, Amazon ECS API Reference. */
const TASKS_PER_CALL = 100;

/**
 * Whose task has which address: of tasks with a network interface of their own (awsvpc). Others share their host's, which
 * tells of none.
 * @returns `cluster/service task id` of every task, by private IPv4 address
 */
export async function tasksByAddress(
  client: ECSClient,
  clusters: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>();
  for (const cluster of clusters)
    for (const task of await tasksOf(client, cluster))
      for (const address of addressesOf(task))
        found.set(address, [...(found.get(address) ?? []), nameOf(cluster, task)]);
  return found;
}

/** Stopping ones included: ListTasks shows them among those whose desired status is STOPPED. */
async function tasksOf(client: ECSClient, cluster: string): Promise<readonly Task[]> {
  const arns = new Set<string>();
  for (const desiredStatus of ['RUNNING', 'STOPPED'] as const) {
    let nextToken: string | undefined;
    do {
      const page = await client.send(new ListTasksCommand({ cluster, desiredStatus, nextToken }));
      for (const arn of page.taskArns ?? []) arns.add(arn);
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
  }
  const all = [...arns];
  const tasks: Task[] = [];
  for (let from = 0; from < all.length; from += TASKS_PER_CALL) {
    const asked = { cluster, tasks: all.slice(from, from + TASKS_PER_CALL) };
    tasks.push(...((await client.send(new DescribeTasksCommand(asked))).tasks ?? []));
  }
  return tasks.filter(({ lastStatus }) => lastStatus !== 'STOPPED');
}

function addressesOf({ containers = [], attachments = [] }: Task): ReadonlySet<string> {
  const interfaces = containers.flatMap(({ networkInterfaces = [] }) => networkInterfaces);
  const details = attachments.flatMap((attachment) => attachment.details ?? []);
  return new Set([
    ...interfaces.flatMap(({ privateIpv4Address }) => privateIpv4Address ?? []),
    ...details.flatMap(({ name, value }) => (name === 'privateIPv4Address' ? (value ?? []) : [])),
  ]);
}

/** A service's tasks are in the group `service:<name>`: Task, Amazon ECS API Reference. */
function nameOf(cluster: string, { group = '', taskArn = '' }: Task): string {
  const owner = group.startsWith('service:') ? group.slice('service:'.length) : `standalone (${group})`;
  return `${cluster}/${owner} task ${taskArn.slice(taskArn.lastIndexOf('/') + 1)}`;
}
