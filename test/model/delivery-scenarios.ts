import type { Delivery } from '../../lambda-src/core/delivery';
import { failDeployment, finishDeployments } from './ecs';
import { moveMirrorBack, moveSlotBack, recreate, writeByHand } from './people';
import { applied, installed, rest, rolling, type Scenario } from './scenarios';
import { World } from './world';

/** What differs where applications read something else than an active secret. */
const scenariosOf = (delivery: Delivery, published: 'active' | 'pointer'): readonly Scenario[] => [
  {
    name: `${delivery}: bootstrap from nothing`,
    begin: () => Promise.resolve(World.empty(2, 'dual-user', undefined, delivery)),
    run: async (world) => {
      await applied(world, 'create');
      world.startServices([1, 1]);
      await rest(world);
    },
  },
  {
    name: `${delivery}: bootstrap where the record was lost`,
    begin: async () => {
      const world = await installed('dual-user', delivery);
      world.parameters.delete(world.name('record'));
      return world;
    },
    run: async (world) => {
      await applied(world, 'update');
      await rest(world);
    },
  },
  {
    name: `${delivery}: bootstrap of a standby whose secret was made again`,
    begin: async () => {
      const world = await installed('dual-user', delivery);
      recreate(world, 'green');
      return world;
    },
    run: async (world) => {
      await applied(world, 'update');
      await rest(world);
    },
  },
  {
    name: `${delivery}: a rotation and its rollout`,
    begin: () => installed('dual-user', delivery),
    run: async (world) => {
      world.rotations.press('green');
      await rest(world);
    },
  },
  {
    name: `${delivery}: a rollout whose deployment fails`,
    begin: async () => {
      const world = await rolling(await installed('dual-user', delivery));
      const [key = ''] = world.keys();
      failDeployment(world, world.services.service(key));
      return world;
    },
    run: rest,
  },
  {
    name: `${delivery}: written over by a person with what it held before`,
    begin: async () => {
      const world = await rolling(await installed('dual-user', delivery));
      finishDeployments(world);
      moveMirrorBack(world);
      return world;
    },
    run: rest,
  },
  {
    name: `${delivery}: removed by a person`,
    begin: async () => {
      const world = await installed('dual-user', delivery);
      world.parameters.delete(world.name(published));
      world.promises.mirrorMovedBy = 'person';
      return world;
    },
    run: rest,
  },
  {
    name: `${delivery}: destroy`,
    begin: () => installed('dual-user', delivery),
    run: (world) => applied(world, 'delete'),
  },
];

const entrypoint = () => installed('dual-user', 'entrypoint');

/** What a person can do to the slot that containers pick. */
const PICKED: readonly Scenario[] = [
  {
    name: 'entrypoint: a value stored by hand in the active slot',
    begin: async () => {
      const world = await entrypoint();
      writeByHand(world, 'blue');
      return world;
    },
    run: rest,
  },
  {
    name: 'entrypoint: a value stored by hand in the standby, which logs in and names no version of its own',
    begin: async () => {
      const world = await entrypoint();
      writeByHand(world, 'blue');
      await rest(world);
      writeByHand(world, 'green');
      return world;
    },
    run: rest,
  },
  {
    name: 'entrypoint: the label of the active slot moved back by a person',
    begin: async () => {
      const world = await rolling(await entrypoint());
      await rest(world);
      world.rotations.press('blue');
      await rest(world);
      moveSlotBack(world, 'blue');
      return world;
    },
    run: rest,
  },
  {
    name: 'entrypoint: a revert to a slot whose label a person has moved',
    begin: async () => {
      const world = await rolling(await entrypoint());
      finishDeployments(world);
      writeByHand(world, 'blue');
      return world;
    },
    run: async (world) => {
      world.ask('revert');
      await rest(world);
    },
  },
];

export const DELIVERY_SCENARIOS: readonly Scenario[] = [
  ...scenariosOf('parameter', 'active'),
  ...scenariosOf('entrypoint', 'pointer'),
  ...PICKED,
];
