import { ECSClient, type ListTasksCommandInput, type Task } from '@aws-sdk/client-ecs';
import { tasksByAddress } from '../../cli/addresses';

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

const TASKS: readonly Task[] = [
  {
    taskArn: 'arn:aws:ecs:eu-central-1:123456789012:task/main/a1',
    group: 'service:web',
    lastStatus: 'RUNNING',
    containers: [{ networkInterfaces: [{ privateIpv4Address: '10.0.0.1' }] }, {}],
    attachments: [{ details: [{ name: 'privateIPv4Address', value: '10.0.0.1' }, { name: 'subnetId' }] }],
  },
  {
    taskArn: 'arn:aws:ecs:eu-central-1:123456789012:task/main/b2',
    group: 'family:migrate',
    lastStatus: 'DEPROVISIONING',
    attachments: [{ details: [{ name: 'privateIPv4Address', value: '10.0.0.2' }] }],
  },
  {
    taskArn: 'arn:aws:ecs:eu-central-1:123456789012:task/main/c3',
    group: 'service:on-a-host',
    lastStatus: 'RUNNING',
  },
  {
    taskArn: 'arn:aws:ecs:eu-central-1:123456789012:task/main/d4',
    group: 'service:web',
    lastStatus: 'STOPPED',
    containers: [{ networkInterfaces: [{ privateIpv4Address: '10.0.0.4' }] }],
  },
];

/** An ECS that has these tasks, one on a page of those that run. */
function ecs(): ECSClient {
  const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
  const client = new ECSClient({ region: 'eu-central-1', credentials });
  const arns = TASKS.map(({ taskArn = '' }) => taskArn);
  const list = ({ desiredStatus, nextToken = '0' }: ListTasksCommandInput) => {
    if (desiredStatus === 'STOPPED') return { taskArns: arns.slice(3) };
    const page = Number(nextToken);
    return { taskArns: arns.slice(page, page + 1), ...(page < 2 ? { nextToken: String(page + 1) } : {}) };
  };
  client.middlewareStack.add(
    (_next, { commandName }) =>
      ({ input }) => {
        const output =
          commandName === 'ListTasksCommand' ? list(input as ListTasksCommandInput) : { tasks: [...TASKS] };
        return Promise.resolve({ output: { $metadata: {}, ...output }, response: {} });
      },
    { step: 'initialize', priority: 'high' },
  );
  return client;
}

it('a task is known by its address, whichever way ECS tells it, until it has stopped; one on a host’s network is not', async () => {
  expect([...(await tasksByAddress(ecs(), ['main']))]).toEqual([
    ['10.0.0.1', ['main/web task a1']],
    ['10.0.0.2', ['main/standalone (family:migrate) task b2']],
  ]);
});
