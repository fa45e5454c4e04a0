import {
  StopServiceDeploymentCommand,
  type DeploymentConfiguration,
  type ServiceDeploymentStatus,
} from '@aws-sdk/client-ecs';
import { deployingOf, deploymentsOf } from '../../../../lambda-src/adapters/aws/deployments';
import { EcsServices } from '../../../../lambda-src/adapters/aws/ecs';
import {
  begun,
  createService,
  deployed,
  latestDeployment,
  register,
  startWorld,
  until,
  type World,
} from '../../../local/ecs/harness';

const WEB = { cluster: 'main', service: 'web' };
const BLUE_GREEN = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1 } as const;

let world: World;
let services: EcsServices;
/** Names of the commands sent. */
let sent: string[];
/** What every service deployment is said to be at, instead of what it is. */
let instead: ServiceDeploymentStatus | undefined;
async function begin(settings: Parameters<typeof startWorld>[0] = {}): Promise<void> {
  world = await startWorld(settings);
  services = new EcsServices(world.client, world.codeDeploy);
  sent = [];
  instead = undefined;
  world.client.middlewareStack.add(
    (next, context) => async (args) => {
      sent.push(String(context.commandName).replace(/Command$/, ''));
      const answer = await next(args);
      const { output } = answer;
      if (instead !== undefined && 'serviceDeployments' in output)
        for (const deployment of output.serviceDeployments ?? []) deployment.status = instead;
      return answer;
    },
    { step: 'initialize' },
  );
}
afterEach(() => world.close());

const primary = async () => {
  const [found] = await services.observe([WEB]);
  return found?.consumer.deployments.find((deployment) => deployment.primary);
};
const baking = () =>
  until('the bake time', async () => (await latestDeployment(world))?.lifecycleStage === 'BAKE_TIME');

describe('a blue/green deployment', () => {
  it('is in progress for its whole bake time, and tasks of the revision before are seen all the while', async () => {
    await begin({ minuteMs: 600_000 });
    await createService(world, { deploymentConfiguration: BLUE_GREEN });
    await deployed(world);
    const before = await primary();
    expect(before?.state).toBe('completed');
    const { id } = begun(await services.forceDeployment(WEB));
    await baking();
    expect(await primary()).toMatchObject({ id, state: 'in-progress' });
    const tasks = (await services.tasks(WEB)).map(({ startedBy }) => startedBy).sort();
    expect(tasks).toEqual([before?.id, id].sort());
  });

  it('has failed as soon as it is called back', async () => {
    await begin({ minuteMs: 600_000 });
    await createService(world, { deploymentConfiguration: BLUE_GREEN });
    await deployed(world);
    const before = await primary();
    const { id } = begun(await services.forceDeployment(WEB));
    await baking();
    const arn = (await latestDeployment(world))?.serviceDeploymentArn;
    await world.client.send(new StopServiceDeploymentCommand({ serviceDeploymentArn: arn }));
    const seen = (await services.observe([WEB]))[0]?.consumer.deployments ?? [];
    expect(seen.find((deployment) => deployment.id === id)?.state ?? 'failed').toBe('failed');
    await until('what was before, in place again', async () => {
      const found = await primary();
      return found?.id === before?.id && found?.state === 'completed';
    });
  });

  const STATES: readonly [ServiceDeploymentStatus, string][] = [
    ['PENDING', 'in-progress'],
    ['IN_PROGRESS', 'in-progress'],
    ['STOP_REQUESTED', 'in-progress'],
    ['SUCCESSFUL', 'completed'],
    ['STOPPED', 'failed'],
    ['ROLLBACK_REQUESTED', 'failed'],
    ['ROLLBACK_IN_PROGRESS', 'failed'],
    ['ROLLBACK_SUCCESSFUL', 'failed'],
    ['ROLLBACK_FAILED', 'failed'],
  ];
  it.each(STATES)('whose service deployment is %s is %s', async (status, state) => {
    await begin();
    await createService(world, { deploymentConfiguration: BLUE_GREEN });
    instead = status;
    expect((await primary())?.state).toBe(state);
    expect((await primary())?.state).toBe(state);
  });
});

describe('service deployments', () => {
  it('are listed once, described twenty at a time while under way, and not asked for when over', async () => {
    await begin({ retryFirstMs: 600_000, retryMostMs: 600_000 });
    world.values.clear();
    const taskDefinition = await register(world);
    const names = Array.from({ length: 21 }, (_, index) => ({ cluster: 'main', service: `web-${index}` }));
    for (const { service } of names)
      await createService(world, {
        serviceName: service,
        taskDefinition,
        deploymentConfiguration: BLUE_GREEN,
      });
    const asked = async () => {
      sent.length = 0;
      await services.observe(names);
      return sent.filter((name) => name !== 'DescribeServices');
    };
    expect(await asked()).toEqual(names.map(() => 'ListServiceDeployments'));
    expect(await asked()).toEqual(['DescribeServiceDeployments', 'DescribeServiceDeployments']);
    instead = 'SUCCESSFUL';
    await asked();
    expect(await asked()).toEqual([]);
  });

  it('are not asked for where a rolling deployment says itself how far it is', async () => {
    await begin();
    await createService(world);
    await services.observe([WEB]);
    expect(sent.filter((name) => name.includes('ServiceDeployments'))).toEqual([]);
  });
});

it('what ECS goes back to is in progress until it says that it is there', () => {
  const service = {
    deployments: [
      { id: 'ecs-svc/1', status: 'PRIMARY' },
      { id: 'ecs-svc/2', status: 'ACTIVE' },
    ],
  };
  const back = new Map([
    ['ecs-svc/1', 'completed'],
    ['ecs-svc/2', 'turning-back'],
  ] as const);
  expect(deploymentsOf(service, back).map(({ state }) => state)).toEqual(['in-progress', 'failed']);
});

it.each<[DeploymentConfiguration, string, number]>([
  [{}, 'rolling', 0],
  [{ strategy: 'ROLLING', bakeTimeInMinutes: 2 }, 'rolling', 120],
  [{ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5 }, 'blue/green', 300],
  [{ strategy: 'LINEAR', bakeTimeInMinutes: 1 }, 'linear', 55 * 60],
  [{ strategy: 'LINEAR', linearConfiguration: { stepPercent: 30, stepBakeTimeInMinutes: 2 } }, 'linear', 360],
  [{ strategy: 'CANARY', bakeTimeInMinutes: 1 }, 'canary', 660],
  [{ strategy: 'CANARY', canaryConfiguration: { canaryBakeTimeInMinutes: 0 } }, 'canary', 0],
])('a service of %j deploys %s and waits %d seconds', (deploymentConfiguration, kind, seconds) => {
  expect(deployingOf({ deploymentConfiguration }, null)).toEqual({ kind, seconds });
});
