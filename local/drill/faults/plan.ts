import type { Fault, Incident, Weather } from './model';
import type { Random } from './random';

/** One rotation and what is done to it: an incident, a weather, or both at once. */
export interface Round {
  readonly incident: Incident | null;
  readonly weather: Weather | null;
}

/**
 * Every fault once, in an order that the draws determine: an incident has a rotation of its own, and weathers fall on
 * rotations at random, at most one on each; those that find no incident have a rotation to themselves.
 */
export function planRounds(faults: readonly Fault[], random: Random): readonly Round[] {
  const incidents = random.shuffled(faults.filter((fault) => fault.kind === 'incident'));
  const weathers = random.shuffled(faults.filter((fault) => fault.kind === 'weather'));
  const free = random.shuffled(incidents.map((_, index) => index));
  const over = new Map(weathers.map((weather, index) => [free[index], weather]));
  const alone = weathers.slice(incidents.length);
  return [
    ...incidents.map((incident, index) => ({ incident, weather: over.get(index) ?? null })),
    ...alone.map((weather) => ({ incident: null, weather })),
  ];
}

/** `kill-set under throttling` */
export function roundName({ incident, weather }: Round): string {
  return [incident?.name, weather?.name].filter((name) => name !== undefined).join(' under ');
}
