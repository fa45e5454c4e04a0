import type { SlotName } from '../faults/rotation';
import { element, escaped } from './markup';
import { BIN_MS, type Span, type TaskSpan, type Timeline } from './model';

/** A strip of a picture, over its whole width. */
export interface Lane {
  readonly height: number;
  /** Its elements, with its upper edge at y. */
  draw(y: number): string;
}

/** Where a moment is, as a percentage of the width. */
export type Place = (at: number) => number;

/** Of the text above a lane. */
const LABEL = 19;
const GAP = 9;
const SLOT_BAR = 14;
const TASK_BAR = 7;
const TASK_ROW = 9;
const CHART = 44;

/** The slots that anything was done with: where there is one user, there is one. */
export function slotsOf({ publishes, rotations, passwordChanges }: Timeline): readonly SlotName[] {
  const used = new Set([...publishes, ...rotations, ...passwordChanges].map(({ slot }) => slot));
  return (['blue', 'green'] as const).filter((slot) => used.has(slot));
}

/** A user: when it was active, when it was rotated, when it was given a password. */
export function slotLane(timeline: Timeline, slot: SlotName, span: Span, place: Place): Lane {
  const active = activeSpans(timeline, slot);
  const rotations = timeline.rotations.filter((rotation) => rotation.slot === slot);
  const changes = timeline.passwordChanges.filter((change) => change.slot === slot);
  // In its own colour it would not be seen upon the bar of an active user.
  const outlineOf = ({ from, until }: Span) =>
    visible(active, { from, until }).length > 0 ? 'outline' : `outline ${slot}`;
  return {
    height: LABEL + SLOT_BAR + GAP,
    draw: (y) => {
      const top = y + LABEL;
      const middle = top + SLOT_BAR / 2;
      const bars = visible(active, span).map((bar) =>
        rectangle(bar, place, top, SLOT_BAR, `bar ${slot}`, `${slot} is active`),
      );
      const outlines = visible(rotations, span).map((bar) =>
        rectangle(bar, place, top, SLOT_BAR, outlineOf(bar), `${slot} is rotated`),
      );
      const diamonds = changes
        .filter(({ at }) => at >= span.from && at <= span.until)
        .map(({ at }) => local(place(at), middle, element('path', { d: 'M0-7 6 0 0 7-6 0Z', class: 'key' })));
      return [
        label(y, `${slot} (${timeline.users[slot]})`),
        element('line', { x1: 0, x2: '100%', y1: middle, y2: middle, class: 'rule' }),
        ...bars,
        ...outlines,
        ...diamonds,
      ].join('');
    },
  };
}

/** A service: its tasks as bars in the colour of the user that they hold. */
export function serviceLane(timeline: Timeline, service: string, span: Span, place: Place): Lane {
  const rows = inRows(
    visible(
      timeline.tasks.filter((task) => task.service === service),
      span,
    ),
  );
  return {
    height: LABEL + rows.length * TASK_ROW + GAP,
    draw: (y) => {
      const bars = rows.flatMap((row, index) =>
        row.map((task) => {
          const slot = slotOf(timeline, task);
          const holds = task.user === null ? 'never logged in' : `logs in as ${task.user}`;
          const top = y + LABEL + index * TASK_ROW;
          return rectangle(
            task,
            place,
            top,
            TASK_BAR,
            `bar ${slot ?? 'nobody'}`,
            `a task of ${service}: ${holds}`,
          );
        }),
      );
      return [label(y, `tasks of ${service}`), ...bars].join('');
    },
  };
}

/** Logins per bin, the failed ones in red. */
export function loginsLane({ logins }: Timeline, span: Span, mostBins: number): Lane {
  const first = Math.floor(span.from / BIN_MS);
  const count = Math.max(1, Math.ceil(span.until / BIN_MS) - first);
  const merged = Math.ceil(count / mostBins);
  const ok = merge(logins.ok.slice(first, first + count), merged, count);
  const failed = merge(logins.failed.slice(first, first + count), merged, count);
  const most = Math.max(1, ...ok.map((number, index) => number + (failed[index] ?? 0)));
  const lost = failed.reduce((sum, number) => sum + number, 0);
  const text = `logins per ${merged * BIN_MS} ms, at most ${most}; ${lost === 0 ? 'none' : lost} failed`;
  return {
    height: LABEL + CHART + GAP,
    draw: (y) =>
      [
        label(y, text, lost === 0 ? 'label' : 'label bad'),
        element(
          'svg',
          {
            x: 0,
            y: y + LABEL,
            width: '100%',
            height: CHART,
            viewBox: `0 0 ${ok.length} ${most}`,
            preserveAspectRatio: 'none',
          },
          element('path', { d: columns(ok, most), class: 'logins' }),
          element('path', { d: columns(failed, most), class: 'failed' }),
        ),
        element('line', { x1: 0, x2: '100%', y1: y + LABEL + CHART, y2: y + LABEL + CHART, class: 'rule' }),
      ].join(''),
  };
}

/** When a slot was the one that starting tasks read. */
function activeSpans({ publishes, durationMs }: Timeline, slot: SlotName): readonly Span[] {
  return publishes.flatMap((publish, index) =>
    publish.slot === slot ? [{ from: publish.at, until: publishes[index + 1]?.at ?? durationMs }] : [],
  );
}

function slotOf({ users }: Timeline, { user }: TaskSpan): SlotName | null {
  return user === users.blue ? 'blue' : user === users.green ? 'green' : null;
}

/** Each bar in the first row in which it overlaps none. */
function inRows<T extends Span>(bars: readonly T[]): readonly (readonly T[])[] {
  const rows: T[][] = [];
  for (const bar of [...bars].sort((a, b) => a.from - b.from)) {
    const row = rows.find((some) => some.every(({ until }) => until <= bar.from));
    if (row === undefined) rows.push([bar]);
    else row.push(bar);
  }
  return rows;
}

function visible<T extends Span>(bars: readonly T[], span: Span): readonly T[] {
  return bars.filter(({ from, until }) => until > span.from && from < span.until);
}

function rectangle(bar: Span, place: Place, y: number, height: number, kind: string, title: string): string {
  const x = place(bar.from);
  const attributes = { x: percent(x), width: percent(place(bar.until) - x), y, height, rx: 2, class: kind };
  return element('rect', attributes, element('title', {}, escaped(title)));
}

function label(y: number, text: string, kind = 'label'): string {
  return element('text', { x: 0, y: y + 12, class: kind }, escaped(text));
}

/** Elements around a point: within, x and y are counted in pixels from there. */
export function local(x: number, y: number, ...children: readonly string[]): string {
  return element('svg', { x: percent(x), y, overflow: 'visible' }, ...children);
}

export function percent(value: number): string {
  return `${Number(value.toFixed(2))}%`;
}

function merge(bins: readonly number[], size: number, count: number): readonly number[] {
  return Array.from({ length: Math.ceil(count / size) }, (_, index) =>
    bins.slice(index * size, (index + 1) * size).reduce((sum, number) => sum + number, 0),
  );
}

/** Columns one wide, from the bottom up. */
function columns(bins: readonly number[], most: number): string {
  return bins
    .flatMap((number, index) => (number === 0 ? [] : [`M${index} ${most}v-${number}h1v${number}z`]))
    .join('');
}
