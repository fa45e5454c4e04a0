import { AwsError } from '../endpoint/seams';

/** When a rule fires next, in milliseconds since the epoch; undefined where it never does again. */
export type Schedule = (after: number) => number | undefined;

const UNITS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const DAY_MS = 86_400_000;
/** How far ahead a date is looked for: 29 February on a given weekday comes at least every 40 years. */
const FARTHEST_DAYS = 366 * 41;

/**
 * Reads `rate(5 minutes)` or `cron(minutes hours day-of-month month day-of-week year)`, in UTC (Amazon EventBridge
 * User Guide, "Setting a schedule pattern"). `L`, `W` and `#` are read too.
 * @throws AwsError ValidationException
 */
export function parseSchedule(expression: string): Schedule {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (count !== undefined && unit !== undefined) {
    const plural = expression.endsWith('s)');
    if (Number(count) < 1 || plural === (count === '1')) throw invalid();
    const every = Number(count) * (UNITS[unit] ?? 0);
    return (after) => after + every;
  }
  const [, fields] = /^cron\((.+)\)$/.exec(expression) ?? [];
  const parts = fields?.trim().split(/\s+/) ?? [];
  if (parts.length !== 6) throw invalid();
  return cron(parts as [string, string, string, string, string, string]);
}

function cron([minutes, hours, dayOfMonth, month, dayOfWeek, year]: [
  string,
  string,
  string,
  string,
  string,
  string,
]): Schedule {
  // One of the two must be `?`: AWS refuses a cron that names both.
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) throw invalid();
  const inMinutes = numbers(minutes, 0, 59);
  const inHours = numbers(hours, 0, 23);
  const inMonths = numbers(named(month, MONTHS, 1), 1, 12);
  const inYears = numbers(year, 1970, 2199);
  const onDay = dayOfMonth === '?' ? weekday(dayOfWeek) : monthday(dayOfMonth);
  const times = inHours.flatMap((hour) => inMinutes.map((minute) => (hour * 60 + minute) * 60_000));
  return (after) => {
    const first = Math.floor(after / DAY_MS) * DAY_MS;
    for (let day = 0; day < FARTHEST_DAYS; day += 1) {
      const midnight = first + day * DAY_MS;
      const date = new Date(midnight);
      if (!inYears.includes(date.getUTCFullYear()) || !inMonths.includes(date.getUTCMonth() + 1)) continue;
      if (!onDay(date)) continue;
      const time = times.find((offset) => midnight + offset > after);
      if (time !== undefined) return midnight + time;
    }
    return undefined;
  };
}

type OnDay = (date: Date) => boolean;

const lastOf = (date: Date) =>
  new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();

function monthday(field: string): OnDay {
  if (field === 'L') return (date) => date.getUTCDate() === lastOf(date);
  const [, near] = /^(\d+)W$/.exec(field) ?? [];
  if (near !== undefined) return (date) => date.getUTCDate() === nearestWeekday(date, Number(near));
  const days = numbers(field, 1, 31);
  return (date) => days.includes(date.getUTCDate());
}

/** The day of the month's weekday nearest to a day, within the month. */
function nearestWeekday(date: Date, day: number): number {
  const weekdayOf = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), day)).getUTCDay();
  if (weekdayOf === 6) return day === 1 ? 3 : day - 1;
  if (weekdayOf === 0) return day === lastOf(date) ? day - 2 : day + 1;
  return day;
}

/** Days of the week count from Sunday, 1. */
function weekday(field: string): OnDay {
  const text = named(field, DAYS, 1);
  const [, nth, which] = /^(\d)#(\d)$/.exec(text) ?? [];
  if (nth !== undefined) {
    return (date) =>
      date.getUTCDay() + 1 === Number(nth) && Math.ceil(date.getUTCDate() / 7) === Number(which);
  }
  const [, last] = /^(\d)L$/.exec(text) ?? [];
  if (last !== undefined) {
    return (date) => date.getUTCDay() + 1 === Number(last) && date.getUTCDate() > lastOf(date) - 7;
  }
  const days = numbers(text === 'L' ? '7' : text, 1, 7);
  return (date) => days.includes(date.getUTCDay() + 1);
}

function named(field: string, names: readonly string[], first: number): string {
  return field.toUpperCase().replace(/[A-Z]{3}/g, (name) => {
    const index = names.indexOf(name);
    if (index < 0) throw invalid();
    return String(index + first);
  });
}

/** What `*`, `a`, `a-b`, `a/n`, `a-b/n` and lists of these stand for, in order. */
function numbers(field: string, least: number, most: number): number[] {
  const found = new Set<number>();
  for (const part of field.split(',')) {
    const [, range = '', step] = /^(\*|\d+(?:-\d+)?)(?:\/(\d+))?$/.exec(part) ?? [];
    if (range === '') throw invalid();
    const [from = least, to = step === undefined ? Number(range) : most] =
      range === '*' ? [least, most] : range.split('-').map(Number);
    if (from < least || to > most || from > to || step === '0') throw invalid();
    for (let value = from; value <= to; value += Number(step ?? 1)) found.add(value);
  }
  return [...found].sort((a, b) => a - b);
}

const invalid = () => new AwsError('ValidationException', 'Parameter ScheduleExpression is not valid.');
