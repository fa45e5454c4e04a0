import { failDeployment, finishDeployments } from './ecs';
import { moveMirrorBack, recreate } from './people';
import { applied, installed, rest, rolling, type Scenario } from './scenarios';
import { World } from './world';

const parameter = () => installed('dual-user', 'parameter');

/** What differs where applications read a parameter. */
export const PARAMETER_SCENARIOS: readonly Scenario[] = [
  {
    name: 'parameter: bootstrap from nothing',
    begin: () => Promise.resolve(World.empty(2, 'dual-user', undefined, 'parameter')),
    run: async (world) => {
      await applied(world, 'create');
      world.startServices([1, 1]);
      await rest(world);
    },
  },
  {
    name: 'parameter: bootstrap where the record was lost',
    begin: async () => {
      const world = await parameter();
      world.parameters.delete(world.name('record'));
      return world;
    },
    run: async (world) => {
      await applied(world, 'update');
      await rest(world);
    },
  },
  {
    name: 'parameter: bootstrap of a standby whose secret was made again',
    begin: async () => {
      const world = await parameter();
      recreate(world, 'green');
      return world;
    },
    run: async (world) => {
      await applied(world, 'update');
      await rest(world);
    },
  },
  {
    name: 'parameter: a rotation and its rollout',
    begin: parameter,
    run: async (world) => {
      world.rotations.press('green');
      await rest(world);
    },
  },
  {
    name: 'parameter: a rollout whose deployment fails',
    begin: async () => {
      const world = await rolling(await parameter());
      const [key = ''] = world.keys();
      failDeployment(world, world.services.service(key));
      return world;
    },
    run: rest,
  },
  {
    name: 'parameter: written over by a person with what it held before',
    begin: async () => {
      const world = await rolling(await parameter());
      finishDeployments(world);
      moveMirrorBack(world);
      return world;
    },
    run: rest,
  },
  {
    name: 'parameter: removed by a person',
    begin: async () => {
      const world = await parameter();
      world.parameters.delete(world.name('active'));
      world.promises.mirrorMovedBy = 'person';
      return world;
    },
    run: rest,
  },
  {
    name: 'parameter: destroy',
    begin: parameter,
    run: (world) => applied(world, 'delete'),
  },
];
