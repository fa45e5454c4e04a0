import type { FakeService } from '../support/fake-service';
import type { Held } from './installation';
import type { World } from './world';

/** What ECS does with the services by itself. */

/** Every deployment comes to its end, on what is published now. */
export function finishDeployments(world: World): void {
  const published = readNow(world);
  if (published !== null) world.services.finish(published);
  world.services.remember();
}

/** Every deployment completes on what is published now, and no task of those before has stopped yet. */
export function completeBesideOld(world: World): void {
  const published = readNow(world);
  if (published === null) return;
  for (const key of world.keys()) world.services.service(key).completeBesideOld(world.ecsNow(), published);
  world.services.remember();
}

/** A task of any deployment that is there starts, or is replaced. */
export function startTask(world: World, service: FakeService<Held>, which: number): void {
  const published = readNow(world);
  if (published !== null) service.startTask(world.ecsNow(), published, which);
}

/** RunTask of the service's task definition. */
export function runTask(world: World, service: FakeService<Held>): void {
  const published = readNow(world);
  if (published !== null) service.run(world.ecsNow(), published);
}

/** What somebody ran by hand has done its work. */
export function endRuns(world: World): void {
  for (const key of world.keys()) {
    const service = world.services.service(key);
    while (service.standalone.length > 0) service.endRun();
  }
}

/** Somebody who was told how long it may keep what it reads. */
export function read(world: World): void {
  const { lag } = world.options;
  const held = readNow(world);
  if (lag !== null && held !== null) world.cached = { held, until: world.clock.time + lag * 1_000 };
}

/** The circuit breaker gives the primary deployment up. */
export function failDeployment(world: World, service: FakeService<Held>): void {
  const failure = service.fail();
  if (failure !== null) world.promises.deploymentFailed(service.name, failure.backTo);
}

/** A service that runs already is registered. */
export function join(world: World, count: number): void {
  const published = world.published();
  // What cannot start is registered by nobody.
  if (world.consumers.length > 2 || published === null) return;
  if (!world.server.logsIn(published.user, published.password)) return;
  world.register();
  world.startServices([count], readNow(world));
  world.promises.joined(world.keys().at(-1) ?? '');
  world.configure();
}

/**
 * What a task reads that starts now; what a person's mirror made it read is told apart. Where the user was rotated since
 * the mirror was moved, what it reads never logged in: until the next look publishes, that is the person's too.
 */
function readNow(world: World): Held | null {
  const published = world.published();
  if (published === null) return null;
  const works = world.server.logsIn(published.user, published.password);
  const strayed = world.promises.mirrorMovedBy === 'person';
  const astray = strayed && (world.record()?.phase === 'settled' || !works);
  return { ...published, strayed, astray, unnoticed: false };
}
