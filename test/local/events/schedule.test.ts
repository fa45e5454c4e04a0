import { parseSchedule } from '../../../local/events/schedule';

const at = (text: string) => Date.parse(`${text}Z`);
const next = (expression: string, after: string) => {
  const time = parseSchedule(expression)(at(after));
  return time === undefined ? undefined : new Date(time).toISOString().slice(0, 16);
};

describe('a schedule', () => {
  it.each([
    ['rate(5 minutes)', '2026-01-01T00:00', '2026-01-01T00:05'],
    ['rate(1 hour)', '2026-01-01T00:30', '2026-01-01T01:30'],
    ['cron(0 4 1 * ? *)', '2026-01-01T03:59', '2026-01-01T04:00'],
    ['cron(0 4 1 * ? *)', '2026-01-01T04:00', '2026-02-01T04:00'],
    ['cron(0/15 * * * ? *)', '2026-01-01T00:16', '2026-01-01T00:30'],
    ['cron(0 10 ? * MON-FRI *)', '2026-01-02T10:00', '2026-01-05T10:00'],
    ['cron(0 0 L * ? *)', '2026-02-01T00:00', '2026-02-28T00:00'],
    ['cron(0 0 31W * ? *)', '2026-05-01T00:00', '2026-05-29T00:00'],
    ['cron(0 0 ? * 2#1 *)', '2026-01-06T00:00', '2026-02-02T00:00'],
    ['cron(0 0 ? * FRIL *)', '2026-01-01T00:00', '2026-01-30T00:00'],
    ['cron(0 0 29 2 ? *)', '2026-01-01T00:00', '2028-02-29T00:00'],
    ['cron(0 0 1 1 ? 2027-2028)', '2026-06-01T00:00', '2027-01-01T00:00'],
  ])('%s after %s fires at %s', (expression, after, expected) => {
    expect(next(expression, after)).toBe(expected);
  });

  it('whose years are over never fires again', () => {
    expect(next('cron(0 0 1 1 ? 2020)', '2026-01-01T00:00')).toBeUndefined();
  });

  it.each([
    'rate(0 minutes)',
    'rate(1 minutes)',
    'rate(5 minute)',
    'rate(5 weeks)',
    'cron(0 4 1 * * *)',
    'cron(0 4 ? * ? *)',
    'cron(0 4 1 *)',
    'cron(60 4 1 * ? *)',
    'cron(0 0 ? * XYZ *)',
    'every day',
  ])('%s is refused', (expression) => {
    expect(() => parseSchedule(expression)).toThrow('Parameter ScheduleExpression is not valid.');
  });
});
