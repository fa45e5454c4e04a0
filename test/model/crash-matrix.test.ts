import { DISTURBANCES, type Disturbance } from '../support/memory-effects';
import { endOf, SCENARIOS, type Scenario } from './scenarios';
import type { Process } from './process';
import type { World } from './world';

let cases = 0;

interface Played {
  readonly world: World;
  readonly effects: readonly string[];
}

/** Plays a scenario, one of whose effects is disturbed, once. */
async function play(
  { begin, run }: Scenario,
  disturbed: { readonly effect: number; readonly how: Disturbance } | null,
): Promise<Played> {
  const world = await begin();
  world.effects.length = 0;
  let left = disturbed;
  world.disturb = (effect) => {
    if (left?.effect !== effect) return null;
    const { how } = left;
    left = null;
    return how;
  };
  await run(world);
  expect({ disturbed, left }).toEqual({ disturbed, left: null });
  return { world, effects: [...world.effects] };
}

describe.each(SCENARIOS)('I1 to I3: $name', (scenario) => {
  it.each(DISTURBANCES)('ends the same where any one of its effects %s', async (how) => {
    const clean = await play(scenario, null);
    expect(clean.world.promises.violations).toEqual([]);
    expect(clean.effects.length).toBeGreaterThan(0);
    for (const [index, effect] of clean.effects.entries()) {
      const where = `${how} effect ${index + 1}, ${effect}`;
      const { world } = await play(scenario, { effect: index + 1, how });
      expect({ where, violations: world.promises.violations }).toEqual({ where, violations: [] });
      expect({ where, ...endOf(world) }).toEqual({ where, ...endOf(clean.world) });
      cases += 1;
    }
  });
});

describe.each(SCENARIOS)('I3: $name', (scenario) => {
  it('ends the same where no orchestrator lives for more than two effects', async () => {
    const clean = await play(scenario, null);
    const world = await scenario.begin();
    const lived = new Map<Process, number>();
    world.disturb = (_effect, process) => {
      const effects = (lived.get(process) ?? 0) + 1;
      lived.set(process, effects);
      return process.kind === 'orchestrator' && effects === 2 ? 'dies after' : null;
    };
    await scenario.run(world);
    expect(world.promises.violations).toEqual([]);
    expect(endOf(world)).toEqual(endOf(clean.world));
  });
});

afterAll(() =>
  process.stdout.write(
    `crash matrix: ${cases} cases, generated from the effects of ${SCENARIOS.length} scenarios\n`,
  ),
);
