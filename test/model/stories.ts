import fc from 'fast-check';
import type { Delivery } from '../../lambda-src/core/delivery';
import type { Strategy } from '../../lambda-src/core/strategy';
import { STORY, type Story } from './events';
import { World } from './world';

/** Plays a story, then lets everything come to rest. @returns how a promise was broken; null where all were kept */
export async function play(
  story: Story,
  { strategy, delivery }: Protocol,
  trace: string[] | null = null,
): Promise<string | null> {
  const world = await World.installed(story.counts, strategy, story.options, delivery);
  world.trace = trace;
  world.ecsAhead = story.ahead * 1_000;
  for (const { words, happen } of story.events) {
    world.tell(words);
    await happen(world);
    world.services.remember();
    world.promises.logins();
    if (world.promises.violations.length > 0) return world.promises.violations.join('\n');
  }
  world.tell('everything is left alone');
  if (!(await world.converge()))
    world.promises.broken(`I4: it never came to rest: ${world.promises.due().join(', ')}`);
  return world.promises.violations.length > 0 ? world.promises.violations.join('\n') : null;
}

/** What is played. */
export interface Protocol {
  readonly strategy: Strategy;
  readonly delivery: Delivery;
}

export interface Search extends Protocol {
  readonly runs: number;
  readonly seed: number;
  /** A path that an earlier failure printed. */
  readonly path?: string | undefined;
  /** Whether a failing story is made short. @default true */
  readonly shrink?: boolean;
}

export interface Found {
  /** How many stories were played. */
  readonly runs: number;
  /** The broken promise and the story that led to it, in words; null where none was found. */
  readonly violation: string | null;
}

/** Plays so many stories, and makes the first that breaks a promise as short as it gets. */
export async function search({ runs, seed, path, shrink = true, ...protocol }: Search): Promise<Found> {
  const property = fc.asyncProperty(STORY, async (story) => {
    const violation = await play(story, protocol);
    if (violation !== null) throw new Error(violation);
  });
  const details = await fc.check(property, {
    numRuns: runs,
    seed,
    endOnFailure: !shrink,
    ...(path === undefined ? {} : { path }),
  });
  if (!details.failed) return { runs: details.numRuns, violation: null };
  const [story] = details.counterexample ?? [];
  const { strategy, delivery } = protocol;
  const replay = `TANDEM_MODEL_STRATEGY=${strategy} TANDEM_MODEL_DELIVERY=${delivery} TANDEM_MODEL_SEED=${seed} TANDEM_MODEL_PATH=${details.counterexamplePath ?? ''}`;
  return {
    runs: details.numRuns,
    violation: `${story === undefined ? '' : await told(story, protocol)}\nReplay: ${replay}`,
  };
}

async function told(story: Story, protocol: Protocol): Promise<string> {
  const trace: string[] = [];
  const violation = await play(story, protocol, trace);
  const services = story.counts.map((count, index) => `service ${index} wants ${count} tasks`).join(', ');
  return [
    `Strategy: ${protocol.strategy}, delivery: ${protocol.delivery}`,
    `Broken: ${violation ?? 'nothing, when played again'}`,
    services,
    `Options: ${JSON.stringify(story.options)}`,
    `ECS's clock: ${story.ahead} s ahead`,
    ...trace,
  ].join('\n');
}
