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
      step(
        at,
        `${services.join(', ')} redeployed by one forced deployment${services.length === 1 ? '' : ' each'}`,
      ),
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

/** Longer than services wait for each other, unless the first one is a canary. */
const BURST_MS = 1_000;

/** Deployments that came one upon another after one publish, as one. */
function redeployments({
  deployments,
  publishes,
}: Timeline): readonly { readonly at: number; readonly services: readonly string[] }[] {
  const bursts: { readonly at: number; last: number; readonly services: string[] }[] = [];
  for (const { at, service } of deployments) {
    const burst = bursts.at(-1);
    const published = publishes.some((publish) => publish.at > (burst?.last ?? at) && publish.at <= at);
    if (burst === undefined || published || at - burst.last > BURST_MS) {
      bursts.push({ at, last: at, services: [service] });
    } else {
      burst.services.push(service);
      burst.last = at;
    }
  }
  return bursts;
}

function within(at: number, { from, until }: Span): boolean {
  return at >= from && at < until;
}
