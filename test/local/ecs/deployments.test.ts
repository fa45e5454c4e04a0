import {
  DeleteServiceCommand,
  DescribeServicesCommand,
  StopTaskCommand,
  UpdateServiceCommand,
  UpdateTaskProtectionCommand,
  type Task,
} from '@aws-sdk/client-ecs';
import {
  createService,
  describe1,
  force,
  primary,
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

const scale = (desiredCount: number): Promise<unknown> =>
  world.client.send(new UpdateServiceCommand({ cluster: 'main', service: 'web', desiredCount }));

const valueSeenBy = (task: Task | undefined): Promise<string> =>
  until(
    'the value that the task was given',
    () => world.output.find((line) => line.taskArn === task?.taskArn && line.line.startsWith('value '))?.line,
  );

const startedBy = async (deploymentId: string): Promise<Task[]> =>
  (await tasksWith(world, 'RUNNING')).filter((task) => task.startedBy === deploymentId);

describe('a deployment', () => {
  test('has an id of ecs-svc/ and 19 digits, and is startedBy of its tasks (reference: which deployment a task belongs to needs no clock)', async () => {
    await createService(world, { desiredCount: 2 });
    const { primaryId } = await settled(world);
    expect(primaryId).toMatch(/^ecs-svc\/\d{19}$/);
    expect(await startedBy(primaryId)).toHaveLength(2);
    expect((await startedBy(primaryId))[0]).toMatchObject({ group: 'service:web', lastStatus: 'RUNNING' });
  });

  test('when forced re-resolves secrets with the task definition untouched (reference: secrets are resolved once, when a task starts)', async () => {
    await createService(world);
    const before = await settled(world);
    world.values.set(valueArn, 'second');
    await force(world);
    const after = await settled(world);
    expect(after.primaryId).not.toBe(before.primaryId);
    expect(after.taskDefinition).toBe(before.taskDefinition);
    expect(await valueSeenBy((await startedBy(after.primaryId))[0])).toBe('value second');
  });

  test('forced twice deploys twice (reference: UpdateService has no client token)', async () => {
    await createService(world);
    await settled(world);
    const first = primary((await force(world)).service ?? {});
    const second = primary((await force(world)).service ?? {});
    expect(first?.id).not.toBe(second?.id);
  });

  test('never leaves fewer healthy tasks than the minimum nor more tasks than the maximum', async () => {
    await createService(world, {
      desiredCount: 2,
      deploymentConfiguration: { minimumHealthyPercent: 100, maximumPercent: 150 },
    });
    await settled(world);
    const began = world.events.length;
    await force(world);
    await settled(world);
    const running = new Set<unknown>();
    const counts = { least: Infinity, most: 0 };
    for (const [index, { detail, detailType, resources }] of world.events.entries()) {
      if (detailType !== 'ECS Task State Change') continue;
      if (detail['desiredStatus'] === 'RUNNING') running.add(resources[0]);
      else running.delete(resources[0]);
      if (index < began) continue;
      counts.least = Math.min(counts.least, running.size);
      counts.most = Math.max(counts.most, running.size);
    }
    expect(counts).toEqual({ least: 2, most: 3 });
  });

  test('is refused as the sixth active one (reference: ECS rejects a sixth active deployment)', async () => {
    await createService(world, {
      deploymentConfiguration: { maximumPercent: 100, minimumHealthyPercent: 0 },
    });
    await settled(world);
    const stubborn = 'process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1000)';
    const taskDefinition = await register(world, {
      command: [process.execPath, '-e', stubborn],
      stopTimeout: 120,
    });
    await world.client.send(new UpdateServiceCommand({ cluster: 'main', service: 'web', taskDefinition }));
    for (let lines = 1; lines <= 4; lines += 1) {
      await until('another task', () => world.output.filter(({ line }) => line === 'up').length >= lines);
      await force(world);
    }
    await until('five deployments', async () => (await describe1(world)).deployments?.length === 5);
    const more = { cluster: 'main', service: 'web', forceNewDeployment: true, desiredCount: 3 };
    await expect(world.client.send(new UpdateServiceCommand(more))).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: '5 active deployments exist, unable to create new deployment.',
    });
    expect((await describe1(world)).desiredCount).toBe(1);
  });

  test('completes while a stopping task of the former one still runs (reference: COMPLETED does not prove that old tasks are gone)', async () => {
    const slow = 'process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1000)';
    const command = [process.execPath, '-e', slow];
    await createService(world, { taskDefinition: await register(world, { command, stopTimeout: 120 }) });
    const { primaryId } = await settled(world);
    await until('the first task to be up', () => world.output.some(({ line }) => line === 'up'));
    await force(world);
    const service = await until('completion', async () => {
      const found = await describe1(world);
      return primary(found)?.id !== primaryId && primary(found)?.rolloutState === 'COMPLETED' && found;
    });
    expect(service.deployments?.[1]).toMatchObject({ id: primaryId, status: 'ACTIVE' });
    expect((await tasksWith(world, 'STOPPED')).map((task) => task.lastStatus)).toEqual(['STOPPING']);
  });

  test('completes past a protected task, which runs on until its protection ends (reference: scale-in protection)', async () => {
    await createService(world);
    const { primaryId } = await settled(world);
    const [old] = await startedBy(primaryId);
    const protect = async (protectionEnabled: boolean): Promise<unknown> =>
      world.client.send(
        new UpdateTaskProtectionCommand({ cluster: 'main', tasks: [old?.taskArn ?? ''], protectionEnabled }),
      );
    await protect(true);
    await force(world);
    await until('completion', async () => {
      const found = primary(await describe1(world));
      return found?.id !== primaryId && found?.rolloutState === 'COMPLETED';
    });
    expect(await startedBy(primaryId)).toHaveLength(1);
    await protect(false);
    await settled(world);
    expect(await startedBy(primaryId)).toHaveLength(0);
  });

  test('without a circuit breaker goes on trying, and finishes when the secret can be read again (reference: the service keeps retrying)', async () => {
    world.values.clear();
    await createService(world);
    const failing = await until('five failures', async () => {
      const service = await describe1(world);
      return (primary(service)?.failedTasks ?? 0) >= 5 && service;
    });
    expect(primary(failing)?.rolloutState).toBe('IN_PROGRESS');
    world.values.set(valueArn, 'back');
    await settled(world);
    expect(world.events.map(({ detail }) => detail['eventName'])).not.toContain('SERVICE_DEPLOYMENT_FAILED');
  });
});

describe('replacement and scaling', () => {
  test('replace a lost task, which reads its secrets at its own start (reference: so do replacement and scale-out tasks)', async () => {
    await createService(world);
    const { primaryId } = await settled(world);
    const [lost] = await startedBy(primaryId);
    world.values.set(valueArn, 'later');
    process.kill(world.ecs.liveTasks()[0]?.pid ?? NaN, 'SIGKILL');
    const replacement = await until('a replacement', async () =>
      (await startedBy(primaryId)).find((task) => task.taskArn !== lost?.taskArn),
    );
    expect(await valueSeenBy(replacement)).toBe('value later');
  });

  test('replace a lost old task in its own deployment while a new one fails (AWS, November 2025)', async () => {
    await createService(world);
    const { primaryId } = await settled(world);
    const broken = await register(world, { secrets: [{ name: 'X', valueFrom: 'missing' }] });
    await world.client.send(
      new UpdateServiceCommand({ cluster: 'main', service: 'web', taskDefinition: broken }),
    );
    const [old] = await startedBy(primaryId);
    await world.client.send(new StopTaskCommand({ cluster: 'main', task: old?.taskArn }));
    const replacement = await until('a replacement', async () => (await startedBy(primaryId))[0]);
    expect(replacement.taskArn).not.toBe(old?.taskArn);
  });

  test('start and stop tasks as the desired count asks, without a deployment', async () => {
    await createService(world);
    const before = await settled(world);
    await scale(3);
    await until('three tasks', async () => (await describe1(world)).runningCount === 3);
    await scale(0);
    const after = await until('no task', async () => {
      const service = await describe1(world);
      return service.runningCount === 0 && service;
    });
    expect(primary(after)?.id).toBe(before.primaryId);
  });
});

describe('services', () => {
  test('of the same name cannot be created twice while one is active', async () => {
    await createService(world, { desiredCount: 0 });
    await expect(createService(world, { desiredCount: 0 })).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'Creation of service was not idempotent.',
    });
  });

  test('are deleted through DRAINING to INACTIVE, above a desired count of 0 only by force', async () => {
    await createService(world);
    await settled(world);
    const remove = (options: object): Promise<{ service?: { status?: string | undefined } | undefined }> =>
      world.client.send(new DeleteServiceCommand({ cluster: 'main', service: 'web', ...options }));
    await expect(remove({})).rejects.toMatchObject({ name: 'InvalidParameterException' });
    expect((await remove({ force: true })).service?.status).toBe('DRAINING');
    await until('it to be inactive', async () => (await describe1(world)).status === 'INACTIVE');
    expect(await tasksWith(world, 'RUNNING')).toEqual([]);
    await expect(force(world)).rejects.toMatchObject({ name: 'ServiceNotActiveException' });
    await createService(world, { desiredCount: 0 });
  });

  test('are described ten a call, unknown ones as failures MISSING', async () => {
    const ask = (services: string[]): Promise<unknown> =>
      world.client.send(new DescribeServicesCommand({ cluster: 'main', services }));
    expect(await ask(['nobody'])).toMatchObject({ services: [], failures: [{ reason: 'MISSING' }] });
    await expect(ask(Array<string>(11).fill('x'))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });

  test('may be read as they were a while ago (reference: an UpdateService may not be visible to the next DescribeServices)', async () => {
    await world.close();
    world = await startWorld({ readLagMs: 700 });
    await createService(world, { desiredCount: 0 });
    const seen = await until('it to be visible', () => describe1(world).catch(() => undefined));
    const forced = primary((await force(world)).service ?? {});
    expect(primary(await describe1(world))?.id).toBe(primary(seen)?.id);
    await until(
      'the new deployment to be visible',
      async () => primary(await describe1(world))?.id === forced?.id,
    );
  });
});
