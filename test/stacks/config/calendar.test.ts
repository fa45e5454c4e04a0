import { ageProblem, calendarProblem, windowProblem } from '../../../stacks/config/calendar';
import { cronProblem } from '../../../stacks/config/cron';

const HOUR = 3_600;
const margins = { rollout: HOUR, drain: 24 * HOUR };
const schedule = (cron: string, windowHours = 2) => ({ cron: `cron(${cron})`, windowHours });
const problem = (blue: string, green: string) => calendarProblem(schedule(blue), schedule(green), margins);

describe('the calendar check', () => {
  it('accepts the default pair, the 1st and the 15th', () => {
    expect(problem('0 3 1 * ? *', '0 3 15 * ? *')).toBeNull();
  });

  it('accepts exactly window, deadline and drain margin, and refuses an hour less', () => {
    expect(problem('0 3 1 * ? *', '0 6 2 * ? *')).toBeNull();
    expect(problem('0 3 1 * ? *', '0 5 2 * ? *')).toContain(
      'blue (2026-01-01 03:00 UTC) and green (2026-01-02 05:00 UTC)',
    );
  });

  it('sees a pair that meets at the turn of a month', () => {
    expect(problem('0 3 L * ? *', '0 3 1 * ? *')).toContain(
      'blue (2026-01-31 03:00 UTC) and green (2026-02-01 03:00 UTC)',
    );
  });

  it('sees a pair that meets only in a year whose days fall so', () => {
    expect(problem('0 3 ? * MON#1 *', '0 3 8 * ? *')).toMatch(/blue \(.{16} UTC\) and green \(.{16} UTC\)/);
    expect(problem('0 3 ? * 2#1 *', '0 3 15 * ? *')).toBeNull();
  });

  it('knows that 29 February comes', () => {
    expect(problem('0 3 29 FEB ? *', '0 3 1 MAR ? *')).toContain('2028-02-29');
  });

  it('numbers the days of the week from Sunday, 1, as AWS does', () => {
    // Sunday and Tuesday are two days apart in both notations.
    expect(problem('0 3 ? * 1 *', '0 3 ? * 3 *')).toBeNull();
    expect(problem('0 3 ? * SUN *', '0 3 ? * 2 *')).toContain(
      'blue (2026-01-04 03:00 UTC) and green (2026-01-05 03:00 UTC)',
    );
  });

  it('finds the last Friday', () => {
    expect(problem('0 3 ? * FRIL *', '0 3 31 JAN ? *')).toContain('too close');
    expect(problem('0 3 ? * 6L *', '0 3 15 * ? *')).toBeNull();
  });

  it('refuses a window that leaves its day, and windows that overlap', () => {
    expect(windowProblem(schedule('0 22 1 * ? *', 2))).toBeNull();
    expect(windowProblem(schedule('0 22 1 * ? *', 3))).toContain('at most 2');
    expect(windowProblem(schedule('0 4/12 * * ? *', 13))).toContain('at most 12');
  });

  it.each([
    'cron(0 8/8 * * ? *)',
    'cron(0 8 1/7 * ? *)',
    'cron(0 0 ? * SUN#1 *)',
    'cron(0 16 L * ? *)',
    'cron(0 3 1,15 JAN-JUN ? *)',
    'cron(0 10 ? * 2-6 *)',
  ])('reads %s, an example of the service documentation', (expression) => {
    expect(cronProblem(expression)).toBeNull();
  });

  it.each([
    'cron(0 3 ? * 9 *)',
    'cron(0 3 ? * MON#6 *)',
    'cron(0 3 5-1 * ? *)',
    'cron(0 3 1/2/3 * ? *)',
    'cron(0 3 1/0 * ? *)',
    'cron(0 24 1 * ? *)',
    'cron(0 3 1 FOO ? *)',
    'cron(0  3 1 * ? *)',
  ])('refuses %s', (expression) => {
    expect(cronProblem(expression)).toMatch(/must|cannot|runs backwards/);
  });
});

describe('the oldest that a password may become', () => {
  const age = (days: number, blue = '0 3 1 * ? *', green = '0 3 15 * ? *') =>
    ageProblem(schedule(blue), schedule(green), days, HOUR);

  it('is what the longest gap, its window and the rollout after it take: 17 days and 3 hours by default', () => {
    expect(age(18)).toBeNull();
    expect(age(17)).toBe(
      'must be at least 18: by the schedule a password of 2026-01-15 03:00 UTC may be replaced as late as ' +
        '2026-02-01 05:00 UTC, and the rollout may take 1 hour more',
    );
  });

  it('is kept to the hour', () => {
    // Blue at midnight, green 23 hours later: 25 hours to the next blue, and a window of 2.
    expect(ageProblem(schedule('0 0 1 * ? *', 2), schedule('0 0 15 * ? *', 2), 17, 22 * HOUR)).not.toBeNull();
    expect(ageProblem(schedule('0 0 1 * ? *', 2), schedule('0 0 15 * ? *', 2), 18, 22 * HOUR)).toBeNull();
    expect(ageProblem(schedule('0 0 1 * ? *', 2), schedule('0 0 15 * ? *', 2), 18, 23 * HOUR)).not.toBeNull();
  });

  it('counts two windows of one slot in a row: the second rotates the standby in its stead', () => {
    expect(age(12, '0 3 1,21 * ? *', '0 3 11 * ? *')).toBeNull();
    expect(age(12, '0 3 1 * ? *', '0 3 11 * ? *')).toContain('must be at least 22');
  });

  it('sees a gap that comes only in some years', () => {
    expect(age(400, '0 3 29 FEB ? *', '0 3 1 JUN ? *')).toBeNull();
    expect(age(300, '0 3 29 FEB ? *', '0 3 1 JUN ? *')).toMatch(/must be at least 366/);
  });
});
