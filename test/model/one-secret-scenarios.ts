import type { Strategy } from '../../lambda-src/core/strategy';
import { failDeployment } from './ecs';
import { applied, installed, rest, rolling, rotated, type Scenario } from './scenarios';
import { World } from './world';

/** What differs where there is one secret. */
function oneSecret(strategy: Exclude<Strategy, 'dual-user'>): readonly Scenario[] {
  return [
    {
      name: `${strategy}: bootstrap from nothing`,
      begin: () => Promise.resolve(World.empty(2, strategy)),
      run: async (world) => {
        await applied(world, 'create');
        world.startServices([1, 1]);
        await rest(world);
      },
    },
    {
      name: `${strategy}: a rotation and its rollout`,
      begin: () => installed(strategy),
      run: async (world) => {
        world.rotations.press('green');
        await rest(world);
      },
    },
    {
      name: `${strategy}: a rotation that a person asks for`,
      begin: async () => {
        const world = await installed(strategy);
        world.ask('rotate');
        return world;
      },
      run: rest,
    },
    {
      name: `${strategy}: a rollout whose deployment fails`,
      begin: async () => {
        const world = await rolling(await installed(strategy));
        const [key = ''] = world.keys();
        failDeployment(world, world.services.service(key));
        world.services.remember();
        world.tick(31);
        return world;
      },
      run: rest,
    },
    {
      name: `${strategy}: a bootstrap where the record was lost`,
      begin: async () => {
        const world = await rotated(await installed(strategy));
        world.parameters.delete(world.name('record'));
        return world;
      },
      run: async (world) => {
        await applied(world, 'update');
        await rest(world);
      },
    },
  ];
}

export const ONE_SECRET_SCENARIOS: readonly Scenario[] = [
  ...oneSecret('alternating'),
  {
    name: 'alternating: a revert that a person asks for, after the rollout',
    begin: async () => {
      const world = await rotated(await installed('alternating'));
      await rest(world);
      world.ask('revert');
      return world;
    },
    run: rest,
  },
  ...oneSecret('single'),
];
