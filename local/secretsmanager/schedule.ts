import { nextFire, parseCron, type Cron } from './cron';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const MIN_HOURS = 4;
const MAX_DAYS = 999;
/** Enough to see a year of weekly windows, and every gap between windows of a day. */
const FIRES_EXAMINED = 100;

/** RotationRules as RotateSecret takes them and DescribeSecret returns them. */
export interface RotationRules {
  readonly AutomaticallyAfterDays?: number;
  /** Length of the window in hours, for instance `3h`. */
  readonly Duration?: string;
  readonly ScheduleExpression?: string;
}

/** A rotation window, in milliseconds since the epoch. */
export interface Window {
  readonly opensAt: number;
  readonly closesAt: number;
}

type Schedule =
  | { readonly kind: 'cron'; readonly cron: Cron }
  | { readonly kind: 'hours'; readonly every: number }
  | { readonly kind: 'days'; readonly every: number };

/**
 * What is wrong with the rules, undefined where nothing is: at least 4 hours and at most 999 days apart,
 * windows that start on the hour and reach neither into the next UTC day nor into the next window (Secrets
 * Manager User Guide, "Schedule expressions"; API, "RotationRulesType").
 */
export function faultOf(rules: RotationRules, now: number): string | undefined {
  const { AutomaticallyAfterDays: days, ScheduleExpression: expression, Duration: duration } = rules;
  if (days !== undefined && expression !== undefined) {
    return 'You can set AutomaticallyAfterDays or ScheduleExpression, but not both.';
  }
  if (days !== undefined && !(days >= 1 && days <= 1000)) {
    return 'RotationRules.AutomaticallyAfterDays must be within 1-1000.';
  }
  let schedule: Schedule | undefined;
  try {
    schedule = scheduleOf(rules);
  } catch (error) {
    return `Invalid ScheduleExpression: ${error instanceof Error ? error.message : String(error)}.`;
  }
  if (schedule === undefined)
    return duration === undefined ? undefined : 'Duration needs a rotation schedule.';
  const fault = intervalFault(schedule, now);
  return fault ?? (duration === undefined ? undefined : durationFault(schedule, duration, now));
}

/**
 * The first window that opens after `after`. AWS rotates at any time within a window; here it is when it opens.
 * @param base what a rate counts from: the last rotation, or when the schedule was set
 */
export function nextWindow(rules: RotationRules, after: number, base: number): Window | undefined {
  const schedule = scheduleOf(rules);
  const opensAt = schedule === undefined ? undefined : nextOpening(schedule, after, base);
  if (schedule === undefined || opensAt === undefined) return undefined;
  if (rules.Duration !== undefined)
    return { opensAt, closesAt: opensAt + Number.parseInt(rules.Duration) * HOUR_MS };
  // "For a schedule in hours, the window automatically closes after one hour. For a schedule in days, the window
  // automatically closes at the end of the UTC day" (Secrets Manager API, "RotationRulesType").
  const closesAt = inHours(schedule) ? opensAt + HOUR_MS : opensAt - (opensAt % DAY_MS) + DAY_MS - 1000;
  return { opensAt, closesAt };
}

/** Days between two windows, rounded up: what DescribeSecret calculates AutomaticallyAfterDays from. */
export function intervalDays(rules: RotationRules, now: number): number | undefined {
  const first = nextWindow(rules, now, now);
  const second = first === undefined ? undefined : nextWindow(rules, first.opensAt, first.opensAt);
  if (first === undefined || second === undefined) return undefined;
  return Math.max(1, Math.ceil((second.opensAt - first.opensAt) / DAY_MS));
}

function scheduleOf(rules: RotationRules): Schedule | undefined {
  if (rules.AutomaticallyAfterDays !== undefined && rules.ScheduleExpression === undefined) {
    return { kind: 'days', every: rules.AutomaticallyAfterDays };
  }
  const expression = rules.ScheduleExpression;
  if (expression === undefined) return undefined;
  const rate = /^rate\((?<every>\d+) (?<unit>hour|hours|day|days)\)$/.exec(expression)?.groups;
  if (rate === undefined) return { kind: 'cron', cron: parseCron(expression) };
  const every = Number(rate['every']);
  const unit = rate['unit'] ?? '';
  if ((every === 1) === unit.endsWith('s'))
    throw new Error('the unit is singular for 1 and plural for any other number');
  return { kind: unit.startsWith('hour') ? 'hours' : 'days', every };
}

function intervalFault(schedule: Schedule, now: number): string | undefined {
  if (schedule.kind === 'cron') return cronFault(schedule.cron, now);
  const hours = schedule.kind === 'hours' ? schedule.every : schedule.every * 24;
  if (hours < MIN_HOURS) return 'A secret can be rotated at most every 4 hours.';
  // 1000 days are within the range of AutomaticallyAfterDays alone; faultOf has checked that.
  return hours > (MAX_DAYS + 1) * 24
    ? `A secret must be rotated at least every ${MAX_DAYS} days.`
    : undefined;
}

function cronFault(cron: Cron, now: number): string | undefined {
  if (cron.minutes.length !== 1 || cron.minutes[0] !== 0)
    return 'Rotation windows start on the hour: Minutes must be 0.';
  if (cron.yearField !== '*') return 'Year must be *.';
  const gaps = gapsOf(cron, now);
  if (gaps.length === 0 || Math.max(...gaps) > MAX_DAYS * DAY_MS) {
    return `A secret must be rotated at least every ${MAX_DAYS} days.`;
  }
  return Math.min(...gaps) < MIN_HOURS * HOUR_MS
    ? 'A secret can be rotated at most every 4 hours.'
    : undefined;
}

function gapsOf(cron: Cron, now: number): number[] {
  const gaps: number[] = [];
  let previous = nextFire(cron, now);
  while (previous !== undefined && gaps.length < FIRES_EXAMINED) {
    const next = nextFire(cron, previous);
    gaps.push(next === undefined ? Number.POSITIVE_INFINITY : next - previous);
    previous = next;
  }
  return gaps;
}

function durationFault(schedule: Schedule, duration: string, now: number): string | undefined {
  const hours = /^\d{1,2}h$/.test(duration) ? Number.parseInt(duration) : 0;
  if (hours < 1 || hours > 24) return 'Duration is a number of hours from 1h to 24h.';
  const latestStart = schedule.kind === 'cron' ? Math.max(...schedule.cron.hours) : 0;
  if (latestStart + hours > 24) return 'The rotation window must not extend into the next UTC day.';
  const gap = schedule.kind === 'cron' ? Math.min(...gapsOf(schedule.cron, now)) / HOUR_MS : schedule.every;
  const overlaps = schedule.kind !== 'days' && hours > gap;
  return overlaps ? 'The rotation window must not extend into the next rotation window.' : undefined;
}

function inHours(schedule: Schedule): boolean {
  return schedule.kind === 'hours' || (schedule.kind === 'cron' && schedule.cron.hours.length > 1);
}

function nextOpening(schedule: Schedule, after: number, base: number): number | undefined {
  if (schedule.kind === 'cron') return nextFire(schedule.cron, after);
  const unit = schedule.kind === 'hours' ? HOUR_MS : DAY_MS;
  const interval = schedule.every * unit;
  const first = base - (base % unit) + interval;
  return first > after ? first : first + Math.ceil((after - first + 1) / interval) * interval;
}
