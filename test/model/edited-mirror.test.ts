import { finishDeployments, startTask } from './ecs';
import { TIMES } from './installation';
import { moveMirrorBack } from './people';
import { World } from './world';

/** Rolled out onto green; then a person moves the mirror back to blue, and a task starts that reads it. */
async function edited(): Promise<World> {
  const world = await World.installed([1]);
  world.rotations.press('green');
  await world.rotations.toEnd('green');
  await world.finish(await world.wake());
  world.tick(TIMES.visibility + 1);
  finishDeployments(world);
  await world.finish(await world.wake());
  expect(world.record()?.phase).toBe('settled');
  expect(moveMirrorBack(world)).toBe(true);
  const [key = ''] = world.keys();
  startTask(world, world.services.service(key), 0);
  return world;
}

async function rotateBlue(world: World): Promise<number> {
  world.rotations.press('blue');
  await world.rotations.toEnd('blue');
  const { server, services } = world;
  return services.held().filter(({ user, password }) => !server.logsIn(user, password)).length;
}

describe('a mirror that a person moves while nothing rolls', () => {
  it('I1: keeps its standby from being rotated from the next look on, until no task is left on it', async () => {
    const world = await edited();
    await world.finish(await world.wake());
    expect(await rotateBlue(world)).toBe(0);
    expect(world.promises.violations).toEqual([]);
    expect(await world.converge()).toBe(true);
    expect(world.promises.violations).toEqual([]);
  });

  // The gap that docs/adr/0008-a-mirror-that-a-person-moves.md leaves open: where it is closed, that page goes too.
  it('does not before that look: a task that read it and is idle is locked out', async () => {
    expect(await rotateBlue(await edited())).toBe(1);
  });
});
