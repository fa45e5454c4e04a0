import { loginsLane, local, percent, serviceLane, slotLane, slotsOf, type Lane, type Place } from './lanes';
import { element } from './markup';
import type { Mark } from './marks';
import type { Span, Timeline } from './model';

/** An SVG without its frame: every x is a percentage, so that it fits any width. */
export interface Picture {
  readonly height: number;
  readonly body: string;
}

export interface PictureOptions {
  readonly span: Span;
  /** Drawn as numbers on top, in their order. */
  readonly marks: readonly Pick<Mark, 'at' | 'kind'>[];
  /** Whether there is a lane for each service. */
  readonly services: boolean;
  /** What the axis counts from. */
  readonly zero: number;
}

/** The narrowest screen, in pixels: numbers must not overlap there. */
const NARROW = 330;
const MARK = 18;
const AXIS = 20;

/** So many columns are told apart on a wide screen. */
const MOST_BINS = 320;

/** Blue and green, the tasks of each service, and the logins, on one axis of time. */
export function draw(timeline: Timeline, { span, marks, services, zero }: PictureOptions): Picture {
  const place: Place = (at) =>
    (100 * (Math.min(Math.max(at, span.from), span.until) - span.from)) / (span.until - span.from);
  const names = [...new Set(timeline.tasks.map(({ service }) => service))];
  const lanes: readonly Lane[] = [
    ...slotsOf(timeline).map((slot) => slotLane(timeline, slot, span, place)),
    ...(services ? names.map((name) => serviceLane(timeline, name, span, place)) : []),
    loginsLane(timeline, span, MOST_BINS),
  ];
  const placed = placeMarks(marks, place);
  const head = placed.rows * MARK + (placed.rows === 0 ? 0 : 6);
  const bottom = lanes.reduce((sum, { height }) => sum + height, head);
  const { bodies } = lanes.reduce<{ readonly y: number; readonly bodies: readonly string[] }>(
    ({ y, bodies }, lane) => ({ y: y + lane.height, bodies: [...bodies, lane.draw(y)] }),
    { y: head, bodies: [] },
  );
  return {
    height: bottom + AXIS,
    body: [
      ...rollouts(timeline, span, place, head, bottom),
      ...placed.marks.map(({ x }) =>
        element('line', { x1: percent(x), x2: percent(x), y1: head - 6, y2: bottom, class: 'guide' }),
      ),
      ...bodies,
      ...placed.marks.map(numbered),
      ...axis(span, zero, place, bottom),
    ].join('\n'),
  };
}

/** Shades the time in which the record was not settled. */
function rollouts(
  { phases, durationMs }: Timeline,
  span: Span,
  place: Place,
  top: number,
  bottom: number,
): readonly string[] {
  return phases.flatMap(({ at, phase }, index) => {
    const until = phases[index + 1]?.at ?? durationMs;
    if (phase === 'settled' || until <= span.from || at >= span.until) return [];
    const x = place(at);
    const width = percent(place(until) - x);
    return [element('rect', { x: percent(x), width, y: top, height: bottom - top, class: phase })];
  });
}

interface PlacedMark {
  readonly number: number;
  readonly x: number;
  readonly row: number;
  readonly kind: Mark['kind'];
}

/** Numbers that would overlap on a narrow screen go into rows of their own. */
function placeMarks(
  marks: PictureOptions['marks'],
  place: Place,
): { readonly rows: number; readonly marks: readonly PlacedMark[] } {
  const ends: number[] = [];
  const placed = marks.map(({ at, kind }, index) => {
    const x = place(at);
    const pixels = (x * NARROW) / 100;
    const free = ends.findIndex((end) => end <= pixels);
    const row = free < 0 ? ends.length : free;
    ends[row] = pixels + MARK;
    return { number: index + 1, x, row, kind };
  });
  return { rows: ends.length, marks: placed };
}

function numbered({ number, x, row, kind }: PlacedMark): string {
  return local(
    x,
    row * MARK + MARK / 2,
    element('circle', { r: 8, class: `mark ${kind}` }),
    element('text', { y: 3.5, class: 'number' }, String(number)),
  );
}

/** Seconds between two ticks, of which there are six at most. */
const STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_200, 3_600];
const MOST_TICKS = 6;

function axis({ from, until }: Span, zero: number, place: Place, y: number): readonly string[] {
  const seconds = (until - from) / 1_000;
  const step = (STEPS.find((candidate) => seconds / candidate <= MOST_TICKS) ?? seconds) * 1_000;
  const first = Math.ceil((from - zero) / step);
  const count = Math.floor((until - zero) / step) - first + 1;
  return Array.from({ length: count }, (_, index) => {
    const at = (first + index) * step;
    const x = place(zero + at);
    const anchor = x < 4 ? 'start' : x > 96 ? 'end' : 'middle';
    const text = `${Number((at / 1_000).toFixed(1))} s`;
    return element('text', { x: percent(x), y: y + 14, 'text-anchor': anchor, class: 'tick' }, text);
  });
}
