import {
  DescribeTasksCommand,
  ListTasksCommand,
  RunTaskCommand,
  StopTaskCommand,
  UpdateTaskProtectionCommand,
  type Task,
} from '@aws-sdk/client-ecs';
import {
  createService,
  goodProgram,
  isAlive,
  register,
  settled,
  startWorld,
  tasksWith,
  until,
  valueArn,
  type World,
} from './harness';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

async function run(taskDefinition: string): Promise<string> {
  const { tasks } = await world.client.send(new RunTaskCommand({ cluster: 'main', taskDefinition }));
  return tasks?.[0]?.taskArn ?? '';
}

async function taskOf(arn: string): Promise<Task> {
  const { tasks } = await world.client.send(new DescribeTasksCommand({ cluster: 'main', tasks: [arn] }));
  const task = tasks?.[0];
  if (task === undefined) throw new Error('the task is missing');
  return task;
}

const inState = (arn: string, lastStatus: string): Promise<Task> =>
  until(`the task to be ${lastStatus}`, async () => {
    const task = await taskOf(arn);
    return task.lastStatus === lastStatus && task;
  });

const lines = (arn: string): string[] =>
  world.output.filter((line) => line.taskArn === arn).map(({ line }) => line);

describe('a task', () => {
  test('sees its environment, its secrets, PATH and its own ARN, and nothing else of ours', async () => {
    process.env['TANDEM_TEST_MUST_NOT_LEAK'] = 'x';
    const print = 'console.log(JSON.stringify(process.env))';
    const arn = await run(
      await register(world, {
        command: [process.execPath, '-e', print],
        environment: [{ name: 'MODE', value: 'test' }],
      }),
    );
    await inState(arn, 'STOPPED');
    const { PATH, ...seen } = JSON.parse(lines(arn)[0] ?? '{}') as Record<string, string>;
    expect(seen).toEqual({ MODE: 'test', DATABASE_URL: 'first', ECS_TASK_ARN: arn });
    expect(PATH).toBe(process.env['PATH']);
    delete process.env['TANDEM_TEST_MUST_NOT_LEAK'];
  });

  test('makes one read for each distinct valueFrom (ECS agent: two JSON keys are two reads)', async () => {
    world.values.set(`${valueArn}:username::`, 'blue').set(`${valueArn}:password::`, 'word');
    const keys = ['username', 'password', 'username'];
    const secrets = keys.map((key, index) => ({ name: `V${index}`, valueFrom: `${valueArn}:${key}::` }));
    await inState(
      await run(await register(world, { command: ['/bin/sh', '-c', 'exit 0'], secrets })),
      'STOPPED',
    );
    expect(world.reads).toEqual([`${valueArn}:username::`, `${valueArn}:password::`]);
  });

  test('that cannot read a secret stops with ResourceInitializationError', async () => {
    world.values.clear();
    const task = await inState(await run(await register(world)), 'STOPPED');
    expect(task).toMatchObject({
      stopCode: 'TaskFailedToStart',
      stoppedReason: expect.stringMatching(
        /^ResourceInitializationError: unable to pull secrets or registry auth: .*active-AbCdEf/,
      ) as string,
    });
    expect(task.startedAt).toBeUndefined();
  });

  test('whose program does not exist stops with CannotStartContainerError', async () => {
    const task = await inState(
      await run(await register(world, { command: ['/no/such/program'] })),
      'STOPPED',
    );
    expect(task).toMatchObject({
      stopCode: 'TaskFailedToStart',
      stoppedReason: expect.stringMatching(/^CannotStartContainerError: .*ENOENT/) as string,
    });
  });

  test('without a command stops with CannotPullContainerError', async () => {
    const task = await inState(await run(await register(world, { command: [] })), 'STOPPED');
    expect(task.stoppedReason).toMatch(/^CannotPullContainerError: app:1/);
  });

  test('whose process exits stops with its exit code', async () => {
    const command = ['/bin/sh', '-c', 'exit 7'];
    const task = await inState(await run(await register(world, { command })), 'STOPPED');
    expect(task).toMatchObject({ stopCode: 'EssentialContainerExited', desiredStatus: 'STOPPED' });
    expect(task.containers?.[0]).toMatchObject({ exitCode: 7, lastStatus: 'STOPPED' });
  });

  test('has times in the order of its states', async () => {
    const arn = await run(await register(world));
    await inState(arn, 'RUNNING');
    await world.client.send(new StopTaskCommand({ cluster: 'main', task: arn, reason: 'enough' }));
    const task = await inState(arn, 'STOPPED');
    const times = [task.createdAt, task.startedAt, task.stoppingAt, task.stoppedAt].map((at) =>
      at?.getTime(),
    );
    expect(times).toEqual([...times].sort((left, right) => (left ?? 0) - (right ?? 0)));
    expect(times).not.toContain(undefined);
    expect(task).toMatchObject({ stopCode: 'UserInitiated', stoppedReason: 'enough' });
  });

  test('passes through its states in order, each announced with a growing version', async () => {
    const arn = await run(await register(world, { command: ['/bin/sh', '-c', 'exit 0'] }));
    await inState(arn, 'STOPPED');
    const details = world.events.map((event) => event.detail);
    expect(details.map((detail) => detail['lastStatus'])).toEqual([
      ...['PROVISIONING', 'PENDING', 'RUNNING', 'DEPROVISIONING', 'STOPPED'],
    ]);
    expect(details.map((detail) => detail['version'])).toEqual([1, 2, 3, 4, 5]);
  });

  test('that ignores SIGTERM is killed with its whole group after its stop timeout', async () => {
    const stubborn = 'trap "" TERM; sleep 600 & echo $!; while :; do sleep 1; done';
    const arn = await run(await register(world, { command: ['/bin/sh', '-c', stubborn], stopTimeout: 1 }));
    const grandchild = Number(await until('its first line', () => lines(arn)[0]));
    const asked = Date.now();
    await world.client.send(new StopTaskCommand({ cluster: 'main', task: arn }));
    const task = await inState(arn, 'STOPPED');
    expect(Date.now() - asked).toBeGreaterThanOrEqual(950);
    expect(task.containers?.[0]?.exitCode).toBe(137);
    await until('the grandchild to be gone', () => !isAlive(grandchild));
  });

  test('takes whatever it has started with it when it exits', async () => {
    const orphan = 'sleep 600 >/dev/null 2>&1 & echo $!';
    const arn = await run(await register(world, { command: ['/bin/sh', '-c', orphan] }));
    await inState(arn, 'STOPPED');
    const pid = Number(lines(arn)[0]);
    expect(pid).toBeGreaterThan(1);
    await until('the orphan to be gone', () => !isAlive(pid));
  });

  test('is healthy once its health check succeeds', async () => {
    await world.close();
    world = await startWorld({ healthCheckSecondMs: 20 });
    const healthCheck = { command: ['CMD-SHELL', 'exit 0'], interval: 5, retries: 1 };
    const arn = await run(await register(world, { healthCheck }));
    const task = await until('it to be healthy', async () => {
      const found = await taskOf(arn);
      return found.healthStatus === 'HEALTHY' && found;
    });
    expect(task.lastStatus).toBe('RUNNING');
  });

  test('of a service is replaced when its health check fails', async () => {
    await world.close();
    world = await startWorld({ healthCheckSecondMs: 20 });
    const healthCheck = { command: ['CMD', '/bin/sh', '-c', 'exit 1'], interval: 5, retries: 2 };
    await createService(world, { taskDefinition: await register(world, { healthCheck }) });
    const stopped = await until('a task to be stopped', async () => (await tasksWith(world, 'STOPPED'))[0]);
    expect(stopped.stoppedReason).toBe('Task failed container health checks');
    await until('a replacement', async () => (await tasksWith(world, 'RUNNING'))[0]);
  });
});

describe('lists of tasks', () => {
  test('leave out a stopping task unless STOPPED is asked for, although its process still runs', async () => {
    const slow = 'process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1000)';
    const arn = await run(
      await register(world, { command: [process.execPath, '-e', slow], stopTimeout: 60 }),
    );
    await until('its first line', () => lines(arn)[0]);
    await world.client.send(new StopTaskCommand({ cluster: 'main', task: arn }));
    const running = await world.client.send(new ListTasksCommand({ cluster: 'main' }));
    const stopped = await world.client.send(
      new ListTasksCommand({ cluster: 'main', desiredStatus: 'STOPPED' }),
    );
    expect(running.taskArns).toEqual([]);
    expect(stopped.taskArns).toEqual([arn]);
    expect(await taskOf(arn)).toMatchObject({ lastStatus: 'STOPPING', desiredStatus: 'STOPPED' });
    expect(isAlive(world.ecs.liveTasks()[0]?.pid ?? 0)).toBe(true);
  });

  test('can be narrowed to a service, a family or a starter, and come in pages', async () => {
    await createService(world, { desiredCount: 2 });
    const service = await settled(world);
    const standalone = await run(await register(world, { command: goodProgram }));
    const list = async (filter: object): Promise<string[]> =>
      (await world.client.send(new ListTasksCommand({ cluster: 'main', ...filter }))).taskArns ?? [];
    expect(await list({ serviceName: 'web' })).toHaveLength(2);
    expect(await list({ startedBy: service.primaryId })).toEqual(await list({ serviceName: 'web' }));
    expect(await list({ family: 'app' })).toContain(standalone);
    const first = await world.client.send(new ListTasksCommand({ cluster: 'main', maxResults: 2 }));
    expect(await list({ nextToken: first.nextToken })).toHaveLength(1);
    await expect(list({ serviceName: 'nobody' })).rejects.toMatchObject({ name: 'ServiceNotFoundException' });
  });

  test('describe a hundred tasks a call and name those that are unknown', async () => {
    const unknown = (count: number): Promise<unknown> =>
      world.client.send(
        new DescribeTasksCommand({ cluster: 'main', tasks: Array<string>(count).fill('0'.repeat(32)) }),
      );
    await expect(unknown(101)).rejects.toMatchObject({ name: 'InvalidParameterException' });
    expect(await unknown(1)).toMatchObject({ tasks: [], failures: [{ reason: 'MISSING' }] });
  });
});

test('only a task of a service can be protected (API reference, UpdateTaskProtection)', async () => {
  const arn = await run(await register(world));
  const protect = { cluster: 'main', tasks: [arn], protectionEnabled: true };
  expect(await world.client.send(new UpdateTaskProtectionCommand(protect))).toMatchObject({
    protectedTasks: [],
    failures: [{ arn, reason: 'TASK_NOT_VALID' }],
  });
});

test('closing leaves no process behind, not even one that ignores SIGTERM', async () => {
  const command = ['/bin/sh', '-c', 'trap "" TERM; echo $$; while :; do sleep 1; done'];
  await createService(world, { desiredCount: 2, taskDefinition: await register(world, { command }) });
  const pids = await until(
    'two lines',
    () => world.output.length === 2 && world.output.map(({ line }) => +line),
  );
  await world.close();
  expect(pids.filter(isAlive)).toEqual([]);
  expect(world.kept.size).toBe(0);
});
