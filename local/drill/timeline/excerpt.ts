import { BIN_MS, type Span, type Timeline } from './model';

/** A span of a timeline as a timeline of its own, which begins with the span; the span begins with a bin of logins. */
export function excerptOf(timeline: Timeline, { from, until }: Span): Timeline {
  const moments = <T extends { readonly at: number }>(list: readonly T[]): T[] =>
    list.filter(({ at }) => at >= from && at < until).map((moment) => ({ ...moment, at: moment.at - from }));
  const spans = <T extends Span>(list: readonly T[]): T[] =>
    list
      .filter((span) => span.until > from && span.from < until)
      .map((span) => ({
        ...span,
        from: Math.max(0, span.from - from),
        until: Math.min(span.until, until) - from,
      }));
  // What was so when it began.
  const before = <T extends { readonly at: number }>(list: readonly T[]): T[] =>
    list
      .filter(({ at }) => at < from)
      .slice(-1)
      .map((moment) => ({ ...moment, at: 0 }));
  const bins = (list: readonly number[]) => list.slice(from / BIN_MS, Math.ceil(until / BIN_MS));
  return {
    durationMs: until - from,
    users: timeline.users,
    passwordChanges: moments(timeline.passwordChanges),
    publishes: [...before(timeline.publishes), ...moments(timeline.publishes)],
    rotations: spans(timeline.rotations),
    phases: [...before(timeline.phases), ...moments(timeline.phases)],
    deployments: moments(timeline.deployments),
    tasks: spans(timeline.tasks),
    logins: { ok: bins(timeline.logins.ok), failed: bins(timeline.logins.failed) },
    refusals: moments(timeline.refusals),
  };
}
