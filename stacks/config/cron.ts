/**
 * The cron dialect of Secrets Manager: `cron(minutes hours day-of-month month day-of-week year)`, UTC, minutes
 * always 0, year always `*`. Source: AWS Secrets Manager User Guide, "Rotation schedules". Cron libraries number the days
 * of the week from 0 and read `#` and `L` differently, so the few rules are here.
 */

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** A day to be judged: its date and where it lies in its month. */
interface Day {
  /** 1 to 31. */
  readonly date: number;
  /** 28 to 31. */
  readonly lastDate: number;
  /** 1 (Sunday) to 7. */
  readonly weekday: number;
}
type DayRule = (day: Day) => boolean;

/** A parsed expression. */
export interface Cron {
  /** Hours at which a window opens, ascending. */
  readonly hours: readonly number[];
  readonly months: ReadonlySet<number>;
  readonly matchesDay: DayRule;
}

class CronError extends Error {}

/** @returns what is wrong with an expression and how to mend it, or null */
export function cronProblem(expression: string): string | null {
  try {
    parseCron(expression);
    return null;
  } catch (error) {
    if (error instanceof CronError) return error.message;
    throw error;
  }
}

/** @throws Error with what is wrong */
export function parseCron(expression: string): Cron {
  if (expression.startsWith('rate(')) {
    throw new CronError(
      'must be cron(…): two rates drift against each other, so blue and green would one day be rotated together',
    );
  }
  const inner = /^cron\((.*)\)$/.exec(expression)?.[1];
  if (inner === undefined) throw new CronError('must look like cron(0 3 1 * ? *)');
  const fields = inner.split(' ');
  const [minutes, hours, dayOfMonth, month, dayOfWeek, year] = fields;
  if (
    fields.length !== 6 ||
    minutes === undefined ||
    hours === undefined ||
    dayOfMonth === undefined ||
    month === undefined ||
    dayOfWeek === undefined ||
    year === undefined
  ) {
    throw new CronError(
      `must have six fields (minutes hours day-of-month month day-of-week year), not ${fields.length}`,
    );
  }
  if (minutes !== '0') throw new CronError('must have 0 minutes: rotation windows open on the hour');
  if (year !== '*') throw new CronError('must have * as the year: Secrets Manager accepts no other');
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) {
    throw new CronError('must have ? in exactly one of day-of-month and day-of-week');
  }
  return {
    hours: fourHoursApart(numbers('hours', hours, 0, 23)),
    months: new Set(numbers('month', month, 1, 12, MONTHS)),
    matchesDay: dayOfWeek === '?' ? dayOfMonthRule(dayOfMonth) : dayOfWeekRule(dayOfWeek),
  };
}

function fourHoursApart(hours: readonly number[]): readonly number[] {
  for (const [index, hour] of hours.entries()) {
    const next = hours[index + 1];
    if (next !== undefined && next - hour < 4) {
      throw new CronError(
        `has windows at ${hour} and ${next} o'clock: rotations must be at least 4 hours apart`,
      );
    }
  }
  return hours;
}

function dayOfMonthRule(field: string): DayRule {
  const parts = field.split(',').map((part): DayRule => {
    if (part === 'L') return (day) => day.date === day.lastDate;
    const dates = new Set(numbers('day-of-month', part, 1, 31));
    return (day) => dates.has(day.date);
  });
  return (day) => parts.some((matches) => matches(day));
}

function dayOfWeekRule(field: string): DayRule {
  const parts = field.split(',').map((part): DayRule => {
    const nth = /^(\w+)#([1-5])$/.exec(part);
    if (nth?.[1] !== undefined && nth[2] !== undefined) {
      const weekday = number('day-of-week', nth[1], 1, 7, DAYS);
      const week = Number(nth[2]);
      return (day) => day.weekday === weekday && Math.ceil(day.date / 7) === week;
    }
    if (part === 'L') return (day) => day.weekday === 7;
    const last = /^(\w+)L$/.exec(part)?.[1];
    if (last !== undefined) {
      const weekday = number('day-of-week', last, 1, 7, DAYS);
      return (day) => day.weekday === weekday && day.date > day.lastDate - 7;
    }
    const weekdays = new Set(numbers('day-of-week', part, 1, 7, DAYS));
    return (day) => weekdays.has(day.weekday);
  });
  return (day) => parts.some((matches) => matches(day));
}

/** The values of a field of lists, ranges and increments, ascending. */
function numbers(
  what: string,
  field: string,
  least: number,
  most: number,
  names?: readonly string[],
): number[] {
  const found = new Set<number>();
  for (const part of field.split(',')) {
    const [range = '', step, ...rest] = part.split('/');
    const increment = step === undefined ? 1 : number(`increment of ${what}`, step, 1, most);
    if (rest.length > 0) throw new CronError(`has a ${what} that cannot be read: ${part}`);
    const [from, to] = bounds(what, range, step !== undefined, least, most, names);
    for (let value = from; value <= to; value += increment) found.add(value);
  }
  return [...found].sort((a, b) => a - b);
}

function bounds(
  what: string,
  range: string,
  stepped: boolean,
  least: number,
  most: number,
  names?: readonly string[],
): [number, number] {
  if (range === '*') return [least, most];
  const [first = '', last, ...rest] = range.split('-');
  const from = number(what, first, least, most, names);
  if (rest.length > 0) throw new CronError(`has a ${what} that cannot be read: ${range}`);
  if (last === undefined) return [from, stepped ? most : from];
  const to = number(what, last, least, most, names);
  if (to < from) throw new CronError(`has a ${what} range that runs backwards: ${range}`);
  return [from, to];
}

function number(what: string, text: string, least: number, most: number, names?: readonly string[]): number {
  const named = names?.indexOf(text.toUpperCase()) ?? -1;
  if (named >= 0) return named + least;
  const value = /^\d{1,3}$/.test(text) ? Number(text) : NaN;
  if (!(value >= least && value <= most)) {
    throw new CronError(
      `has a ${what} of ${text === '' ? 'nothing' : text}: it must lie between ${least} and ${most}`,
    );
  }
  return value;
}
