import type { RotatorDependencies } from '../../../lambda-src/rotator/dependencies';
import { Effects, type Disturbance } from '../memory-effects';
import type { Installation } from './installation';
import { throughGate } from './statements';

/** A use case that is disturbed at one of its effects, and then runs again. */
export interface Story {
  readonly app: Installation;
  /** May be repeated, as Terraform, Secrets Manager and people repeat it. */
  readonly run: (dependencies: RotatorDependencies) => Promise<unknown>;
  readonly expectEnd: () => Promise<void>;
}

export interface Scenario {
  readonly name: string;
  /** Each time from the start. */
  readonly begin: () => Promise<Story>;
  /** What holds at once, before it runs again. @default nothing but that it may run again */
  readonly meanwhile?: (story: Story) => Promise<void>;
  /**
   * Whether a transaction is one effect: to die anywhere in it is to die before its COMMIT, since PostgreSQL takes back what
   * is not committed. For use cases of so many statements that each of them would be too many. @default false
   */
  readonly byTransaction?: boolean;
}

/** An effect to disturb. */
interface Place {
  /** Its number, counted from 1. */
  readonly at: number;
  readonly effect: string;
  /** Whether it is taken back unless a COMMIT follows. */
  readonly transacted: boolean;
  readonly isLast: boolean;
}

/**
 * Runs a scenario once for each of its effects, as the code itself makes them, disturbs that one, runs it again and looks at
 * the end. @returns how many cases it was
 */
export async function disturbEverywhere(scenario: Scenario, how: Disturbance): Promise<number> {
  const { app, run, expectEnd } = await scenario.begin();
  const counted = new Effects();
  await throughGate(app.dependencies, counted.gate, run);
  await expectEnd();
  expect(counted.effects.length).toBeGreaterThan(5);
  const places = placesOf(counted.effects)
    .filter(({ transacted }) => !(transacted && scenario.byTransaction === true))
    .filter((place) => isNew(how, place));
  for (const place of places) await disturbed(scenario, place, how);
  return places.length;
}

function placesOf(effects: readonly string[]): Place[] {
  let open = false;
  return effects.map((effect, index) => {
    if (effect === 'sql BEGIN') open = true;
    if (effect === 'sql COMMIT') open = false;
    return { at: index + 1, effect, transacted: open, isLast: index === effects.length - 1 };
  });
}

/**
 * To die after an effect is to die before the next one: only the last has none. A statement that times out in a transaction
 * is rolled back, as one is that never ran: only what outlasts it is another case.
 */
function isNew(how: Disturbance, { effect, isLast }: Place): boolean {
  if (how === 'dies after') return isLast;
  return how === 'dies before' || !effect.startsWith('sql ') || effect === 'sql COMMIT';
}

async function disturbed(scenario: Scenario, { at }: Place, how: Disturbance): Promise<void> {
  const story = await scenario.begin();
  const { app, run, expectEnd } = story;
  const effects = new Effects();
  effects.plan(at, how);
  await app.noted(throughGate(app.dependencies, effects.gate, run)).catch(() => undefined);
  const where = `${how} effect ${at}, ${effects.effects.at(at - 1) ?? ''}`;
  expect({ where, pending: effects.pending }).toEqual({ where, pending: false });
  try {
    await scenario.meanwhile?.(story);
    await run(app.dependencies);
    await expectEnd();
    await app.dropDatabase();
  } catch (error) {
    throw new Error(`where it ${where}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
