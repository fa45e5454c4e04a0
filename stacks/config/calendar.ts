import { parseCron } from './cron';
import type { Schedule } from './schedule';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/**
 * Dates and weekdays repeat after 28 years, so this span holds every arrangement that the coming 24 months can have,
 * and the answer does not depend on the day it is asked.
 */
const FROM = Date.UTC(2026, 0, 1);
const UNTIL = Date.UTC(2054, 0, 1);

/** What a schedule is of: a slot's secret, or the only one. */
export type Scheduled = 'blue' | 'green' | 'secret';

/** One opening of a rotation window. */
export interface Window {
  readonly slot: Scheduled;
  /** Milliseconds since 1970, UTC. */
  readonly opens: number;
  readonly closes: number;
}

/** How far apart the rotations of two slots must be, in seconds. */
export interface Margins {
  /** From a flip until every consumer must have moved. */
  readonly rollout: number;
  /** From then until the last old task is gone. */
  readonly drain: number;
}

/**
 * Finds the first place where two rotations of a pair come so close that the second could meet a rollout or a
 * draining task of the first.
 * @returns what is wrong, with both dates, or null
 */
export function calendarProblem(blue: Schedule, green: Schedule, margins: Margins): string | null {
  const windows = { blue: windowsOf('blue', blue), green: windowsOf('green', green) };
  for (const slot of ['blue', 'green'] as const) {
    if (windows[slot].length === 0) return `never opens a window for ${slot}: no such date exists`;
  }
  const margin = (margins.rollout + margins.drain) * 1_000;
  for (const [window, next] of pairs(windows.blue, windows.green)) {
    // One slot's neighbours of its own are Secrets Manager's to space; refused rotations are harmless.
    if (next.slot === window.slot) continue;
    if (next.opens < window.closes + margin) {
      return (
        `brings ${window.slot} (${at(window.opens)}) and ${next.slot} (${at(next.opens)}) too close together: ` +
        `window, rollout deadline and drain margin need ${hours(window.closes - window.opens + margin)} between them`
      );
    }
  }
  return null;
}

/** The same for the one secret of a strategy that has no other. @returns what is wrong, with both dates, or null */
export function oneCalendarProblem(schedule: Schedule, margins: Margins): string | null {
  const windows = windowsOf('secret', schedule);
  if (windows.length === 0) return 'never opens a window: no such date exists';
  const margin = (margins.rollout + margins.drain) * 1_000;
  for (const [window, next] of pairs(windows, [])) {
    if (next.opens >= window.closes + margin) continue;
    return (
      `brings two rotations (${at(window.opens)}, ${at(next.opens)}) too close together: ` +
      `window, rollout deadline and drain margin need ${hours(window.closes - window.opens + margin)} between them`
    );
  }
  return null;
}

/**
 * Finds whether the schedules alone let an active password become older than it may. Every window brings one rotation,
 * whichever slot it names: where that is the active one, the standby is rotated in its stead. A password may be as old as
 * from the opening of one window to the close of the next, and is in use until the rollout after that has ended.
 * @param rollout from a flip until every consumer must have moved, in seconds
 * @returns what is wrong, with both dates, or null
 */
export function ageProblem(
  blue: Schedule,
  green: Schedule,
  maxAgeDays: number,
  rollout: number,
): string | null {
  const ages = pairs(windowsOf('blue', blue), windowsOf('green', green)).map(([from, to]) => ({
    from: from.opens,
    to: to.closes,
    age: to.closes - from.opens + rollout * 1_000,
  }));
  const [first, ...others] = ages;
  if (first === undefined) return null;
  const oldest = others.reduce((oldest, other) => (other.age > oldest.age ? other : oldest), first);
  if (oldest.age <= maxAgeDays * DAY) return null;
  return (
    `must be at least ${Math.ceil(oldest.age / DAY)}: by the schedule a password of ${at(oldest.from)} ` +
    `may be replaced as late as ${at(oldest.to)}, and the rollout may take ${hours(rollout * 1_000)} more`
  );
}

/** @returns why the window of a schedule is not possible, or null */
export function windowProblem(schedule: Schedule): string | null {
  const opening = parseCron(schedule.cron).hours;
  for (const [index, hour] of opening.entries()) {
    const closes = hour + schedule.windowHours;
    const next = opening[index + 1];
    if (closes > 24) {
      return `must be at most ${24 - hour}: the window opens at ${hour}:00 and must not extend into the next UTC day`;
    }
    if (next !== undefined && closes > next) {
      return `must be at most ${next - hour}: the window opens at ${hour}:00, the next one at ${next}:00`;
    }
  }
  return null;
}

/** Every window of both slots with the one after it, in the order of time. */
function pairs(blue: readonly Window[], green: readonly Window[]): [Window, Window][] {
  const windows = [...blue, ...green].sort((a, b) => a.opens - b.opens);
  return windows.slice(1).flatMap((next, index) => {
    const window = windows[index];
    return window === undefined ? [] : [[window, next] satisfies [Window, Window]];
  });
}

/**
 * The windows of schedules that open in a span of time, in their order.
 * @param from milliseconds since the epoch, as is until
 */
export function windowsBetween(
  schedules: Readonly<Partial<Record<Scheduled, Schedule>>>,
  from: number,
  until: number,
): Window[] {
  const inSpan = (slot: Scheduled) => {
    const schedule = schedules[slot];
    if (schedule === undefined) return [];
    return [...openings(schedule, from - DAY, until)]
      .filter((opens) => opens >= from && opens < until)
      .map((opens) => ({ slot, opens, closes: opens + schedule.windowHours * HOUR }));
  };
  const all = (['blue', 'green', 'secret'] as const).flatMap(inSpan);
  return all.sort((a, b) => a.opens - b.opens);
}

function windowsOf(slot: Window['slot'], schedule: Schedule): Window[] {
  const length = schedule.windowHours * HOUR;
  return [...openings(schedule)].map((opens) => ({ slot, opens, closes: opens + length }));
}

/** When the windows of a schedule open, in milliseconds since 1970. */
function* openings(schedule: Schedule, from = FROM, until = UNTIL): Generator<number> {
  const cron = parseCron(schedule.cron);
  for (let midnight = from - (from % DAY); midnight < until; midnight += DAY) {
    const date = new Date(midnight);
    const month = date.getUTCMonth();
    if (!cron.months.has(month + 1)) continue;
    const lastDate = new Date(Date.UTC(date.getUTCFullYear(), month + 1, 0)).getUTCDate();
    if (!cron.matchesDay({ date: date.getUTCDate(), lastDate, weekday: date.getUTCDay() + 1 })) continue;
    for (const hour of cron.hours) yield midnight + hour * HOUR;
  }
}

function at(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function hours(milliseconds: number): string {
  const count = Math.ceil(milliseconds / HOUR);
  return count === 1 ? '1 hour' : `${count} hours`;
}
