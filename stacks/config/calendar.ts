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

/** One opening of a rotation window. */
interface Window {
  readonly slot: 'blue' | 'green';
  /** Milliseconds since 1970, UTC. */
  readonly opens: number;
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
  const openingsOf = { blue: [...openings('blue', blue)], green: [...openings('green', green)] };
  for (const slot of ['blue', 'green'] as const) {
    if (openingsOf[slot].length === 0) return `never opens a window for ${slot}: no such date exists`;
  }
  const windows = [...openingsOf.blue, ...openingsOf.green].sort((a, b) => a.opens - b.opens);
  const length = { blue: blue.windowHours * HOUR, green: green.windowHours * HOUR };
  const margin = (margins.rollout + margins.drain) * 1_000;
  for (const [index, window] of windows.entries()) {
    const next = windows[index + 1];
    // One slot's neighbours of its own are Secrets Manager's to space; refused rotations are harmless.
    if (next === undefined || next.slot === window.slot) continue;
    if (next.opens - window.opens < length[window.slot] + margin) {
      return (
        `brings ${window.slot} (${at(window.opens)}) and ${next.slot} (${at(next.opens)}) too close together: ` +
        `window, rollout deadline and drain margin need ${hours(length[window.slot] + margin)} between them`
      );
    }
  }
  return null;
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

function* openings(slot: Window['slot'], schedule: Schedule): Generator<Window> {
  const cron = parseCron(schedule.cron);
  for (let midnight = FROM; midnight < UNTIL; midnight += DAY) {
    const date = new Date(midnight);
    const month = date.getUTCMonth();
    if (!cron.months.has(month + 1)) continue;
    const lastDate = new Date(Date.UTC(date.getUTCFullYear(), month + 1, 0)).getUTCDate();
    if (!cron.matchesDay({ date: date.getUTCDate(), lastDate, weekday: date.getUTCDay() + 1 })) continue;
    for (const hour of cron.hours) yield { slot, opens: midnight + hour * HOUR };
  }
}

function at(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function hours(milliseconds: number): string {
  return `${Math.ceil(milliseconds / HOUR)} hours`;
}
