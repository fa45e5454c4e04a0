/**
 * Cron expressions in AWS's dialect: `cron(Minutes Hours Day-of-month Month Day-of-week Year)`, in UTC, with
 * `, - * /` everywhere, `? L W` for days of the month and `? L #` for days of the week (EventBridge User Guide,
 * "Cron expressions"; Secrets Manager User Guide, "Schedule expressions").
 */

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Further than any schedule that AWS accepts; a leap day comes after at most eight years. */
const HORIZON_DAYS = 366 * 9;

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** A day in UTC as cron sees it. */
interface Day {
  readonly dayOfMonth: number;
  /** 1 to 12 */
  readonly month: number;
  /** 1 is Sunday. */
  readonly weekday: number;
  readonly year: number;
  readonly daysInMonth: number;
}

/** A parsed expression. */
export interface Cron {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  /** The Year field as written. */
  readonly yearField: string;
  readonly matchesDay: (day: Day) => boolean;
}

/** @throws Error that names the field at fault */
export function parseCron(expression: string): Cron {
  const fields = /^cron\((?<fields>[^()]*)\)$/
    .exec(expression)
    ?.groups?.['fields']?.trim()
    .toUpperCase()
    .split(/\s+/);
  const [minutes, hours, daysOfMonth, months, weekdays, years, ...rest] = fields ?? [];
  if (years === undefined || rest.length > 0) throw new Error('a cron expression has six fields');
  // Defined because the sixth field is.
  const monthDays = daysOfMonth ?? '';
  const weekDays = weekdays ?? '';
  if ((monthDays === '?') === (weekDays === '?')) {
    throw new Error('exactly one of Day-of-month and Day-of-week must be ?');
  }
  const inMonths = numbers('Month', months ?? '', 1, 12, MONTHS);
  const inYears = numbers('Year', years, 1970, 2199, []);
  const dayMatches = monthDays === '?' ? weekdayMatcher(weekDays) : monthDayMatcher(monthDays);
  return {
    minutes: numbers('Minutes', minutes ?? '', 0, 59, []),
    hours: numbers('Hours', hours ?? '', 0, 23, []),
    yearField: years,
    matchesDay: (day) => inMonths.includes(day.month) && inYears.includes(day.year) && dayMatches(day),
  };
}

/** The first time the schedule fires after `after` (milliseconds since the epoch); undefined where it never does. */
export function nextFire(cron: Cron, after: number): number | undefined {
  const firstDay = after - (after % DAY_MS);
  for (let offset = 0; offset < HORIZON_DAYS; offset++) {
    const midnight = firstDay + offset * DAY_MS;
    if (!cron.matchesDay(dayAt(midnight))) continue;
    for (const hour of cron.hours) {
      for (const minute of cron.minutes) {
        const time = midnight + hour * HOUR_MS + minute * 60_000;
        if (time > after) return time;
      }
    }
  }
  return undefined;
}

function dayAt(midnight: number): Day {
  const date = new Date(midnight);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  return {
    dayOfMonth: date.getUTCDate(),
    month: month + 1,
    weekday: date.getUTCDay() + 1,
    year,
    daysInMonth: new Date(Date.UTC(year, month + 1, 0)).getUTCDate(),
  };
}

function numbers(field: string, text: string, min: number, max: number, names: readonly string[]): number[] {
  const found = new Set<number>();
  for (const part of text.split(',')) {
    const { from, to, step } = rangeOf(field, part, min, max, names);
    for (let value = from; value <= to; value += step) found.add(value);
  }
  return [...found].sort((a, b) => a - b);
}

function rangeOf(
  field: string,
  part: string,
  min: number,
  max: number,
  names: readonly string[],
): { from: number; to: number; step: number } {
  const groups = /^(?<from>\*|\w+)(?:-(?<to>\w+))?(?:\/(?<step>\d+))?$/.exec(part)?.groups;
  const fromText = groups?.['from'] ?? '';
  const stepText = groups?.['step'];
  const from = fromText === '*' ? min : numberOf(fromText, min, names);
  const toText = groups?.['to'];
  const open = fromText === '*' || stepText !== undefined;
  const to = toText === undefined ? (open ? max : from) : numberOf(toText, min, names);
  const step = stepText === undefined ? 1 : Number(stepText);
  const valid =
    from >= min && to <= max && from <= to && step >= 1 && !(fromText === '*' && toText !== undefined);
  if (!valid) throw new Error(`the field ${field} cannot be "${part}"`);
  return { from, to, step };
}

/** NaN for what is neither a number nor a name; every comparison with it fails. */
function numberOf(text: string, min: number, names: readonly string[]): number {
  const named = names.indexOf(text);
  if (named >= 0) return named + min;
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

function monthDayMatcher(text: string): (day: Day) => boolean {
  const parts = text.split(',').map((part): ((day: Day) => boolean) => {
    if (part === 'L') return (day) => day.dayOfMonth === day.daysInMonth;
    if (part === 'LW') return (day) => day.dayOfMonth === nearestWeekday(day, day.daysInMonth);
    const before = /^L-(?<days>\d{1,2})$/.exec(part)?.groups?.['days'];
    if (before !== undefined) return (day) => day.dayOfMonth === day.daysInMonth - Number(before);
    const near = /^(?<near>\d{1,2})W$/.exec(part)?.groups?.['near'];
    if (near === undefined) {
      const days = numbers('Day-of-month', part, 1, 31, []);
      return (day) => days.includes(day.dayOfMonth);
    }
    if (Number(near) < 1 || Number(near) > 31) throw new Error(`the field Day-of-month cannot be "${part}"`);
    return (day) => Number(near) <= day.daysInMonth && day.dayOfMonth === nearestWeekday(day, Number(near));
  });
  return (day) => parts.some((matches) => matches(day));
}

/** The Monday to Friday nearest to a day of `day`'s month, within that month. */
function nearestWeekday(day: Day, target: number): number {
  const weekday = (((day.weekday - 1 + target - day.dayOfMonth) % 7) + 7) % 7;
  if (weekday === 6) return target > 1 ? target - 1 : target + 2;
  if (weekday === 0) return target < day.daysInMonth ? target + 1 : target - 2;
  return target;
}

function weekdayMatcher(text: string): (day: Day) => boolean {
  const parts = text.split(',').map((part): ((day: Day) => boolean) => {
    if (part === 'L') return (day) => day.weekday === 7;
    const last = /^(?<last>\w+)L$/.exec(part)?.groups?.['last'];
    if (last !== undefined) {
      const weekday = oneWeekday(last, part);
      return (day) => day.weekday === weekday && day.dayOfMonth + 7 > day.daysInMonth;
    }
    const nth = /^(?<weekday>\w+)#(?<nth>[1-5])$/.exec(part)?.groups;
    if (nth !== undefined) {
      const weekday = oneWeekday(nth['weekday'] ?? '', part);
      return (day) => day.weekday === weekday && Math.ceil(day.dayOfMonth / 7) === Number(nth['nth']);
    }
    const days = numbers('Day-of-week', part, 1, 7, WEEKDAYS);
    return (day) => days.includes(day.weekday);
  });
  return (day) => parts.some((matches) => matches(day));
}

function oneWeekday(text: string, part: string): number {
  const weekday = numberOf(text, 1, WEEKDAYS);
  if (weekday >= 1 && weekday <= 7) return weekday;
  throw new Error(`the field Day-of-week cannot be "${part}"`);
}
