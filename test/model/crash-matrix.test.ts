import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ADMIN_SESSION, PARAMETER_STORE, SECRET_STORE, SERVICES } from '../support/instrumented';
import { DISTURBANCES, type Disturbance } from '../support/memory-effects';
import { ONE_SECRET_SCENARIOS } from './one-secret-scenarios';
import { DELIVERY_SCENARIOS } from './delivery-scenarios';
import { endOf, SCENARIOS as PLAIN, type Scenario } from './scenarios';
import { HARMLESS, TROUBLE } from './trouble';
import type { Process } from './process';
import { World } from './world';

const SCENARIOS = [...PLAIN, ...ONE_SECRET_SCENARIOS, ...DELIVERY_SCENARIOS, ...TROUBLE];

let cases = 0;
/** Every effect that some scenario came to. */
const reached = new Set<string>();
/** Every row of the protocol that acted. */
const rows = new Set<string>();

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

function violationsOf(world: World, { broken = [] }: Scenario): string[] {
  return world.promises.violations.filter((violation) => !broken.includes(violation));
}

describe.each(SCENARIOS)('I1 to I3: $name', (scenario) => {
  it.each(DISTURBANCES)('ends the same where any one of its effects %s', async (how) => {
    const clean = await play(scenario, null);
    expect(violationsOf(clean.world, scenario)).toEqual([]);
    expect(clean.effects.length).toBeGreaterThan(0);
    for (const effect of clean.effects) reached.add(effect);
    for (const row of clean.world.rows) rows.add(row);
    for (const [index, effect] of clean.effects.entries()) {
      const where = `${how} effect ${index + 1}, ${effect}`;
      const { world } = await play(scenario, { effect: index + 1, how });
      expect({ where, violations: violationsOf(world, scenario) }).toEqual({ where, violations: [] });
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
    expect(violationsOf(world, scenario)).toEqual([]);
    expect(endOf(world)).toEqual(endOf(clean.world));
  });
});

describe('I3: an invocation that changes nothing has nothing to die at:', () => {
  it.each(Object.entries(HARMLESS))('%s', async (name, event) => {
    const world = await World.installed([1, 1]);
    const process = await world.rotator('direct', name, event);
    await world.finish(process);
    expect(process.outcome?.how).toBe('ended');
    expect(world.effects).toEqual([]);
  });
});

describe('the matrix leaves nothing out:', () => {
  it('every effect that a use case names in its source is reached', () => {
    const named = effectsNamed();
    expect(named.length).toBeGreaterThan(8);
    const missing = named.filter((call) => ![...reached].some((effect) => call.startsWith(first(effect))));
    expect(missing).toEqual([]);
  });

  it('every row of the protocol that writes or calls is reached', () => {
    const acting = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12', '13', '14', '15', '17'];
    expect(acting.filter((row) => !rows.has(row))).toEqual([]);
  });
});

afterAll(() =>
  process.stdout.write(
    `crash matrix: ${cases} cases, generated from the effects of ${SCENARIOS.length} scenarios\n`,
  ),
);

/** The ports' methods that change something, as far as use cases call them: `secrets.put`. */
function effectsNamed(): string[] {
  const tables = {
    secrets: SECRET_STORE,
    parameters: PARAMETER_STORE,
    services: SERVICES,
    database: ADMIN_SESSION,
  };
  const source = ['rotator', 'orchestrator'].map(sourceOf).join('\n');
  return Object.entries(tables).flatMap(([port, table]) =>
    Object.entries(table)
      .filter(([method, { kind }]) => {
        const called = new RegExp(`\\b${port === 'database' ? 'session' : port}\\.${method}\\(`);
        return kind === 'effect' && called.test(source);
      })
      .map(([method]) => `${port}.${method}`),
  );
}

function sourceOf(name: string): string {
  const folder = path.join(__dirname, '../../lambda-src', name);
  return readdirSync(folder)
    .map((file) => readFileSync(path.join(folder, file), 'utf8'))
    .join('\n');
}

/** `secrets.put` of `secrets.put green AWSPENDING`. */
function first(effect: string): string {
  return effect.split(' ')[0] ?? effect;
}
