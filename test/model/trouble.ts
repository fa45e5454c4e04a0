import { AWSPENDING } from '../../lambda-src/ports/secrets';
import { failDeployment, finishDeployments, join, runTask } from './ecs';
import { recreate, writeByHand } from './people';
import { installed, rest, rolling, rotated, type Scenario } from './scenarios';
import { PLAIN, type Options } from './installation';
import { World } from './world';

/** A sweep, to its end. */
async function swept(world: World): Promise<void> {
  await world.finish(await world.wake());
}

/** The first deployment of a rollout fails, long enough ago to be seen. */
function failed(world: World): void {
  const [key = ''] = world.keys();
  failDeployment(world, world.services.service(key));
  world.services.remember();
  world.tick(31);
}

/** A person asks until it is answered. */
async function asked(world: World, kind: Parameters<World['ask']>[0]): Promise<void> {
  world.ask(kind);
  for (let look = 0; look < 5 && world.openRequest() !== null; look += 1) await swept(world);
}

/** The database is as it was in an older backup: the active user has a password that nobody stored. */
async function restored(): Promise<World> {
  const world = await installed();
  world.server.set(world.record()?.active.slot ?? 'blue', { password: 'of the backup' });
  return world;
}

/** Reassert until it is done, as a person would who reads what it answers. */
async function reasserted(world: World): Promise<void> {
  const active = world.record()?.active;
  if (active === undefined) throw new Error('there is no readable record');
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const event = { action: 'reassert', credential: 'app', ...active } as const;
    const process = await world.rotator('direct', 'reassert', event);
    await world.finish(process);
    if (process.outcome?.how === 'ended') return;
    world.tick(1);
  }
  throw new Error('reassert failed three times');
}

/** A rotation and its rollout, on what a configuration asks for besides. */
async function rolledOut(options: Partial<Options>): Promise<World> {
  const world = await rotated(await World.installed([1, 1], 'dual-user', { ...PLAIN, ...options }));
  await rest(world);
  return world;
}

/** What a person is needed for, or what ends otherwise than it began. */
export const TROUBLE: readonly Scenario[] = [
  {
    name: 'a database that was restored: the sweep halts, a person reasserts and resumes',
    broken: [
      'I1: a running task is locked out of blue',
      'I1: a task that starts now could not log in as blue',
    ],
    begin: restored,
    run: async (world) => {
      for (let sweep = 0; sweep < 5 && world.record()?.phase !== 'halted'; sweep += 1) await swept(world);
      await reasserted(world);
      await asked(world, 'resume');
      await rest(world);
    },
  },
  {
    name: 'a revert that fails, and that a person resumes',
    begin: async () => {
      const world = await rolling(await installed());
      failed(world);
      await swept(world);
      failed(world);
      return world;
    },
    run: async (world) => {
      for (let sweep = 0; sweep < 5 && world.record()?.phase !== 'halted'; sweep += 1) await swept(world);
      await asked(world, 'resume');
      await rest(world);
    },
  },
  {
    name: 'an active version that is gone',
    begin: async () => {
      const world = await installed();
      recreate(world, 'blue');
      return world;
    },
    run: rest,
  },
  {
    name: 'a consumer that joins',
    begin: async () => {
      const world = await installed();
      join(world, 1);
      return world;
    },
    run: rest,
  },
  {
    name: 'a value that a person wrote and that does not log in',
    begin: async () => {
      const world = await installed();
      writeByHand(world, 'green');
      return world;
    },
    run: rest,
  },
  {
    name: 'a rollout of what does not log in any more',
    begin: async () => {
      const world = await rotated(await installed());
      const orchestrator = await world.wake();
      while (world.record()?.phase === 'settled') await world.go(orchestrator, 1);
      world.kill(orchestrator);
      world.server.set('green', { password: 'of somebody' });
      return world;
    },
    run: rest,
  },
  {
    name: 'a task that somebody ran by hand, and that ends late',
    begin: async () => {
      const world = await installed();
      const [key = ''] = world.keys();
      runTask(world, world.services.service(key));
      return rolling(world);
    },
    run: async (world) => {
      await swept(world);
      finishDeployments(world);
      world.tick(31);
      await swept(world);
      await rest(world);
    },
  },
  {
    name: 'a deployment that somebody else begins after the flip',
    begin: async () => {
      const world = await rotated(await installed());
      const orchestrator = await world.wake();
      while ((world.record()?.flippedAt ?? null) === null) await world.go(orchestrator, 1);
      world.kill(orchestrator);
      world.tick(10);
      for (const key of world.keys()) world.services.service(key).deploy(world.ecsNow());
      world.services.remember();
      return world;
    },
    run: rest,
  },
  {
    name: 'a mirror and a pointer that a person moved while nothing rolled',
    begin: async () => {
      const world = await rotated(await installed());
      await rest(world);
      world.set('pointer', 'blue');
      world.secrets.attach(world.arns.active, 'AWSCURRENT', world.labelled('active', 'AWSPREVIOUS') ?? '');
      world.promises.mirrorMovedBy = 'person';
      return world;
    },
    run: rest,
  },
  {
    name: 'a rollout that a canary begins',
    begin: () => World.installed([1, 1], 'dual-user', { ...PLAIN, bake: 40 }),
    run: async (world) => {
      world.rotations.press('green');
      await rest(world);
      if (world.record()?.active.slot !== 'green') throw new Error('nothing was rolled out');
    },
  },
  {
    name: 'a former user that is locked out after its soak, and a revert to it',
    begin: async () => {
      const world = await rolledOut({ soak: 100 });
      world.tick(101);
      return world;
    },
    run: async (world) => {
      for (let sweep = 0; sweep < 5 && world.record()?.retired?.done !== true; sweep += 1) await swept(world);
      if (world.server.role('blue')?.login !== false) throw new Error('nobody was locked out');
      await asked(world, 'revert');
      await rest(world);
    },
  },
  {
    name: 'an active password that is older than it may be',
    begin: async () => {
      const world = await rolledOut({ maxAgeDays: 1 });
      world.tick(90_000);
      return world;
    },
    run: async (world) => {
      await rest(world);
      if (world.record()?.active.slot !== 'blue') throw new Error('nothing was rotated');
    },
  },
  {
    name: 'a pause, during which the standby is rotated in vain',
    begin: async () => {
      const world = await installed();
      world.ask('pause');
      return world;
    },
    run: async (world) => {
      await asked(world, 'pause');
      world.rotations.press('green');
      await world.rotations.toEnd('green');
      world.tick(250);
      if (world.labelled('green', AWSPENDING) === null) throw new Error('nothing was refused');
      await rest(world);
    },
  },
];

/** Invocations that change nothing: there is no effect to die at. */
export const HARMLESS = {
  verify: { action: 'verify', credential: 'app', slot: 'green', version: 'gone' },
  sessions: { action: 'sessions', credential: 'app' },
  preflight: { action: 'preflight', credential: 'app' },
  'a dry run of bootstrap': { action: 'bootstrap', credential: 'app', dryRun: true },
  'bootstrap of what is there': { action: 'bootstrap', credential: 'app', tf: { action: 'update' } },
} as const;
