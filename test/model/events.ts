import fc from 'fast-check';
import type { PersonRequest } from '../../lambda-src/core/observation';
import { other, type Slot } from '../../lambda-src/core/slot';
import type { FakeService } from '../support/fake-service';
import { DISTURBANCES, type Disturbance } from '../support/memory-effects';
import { completeBesideOld, failDeployment, finishDeployments, join, read, runTask, startTask } from './ecs';
import { TIMES, type Held, type Options } from './installation';
import {
  moveMirrorBack,
  moveSlotBack,
  recreate,
  reportLeak,
  takePendingOff,
  toggleSession,
  writeByHand,
  writePointer,
} from './people';
import type { Process } from './process';
import type { World } from './world';

/** Something that happens, with the words that tell it. */
export interface Event {
  readonly words: string;
  readonly happen: (world: World) => unknown;
}

function event(words: string, happen: Event['happen']): Event {
  return { words, happen, ...{ [fc.toStringMethod]: () => words } };
}

const slot = fc.constantFrom<Slot>('blue', 'green');
const small = fc.nat({ max: 3 });
const last = fc.option(fc.constantFrom<Disturbance>(...DISTURBANCES), { nil: null, freq: 2 });
/** How far a process gets before something else happens: mostly to its end. */
const calls = fc.oneof(
  { weight: 3, arbitrary: fc.constant(Infinity) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 12 }) },
  { weight: 1, arbitrary: fc.integer({ min: 12, max: 50 }) },
);
const part = fc.tuple(calls, last).map(([count, how]) => ({ count, how: count === Infinity ? null : how }));
interface Part {
  readonly count: number;
  readonly how: Disturbance | null;
}

function told({ count, how }: Part): string {
  if (count === Infinity) return 'goes on to its end';
  return how === null ? `makes ${count} calls` : `${how} its call ${count}`;
}

async function proceed(world: World, process: Process, { count, how }: Part): Promise<void> {
  if (count === Infinity) await world.finish(process);
  else await world.go(process, count, how);
}

const looks = fc.tuple(part, fc.nat({ max: TIMES.visibility }), fc.boolean()).map(([how, lag, sweep]) =>
  event(
    `the orchestrator looks${sweep ? ' (sweep)' : ''}, ECS shown ${lag} s late: it ${told(how)}`,
    async (world) => {
      world.services.lag = lag * 1_000;
      await proceed(world, await world.wake(sweep), how);
    },
  ),
);

const others = fc.tuple(part, small).map(([how, which]) =>
  event(`invocation ${which} of those that stopped ${told(how)}`, async (world) => {
    const process = world.processes[which % Math.max(world.processes.length, 1)];
    if (process !== undefined) await proceed(world, process, how);
  }),
);

const deaths = small.map((which) =>
  event(`invocation ${which} of those that stopped dies`, (world) => {
    const process = world.processes[which % Math.max(world.processes.length, 1)];
    if (process !== undefined) world.kill(process);
  }),
);

/** The one that the calendar means, or the other one. */
const pressed = fc.constantFrom('standby', 'standby', 'active') satisfies fc.Arbitrary<'standby' | 'active'>;

function slotOf(world: World, which: 'standby' | 'active'): Slot {
  const active = world.record()?.active.slot ?? 'blue';
  return which === 'active' ? active : other(active);
}

const rotations = fc.oneof(
  pressed.map((which) =>
    event(`Rotate is pressed on the ${which}`, (world) => world.rotations.press(slotOf(world, which))),
  ),
  fc.tuple(slot, part).map(([s, how]) =>
    event(`the rotation of ${s} goes on: its step ${told(how)}`, async (world) => {
      const process = await world.rotations.next(s);
      if (process !== null) await proceed(world, process, how);
    }),
  ),
  pressed.map((which) =>
    event(`a whole rotation of the ${which}`, async (world) => {
      const s = slotOf(world, which);
      world.rotations.press(s);
      await world.rotations.toEnd(s);
    }),
  ),
  slot.map((s) =>
    event(`Secrets Manager begins the rotation of ${s} anew`, (world) => world.rotations.retry(s)),
  ),
);

const rollouts = fc.constantFrom(false, false, false, true).map((left) =>
  event(`a whole rotation and its rollout${left ? ', with old tasks left' : ''}`, async (world) => {
    const s = slotOf(world, 'standby');
    world.rotations.press(s);
    await world.rotations.toEnd(s);
    await world.finish(await world.wake());
    if (left) completeBesideOld(world);
    else finishDeployments(world);
    world.tick(TIMES.visibility + 1);
    await world.finish(await world.wake());
  }),
);

function service(world: World, index: number): FakeService<Held> {
  const key = world.keys()[index % world.consumers.length] ?? '';
  return world.services.service(key);
}

const deployments = fc.oneof(
  small.map((i) =>
    event(`somebody deploys service ${i}`, (world) => service(world, i).deploy(world.ecsNow())),
  ),
  small.map((i) =>
    event(`the deployment of service ${i} fails`, (world) => failDeployment(world, service(world, i))),
  ),
  small.map((i) =>
    event(`the deployment of service ${i} completes`, (world) => service(world, i).complete()),
  ),
  fc.constant(event('every deployment comes to its end', (world) => finishDeployments(world))),
  fc
    .tuple(small, small)
    .map(([i, n]) =>
      event(`a task of deployment ${n} of service ${i} starts`, (world) =>
        startTask(world, service(world, i), n),
      ),
    ),
  fc
    .tuple(small, small)
    .map(([i, n]) => event(`task ${n} of service ${i} stops`, (world) => service(world, i).stopTask(n))),
  fc.constant(event('a reader reads the active secret, and keeps it in its cache', read)),
  small.map((i) =>
    event(`somebody runs a task of service ${i}'s task definition`, (world) =>
      runTask(world, service(world, i)),
    ),
  ),
  small.map((i) =>
    event(`a task that somebody ran of service ${i}'s ends`, (world) => service(world, i).endRun()),
  ),
  fc
    .tuple(small, fc.nat({ max: 2 }))
    .map(([i, n]) => event(`service ${i} is scaled to ${n}`, (world) => service(world, i).scale(n))),
);

const people = fc.oneof(
  fc
    .constantFrom<PersonRequest['kind']>('revert', 'revert', 'pause', 'unpause', 'resume', 'rotate')
    .map((kind) => event(`a person asks: ${kind}`, (world) => world.ask(kind))),
  pressed.map((which) =>
    event(`a person says that the password of the ${which} leaked`, (world) =>
      reportLeak(world, slotOf(world, which)),
    ),
  ),
  fc.constant(event('a person moves the mirror back', moveMirrorBack)),
  slot.map((s) => event(`a person writes ${s} into the pointer`, (world) => writePointer(world, s))),
  slot.map((s) => event(`somebody opens or ends a session as ${s}`, (world) => toggleSession(world, s))),
  slot.map((s) => event(`a person writes a value into ${s}`, (world) => writeByHand(world, s))),
  slot.map((s) => event(`a person moves AWSCURRENT of ${s} back`, (world) => moveSlotBack(world, s))),
  slot.map((s) => event(`a person cancels the rotation of ${s}`, (world) => takePendingOff(world, s))),
);

const terraform = fc.oneof(
  part.map((how) =>
    event(`Terraform applies: bootstrap ${told(how)}`, async (world) =>
      proceed(world, await world.apply('update'), how),
    ),
  ),
  slot.map((s) => event(`Terraform sets the schedule of ${s}`, (world) => world.rotations.test(s))),
  fc.constant(
    event('Terraform makes the secret of the standby again', (world) =>
      recreate(world, slotOf(world, 'standby')),
    ),
  ),
  small.map((count) => event('a service joins', (world) => join(world, count))),
);

const server = fc.oneof(
  fc.constant(event('the database stops answering', (world) => (world.server.outage = 'down'))),
  fc.constant(event('the database answers', (world) => (world.server.outage = null))),
  fc.constant(event('the database fails over', (world) => world.server.restart())),
);

const ticks = fc
  .constantFrom(1, 6, 31, 250, 700, 1, 6, 31, 250, 700, 90_000)
  .map((seconds) => event(`${seconds} s pass`, (world) => world.tick(seconds)));

const EVENT = fc.oneof(
  { weight: 20, arbitrary: looks },
  { weight: 14, arbitrary: rotations },
  { weight: 4, arbitrary: rollouts },
  { weight: 6, arbitrary: others },
  { weight: 1, arbitrary: deaths },
  { weight: 13, arbitrary: deployments },
  { weight: 6, arbitrary: people },
  { weight: 2, arbitrary: terraform },
  { weight: 1, arbitrary: server },
  { weight: 7, arbitrary: ticks },
);

/** How the world is at the begin, and what happens to it. */
export interface Story {
  /** Desired tasks of each service. */
  readonly counts: readonly number[];
  /** Seconds by which ECS's clock is ahead. */
  readonly ahead: number;
  readonly options: Options;
  readonly events: readonly Event[];
}

export const STORY: fc.Arbitrary<Story> = fc.record({
  counts: fc.array(fc.nat({ max: 2 }), { minLength: 1, maxLength: 2 }),
  ahead: fc.constantFrom(0, 0, -TIMES.skew + 1, TIMES.skew - 1),
  options: fc.record({
    bake: fc.constantFrom(null, null, 40),
    soak: fc.constantFrom(null, null, 100),
    maxAgeDays: fc.constantFrom(null, 1),
    lag: fc.constantFrom(null, null, 200),
  }),
  events: fc.array(EVENT, { maxLength: 20, size: 'max' }),
});
