import { PARAMETERS } from '../../lambda-src/contract/names';
import { AWSCURRENT, AWSPENDING } from '../../lambda-src/ports/secrets';
import { failDeployment, finishDeployments } from './ecs';
import { recreate, reportLeak, toggleSession } from './people';
import type { Delivery } from '../../lambda-src/core/delivery';
import type { Strategy } from '../../lambda-src/core/strategy';
import { World } from './world';

/** Something that is to come to the same end wherever it is disturbed. */
export interface Scenario {
  readonly name: string;
  /** Promises that are broken before it begins, by nothing of ours. @default none */
  readonly broken?: readonly string[];
  /** Everything up to the run that is disturbed. */
  readonly begin: () => Promise<World>;
  /** The run, with everything that AWS, Terraform and the sweep do again where it fails. */
  readonly run: (world: World) => Promise<void>;
}

export const installed = (strategy: Strategy = 'dual-user', delivery: Delivery = 'secret') =>
  World.installed([1, 1], strategy, undefined, delivery);

export async function rest(world: World): Promise<void> {
  if (!(await world.converge())) throw new Error(`it never came to rest: ${world.promises.due().join(', ')}`);
}

/** Terraform applies until an apply succeeds. */
export async function applied(world: World, action: 'create' | 'update' | 'delete'): Promise<void> {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const process = await world.apply(action);
    await world.finish(process);
    if (process.outcome?.how === 'ended') return;
    world.tick(1);
  }
  throw new Error('bootstrap failed three times');
}

export async function rotated(world: World): Promise<World> {
  world.rotations.press('green');
  await world.rotations.toEnd('green');
  return world;
}

export async function rolling(world: World): Promise<World> {
  await rotated(world);
  await world.finish(await world.wake());
  return world;
}

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'bootstrap from nothing',
    begin: () => Promise.resolve(World.empty(2)),
    run: async (world) => {
      await applied(world, 'create');
      world.startServices([1, 1]);
      await rest(world);
    },
  },
  {
    name: 'bootstrap of a standby whose secret was made again',
    begin: async () => {
      const world = await installed();
      recreate(world, 'green');
      return world;
    },
    run: async (world) => {
      await applied(world, 'update');
      await rest(world);
    },
  },
  {
    name: 'bootstrap where the record was lost',
    begin: async () => {
      const world = await installed();
      world.parameters.delete(world.name('record'));
      return world;
    },
    run: async (world) => {
      await applied(world, 'update');
      await rest(world);
    },
  },
  {
    name: 'a rotation and its rollout',
    begin: () => installed(),
    run: async (world) => {
      world.rotations.press('green');
      await rest(world);
    },
  },
  {
    name: 'a rotation that a person asks for',
    begin: async () => {
      const world = await installed();
      world.ask('rotate');
      return world;
    },
    run: rest,
  },
  {
    name: 'a rollout whose deployment fails',
    begin: async () => {
      const world = await rolling(await installed());
      const [key = ''] = world.keys();
      failDeployment(world, world.services.service(key));
      world.services.remember();
      world.tick(31);
      return world;
    },
    run: rest,
  },
  {
    name: 'a revert that a person asks for, during the rollout',
    begin: async () => {
      const world = await rolling(await installed());
      world.ask('revert');
      return world;
    },
    run: rest,
  },
  {
    name: 'a revert that a person asks for, after the rollout',
    begin: async () => {
      const world = await rotated(await installed());
      await rest(world);
      world.ask('revert');
      return world;
    },
    run: rest,
  },
  {
    name: 'a leaked password of the active user',
    begin: async () => {
      const world = await installed();
      reportLeak(world, 'blue');
      return world;
    },
    run: rest,
  },
  {
    name: 'a leaked password of the standby, with a session that was opened with it',
    begin: async () => {
      const world = await installed();
      toggleSession(world, 'green');
      reportLeak(world, 'green');
      return world;
    },
    run: async (world) => {
      await world.finish(await world.wake());
      await rest(world);
    },
  },
  {
    name: 'Rotate pressed on the active user',
    begin: async () => {
      const world = await installed();
      world.rotations.press('blue');
      await world.rotations.toEnd('blue');
      world.tick(250);
      return world;
    },
    run: rest,
  },
  {
    name: 'an AWSPENDING that a dead rotation left',
    begin: async () => {
      const world = await installed();
      world.ask('pause');
      await world.finish(await world.wake());
      world.rotations.press('green');
      await world.rotations.toEnd('green');
      world.tick(250);
      return world;
    },
    run: rest,
  },
  {
    name: 'a mirror and a pointer that a person moved',
    begin: async () => {
      const world = await rolling(await installed());
      finishDeployments(world);
      world.set('pointer', 'blue');
      world.secrets.attach(world.arns.active, AWSCURRENT, world.labelled('active', 'AWSPREVIOUS') ?? '');
      world.promises.mirrorMovedBy = 'person';
      return world;
    },
    run: rest,
  },
  {
    name: 'destroy',
    begin: () => installed(),
    run: (world) => applied(world, 'delete'),
  },
];

/** Everything that must be the same however the run went; of times, deployments and passwords, only that they fit. */
export function endOf(world: World) {
  const record = world.record();
  if (record === null)
    return { left: PARAMETERS.filter((kind) => world.parameters.peek(world.name(kind)) !== undefined) };
  const { phase, active, previous, seen, rejected, handled, paused, consumers } = record;
  const { compromised, retired } = record;
  return {
    record: {
      phase,
      active,
      previous,
      seen,
      rejected,
      handled,
      paused,
      compromised,
      retired,
      consumers: Object.keys(consumers),
    },
    pointer: world.text('pointer'),
    published: world.carries(active),
    labels: (['blue', 'green', ...(world.delivery === 'secret' ? ['active' as const] : [])] as const).map(
      (kind) => [
        world.labelled(kind, AWSCURRENT),
        world.labelled(kind, AWSPENDING) === world.labelled(kind, AWSCURRENT)
          ? null
          : world.labelled(kind, AWSPENDING),
      ],
    ),
    due: phase === 'halted' ? [] : world.promises.due(),
    locked: world.services.held().filter(({ user, password }) => !world.server.logsIn(user, password)).length,
  };
}
