import type { Chapter, Span, Timeline } from './model';

/** Something worth telling, at one moment. */
export interface Mark {
  readonly at: number;
  readonly kind: 'step' | 'refusal' | 'fault';
  readonly text: string;
}

/** What is told of a chapter, in its order: the steps of its rotation, refusals, faults. */
export function marksOf(timeline: Timeline, chapter: Chapter): readonly Mark[] {
  const step = (at: number, text: string): Mark => ({ at, kind: 'step', text });
  const { users } = timeline;
  const marks: Mark[] = [
    ...timeline.passwordChanges.map(({ at, slot }) =>
      step(
        at,
        slot === activeAt(timeline, at)
          ? `${users[slot]}, which is active, is given another password: nothing else logs in from now on`
          : `${users[slot]} is given a new password; nobody uses it yet`,
      ),
    ),
    ...timeline.publishes
      .slice(1)
      .map(({ at, slot }) => step(at, `${slot} is published: tasks that start from now on read it`)),
    ...timeline.phases.flatMap(({ at, slot, phase }, index) =>
      phase === 'rolling' || phase === timeline.phases[index - 1]?.phase
        ? []
        : [step(at, PHASES[phase]?.(slot) ?? `${phase} on ${slot}`)],
    ),
    ...redeployments(timeline).map(({ at, services }) =>
      step(at, `${services.join(', ')} redeployed by one forced deployment each`),
    ),
    ...timeline.refusals.map(({ at, text }): Mark => ({ at, kind: 'refusal', text })),
    ...chapter.faults.map(({ at, text }): Mark => ({ at, kind: 'fault', text })),
  ];
  return marks.filter(({ at }) => within(at, chapter)).sort((a, b) => a.at - b.at);
}

const PHASES: Readonly<Record<string, (slot: string) => string>> = {
  settled: (slot) => `settled: every task is on ${slot}, and nothing old is left`,
  reverting: (slot) => `reverting to ${slot}, which still works`,
  halted: () => 'halted: nothing goes on until a person resumes it',
};

/** The slot that tasks read which start then. */
function activeAt({ publishes }: Timeline, moment: number): string | undefined {
  return publishes.findLast(({ at }) => at <= moment)?.slot;
}

/** Deployments that followed one publish, as one. */
function redeployments({
  deployments,
  publishes,
}: Timeline): readonly { readonly at: number; readonly services: readonly string[] }[] {
  const flips = [...publishes.map(({ at }) => at), Number.POSITIVE_INFINITY];
  return flips.slice(1).flatMap((until, index) => {
    const from = flips[index] ?? 0;
    const [first, ...others] = deployments.filter(({ at }) => within(at, { from, until }));
    if (first === undefined) return [];
    return [{ at: first.at, services: [first, ...others].map(({ service }) => service) }];
  });
}

function within(at: number, { from, until }: Span): boolean {
  return at >= from && at < until;
}
