import fc from 'fast-check';
import type { PersonRequest } from '../../../lambda-src/core/observation';
import type { Slot } from '../../../lambda-src/core/slot';
import { SETTINGS, World } from './world';

type Disturbance = (world: World) => void;

const slot = fc.constantFrom<Slot>('blue', 'green');
const number = fc.nat({ max: 5 });
const service = (world: World, index: number) => world.services[index % world.services.length];

/** Named, so that a shrunk counterexample reads as a story. */
function named(name: string, act: Disturbance): Disturbance {
  return Object.assign((world: World) => act(world), { [fc.toStringMethod]: () => name });
}

const looks = fc
  .record({
    lag: fc.nat({ max: SETTINGS.visibility }),
    effects: fc.oneof(fc.constant(50), fc.nat({ max: 6 })),
    outage: fc.oneof(
      { weight: 9, arbitrary: fc.constant(false) },
      { weight: 1, arbitrary: fc.constant(true) },
    ),
  })
  .map((options) => named(`look ${JSON.stringify(options)}`, (world) => world.look(options)));

const rotations = fc.oneof(
  slot.map((s) => named(`rotate ${s}`, (world) => world.rotate(s))),
  slot.map((s) => named(`retry ${s}`, (world) => world.retry(s))),
  slot.map((s) => named(`rotation of ${s} dies`, (world) => world.rotationDies(s))),
  slot.map((s) => named(`one step of ${s}`, (world) => world.rotationStep(s))),
  slot.map((s) =>
    named(`whole rotation of ${s}`, (world) => {
      world.rotate(s);
      for (let step = 0; step < 5; step += 1) world.rotationStep(s);
    }),
  ),
);

const deployments = fc.oneof(
  number.map((i) => named(`deploy ${i}`, (world) => service(world, i)?.deploy(world.now))),
  number.map((i) => named(`fail ${i}`, (world) => service(world, i)?.fail())),
  number.map((i) => named(`complete ${i}`, (world) => service(world, i)?.complete())),
  number.map((i) => named(`finish ${i}`, (world) => service(world, i)?.finish(world.now, world.mirror))),
  fc
    .tuple(number, number)
    .map(([i, n]) =>
      named(`start ${i} ${n}`, (world) => service(world, i)?.startTask(world.now, world.mirror, n)),
    ),
  fc
    .tuple(number, number)
    .map(([i, n]) => named(`stop ${i} ${n}`, (world) => service(world, i)?.stopTask(n))),
  fc
    .tuple(number, fc.nat({ max: 2 }))
    .map(([i, n]) => named(`scale ${i} ${n}`, (world) => service(world, i)?.scale(n))),
);

const people = fc.oneof(
  fc
    .constantFrom<PersonRequest['kind']>('revert', 'pause', 'unpause', 'resume', 'rotate')
    .map((kind) => named(`ask ${kind}`, (world) => world.ask(kind))),
  fc.constant(named('tamper', (world) => world.tamper())),
);

const ticks = fc.constantFrom(1, 1, 4, 50).map((by) => named(`tick ${by}`, (world) => world.tick(by)));

const disturbance = fc.oneof(
  { weight: 8, arbitrary: looks },
  { weight: 6, arbitrary: rotations },
  { weight: 5, arbitrary: deployments },
  { weight: 2, arbitrary: people },
  { weight: 3, arbitrary: ticks },
);

/** Asserted only where it fails: ten thousands of passing assertions would cost most of the time. */
function promiseLogins(world: World): void {
  const failing = [...world.lockedOut(), ...world.leftBehind()];
  if (failing.length > 0) expect(failing).toEqual([]);
}

const runs = Number(process.env['TANDEM_WORLD_RUNS'] ?? 500);
const story = fc.tuple(
  fc.array(fc.nat({ max: 2 }), { minLength: 1, maxLength: 2 }),
  fc.array(disturbance, { maxLength: 60, size: 'max' }),
);

describe('a world of two users, services, rotations and people', () => {
  it('I1, I2: no sequence of crashes, lags, deployments and requests locks a running task out', () => {
    fc.assert(
      fc.property(story, ([counts, disturbances]) => {
        const world = new World(counts);
        for (const disturb of disturbances) {
          disturb(world);
          world.remember();
          promiseLogins(world);
        }
      }),
      { numRuns: runs },
    );
  });

  it('I3, I4: when the disturbances end, looks lead to settled or halted, with every task on what is active', () => {
    fc.assert(
      fc.property(story, ([counts, disturbances]) => {
        const world = new World(counts);
        for (const disturb of disturbances) {
          disturb(world);
          world.remember();
        }
        for (let round = 0; round < 60; round += 1) {
          const { row } = world.look({ lag: 0, effects: 200, outage: false });
          if (row === '-' && world.isQuiet()) break;
          world.calm();
          promiseLogins(world);
        }
        const { phase, active, handled } = world.record;
        expect(['settled', 'halted']).toContain(phase);
        expect(handled.map(({ id }) => id)).toEqual(
          expect.arrayContaining(world.request === null ? [] : [world.request.id]),
        );
        if (phase === 'halted') return;
        expect(world.mirror).toEqual(active);
        expect(world.pointer).toBe(active.slot);
        const held = world.services.flatMap((one) => one.tasks.map((task) => task.holds));
        expect(held).toEqual(held.map(() => active));
      }),
      { numRuns: runs },
    );
  });
});
