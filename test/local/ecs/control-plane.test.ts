import {
  CreateClusterCommand,
  DeleteClusterCommand,
  DeleteTaskDefinitionsCommand,
  DeregisterTaskDefinitionCommand,
  DescribeClustersCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ListServicesCommand,
  ListTagsForResourceCommand,
  ListTaskDefinitionsCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import {
  container,
  createService,
  register,
  settled,
  startWorld,
  until,
  valueArn,
  type World,
} from './harness';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

describe('task definitions', () => {
  test('count revisions per family and are found by family, revision and ARN', async () => {
    const [first, second] = [await register(world), await register(world)];
    const find = async (taskDefinition: string): Promise<string | undefined> =>
      (await world.client.send(new DescribeTaskDefinitionCommand({ taskDefinition }))).taskDefinition
        ?.taskDefinitionArn;
    expect(first).toBe('arn:aws:ecs:eu-central-1:123456789012:task-definition/app:1');
    expect(await find('app')).toBe(second);
    expect(await find('app:1')).toBe(first);
    expect(await find(first)).toBe(first);
  });

  test('answer everything that was registered, with the defaults that AWS fills in', async () => {
    const registered = {
      family: 'whole',
      cpu: '512',
      memory: '1024',
      networkMode: 'awsvpc' as const,
      requiresCompatibilities: ['FARGATE' as const],
      executionRoleArn: 'arn:aws:iam::123456789012:role/execution',
      taskRoleArn: 'arn:aws:iam::123456789012:role/task',
      runtimePlatform: { cpuArchitecture: 'ARM64' as const, operatingSystemFamily: 'LINUX' as const },
      ephemeralStorage: { sizeInGiB: 30 },
      volumes: [{ name: 'scratch' }],
    };
    const logConfiguration = { logDriver: 'awslogs' as const, options: { 'awslogs-group': 'app' } };
    const given = container({ portMappings: [{ containerPort: 80 }], logConfiguration });
    const tags = [{ key: 'team', value: 'platform' }];
    await world.client.send(
      new RegisterTaskDefinitionCommand({ ...registered, containerDefinitions: [given], tags }),
    );
    const answer = await world.client.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: 'whole', include: ['TAGS'] }),
    );
    expect(answer).toMatchObject({ taskDefinition: { ...registered, status: 'ACTIVE', revision: 1 }, tags });
    expect(answer.taskDefinition?.containerDefinitions?.[0]).toEqual({
      ...given,
      cpu: 0,
      environment: [],
      mountPoints: [],
      volumesFrom: [],
      systemControls: [],
      portMappings: [{ containerPort: 80, hostPort: 80, protocol: 'tcp' }],
    });
  });

  test('once deregistered can be described and deleted, and run no more', async () => {
    const taskDefinition = await register(world);
    const { taskDefinition: gone } = await world.client.send(
      new DeregisterTaskDefinitionCommand({ taskDefinition }),
    );
    expect(gone?.status).toBe('INACTIVE');
    await expect(
      world.client.send(new RunTaskCommand({ cluster: 'main', taskDefinition })),
    ).rejects.toMatchObject({ name: 'ClientException', message: 'TaskDefinition is inactive' });
    const { taskDefinitionArns } = await world.client.send(
      new ListTaskDefinitionsCommand({ familyPrefix: 'app' }),
    );
    expect(taskDefinitionArns).toEqual([]);
    const { taskDefinitions } = await world.client.send(
      new DeleteTaskDefinitionsCommand({ taskDefinitions: [taskDefinition] }),
    );
    expect(taskDefinitions?.[0]?.status).toBe('DELETE_IN_PROGRESS');
  });
});

describe('clusters', () => {
  test('are answered with their tags and settings on request, and are INACTIVE once deleted', async () => {
    const settings = [{ name: 'containerInsights' as const, value: 'enabled' }];
    const tags = [{ key: 'a', value: 'b' }];
    await world.client.send(new CreateClusterCommand({ clusterName: 'other', settings, tags }));
    const read = async (): Promise<unknown> =>
      (
        await world.client.send(
          new DescribeClustersCommand({ clusters: ['other'], include: ['TAGS', 'SETTINGS'] }),
        )
      ).clusters?.[0];
    expect(await read()).toMatchObject({ status: 'ACTIVE', settings, tags });
    await world.client.send(new DeleteClusterCommand({ cluster: 'other' }));
    expect(await read()).toMatchObject({ status: 'INACTIVE' });
    await expect(world.client.send(new ListServicesCommand({ cluster: 'other' }))).rejects.toMatchObject({
      name: 'ClusterNotFoundException',
    });
  });

  test('cannot be deleted while a service is active', async () => {
    await createService(world, { desiredCount: 0 });
    await expect(world.client.send(new DeleteClusterCommand({ cluster: 'main' }))).rejects.toMatchObject({
      name: 'ClusterContainsServicesException',
    });
  });
});

describe('services', () => {
  const written = {
    desiredCount: 0,
    launchType: 'FARGATE' as const,
    platformVersion: '1.4.0',
    networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'], securityGroups: ['sg-1'] } },
    deploymentConfiguration: {
      minimumHealthyPercent: 50,
      maximumPercent: 150,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      alarms: { alarmNames: ['errors'], enable: true, rollback: true },
    },
    loadBalancers: [{ targetGroupArn: 'arn:tg', containerName: 'app', containerPort: 80 }],
    serviceRegistries: [{ registryArn: 'arn:registry' }],
    healthCheckGracePeriodSeconds: 30,
    enableECSManagedTags: true,
    propagateTags: 'SERVICE' as const,
    enableExecuteCommand: true,
    availabilityZoneRebalancing: 'DISABLED' as const,
  };

  const read = async (): Promise<object> => {
    const { services } = await world.client.send(
      new DescribeServicesCommand({ cluster: 'main', services: ['web'], include: ['TAGS'] }),
    );
    return services?.[0] ?? {};
  };

  test('answer every field that was written', async () => {
    const tags = [{ key: 'team', value: 'platform' }];
    await createService(world, { ...written, tags });
    expect(await read()).toMatchObject({ ...written, tags, schedulingStrategy: 'REPLICA' });
  });

  test('have AWS defaults for what was not written', async () => {
    await createService(world, { desiredCount: 0 });
    expect(await read()).toMatchObject({
      launchType: 'EC2',
      propagateTags: 'NONE',
      deploymentConfiguration: {
        minimumHealthyPercent: 100,
        maximumPercent: 200,
        deploymentCircuitBreaker: { enable: false, rollback: false },
      },
    });
  });

  test('keep what an update does not name, and deploy only for what a deployment needs', async () => {
    await createService(world, written);
    const { primaryId } = await settled(world);
    const update = async (changes: object): Promise<void> => {
      await world.client.send(new UpdateServiceCommand({ cluster: 'main', service: 'web', ...changes }));
    };
    await update({ deploymentConfiguration: { maximumPercent: 200 }, healthCheckGracePeriodSeconds: 60 });
    expect(await read()).toMatchObject({
      ...written,
      healthCheckGracePeriodSeconds: 60,
      deploymentConfiguration: { ...written.deploymentConfiguration, maximumPercent: 200 },
      deployments: [{ id: primaryId }],
    });
    await update({ platformVersion: 'LATEST' });
    expect((await settled(world)).primaryId).not.toBe(primaryId);
  });

  test('of another deployment controller are refused rather than served wrongly', async () => {
    await expect(createService(world, { deploymentController: { type: 'EXTERNAL' } })).rejects.toMatchObject({
      name: 'UnsupportedFeatureException',
    });
  });
});

test('tags are set, replaced and removed by ARN', async () => {
  const resourceArn = await register(world);
  const list = async (): Promise<unknown> =>
    (await world.client.send(new ListTagsForResourceCommand({ resourceArn }))).tags;
  const tags = [
    { key: 'a', value: '1' },
    { key: 'b', value: '2' },
  ];
  await world.client.send(new TagResourceCommand({ resourceArn, tags }));
  await world.client.send(new TagResourceCommand({ resourceArn, tags: [{ key: 'b', value: '3' }] }));
  await world.client.send(new UntagResourceCommand({ resourceArn, tagKeys: ['a'] }));
  expect(await list()).toEqual([{ key: 'b', value: '3' }]);
});

test('events have the shapes that the Developer Guide documents', async () => {
  await createService(world);
  const service = await settled(world);
  const steady = await until('the steady state', () =>
    world.events.find((event) => event.detailType === 'ECS Service Action'),
  );
  const of = (detailType: string): unknown =>
    world.events.findLast((event) => event.detailType === detailType);
  expect(steady).toMatchObject({
    source: 'aws.ecs',
    resources: [service.serviceArn],
    detail: { eventName: 'SERVICE_STEADY_STATE', eventType: 'INFO', clusterArn: service.clusterArn },
  });
  expect(of('ECS Deployment State Change')).toMatchObject({
    resources: [service.serviceArn],
    detail: {
      eventName: 'SERVICE_DEPLOYMENT_COMPLETED',
      eventType: 'INFO',
      deploymentId: service.primaryId,
      reason: `ECS deployment ${service.primaryId} completed.`,
      updatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
    },
  });
  expect(of('ECS Task State Change')).toMatchObject({
    detail: {
      group: 'service:web',
      clusterArn: service.clusterArn,
      startedBy: service.primaryId,
      lastStatus: 'RUNNING',
      desiredStatus: 'RUNNING',
      taskDefinitionArn: service.taskDefinition,
      version: 3,
    },
  });
  expect(JSON.stringify(world.events)).not.toContain(world.values.get(valueArn));
});
