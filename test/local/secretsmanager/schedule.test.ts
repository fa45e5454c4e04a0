import { nextFire, parseCron } from '../../../local/secretsmanager/cron';
import { faultOf, nextWindow } from '../../../local/secretsmanager/schedule';

const iso = (time: number | undefined) => (time === undefined ? undefined : new Date(time).toISOString());
const at = (text: string) => Date.parse(text);
const NOW = at('2026-01-10T12:00:00Z');

describe('cron in the dialect of AWS', () => {
  it.each([
    ['cron(0 6 1 * ? *)', '2026-02-01T06:00:00.000Z'],
    ['cron(0 12 * * ? *)', '2026-01-11T12:00:00.000Z'],
    ['cron(0 0/8 * * ? *)', '2026-01-10T16:00:00.000Z'],
    ['cron(0 8,16 10 * ? *)', '2026-01-10T16:00:00.000Z'],
    ['cron(0 6 ? * MON-FRI *)', '2026-01-12T06:00:00.000Z'],
    ['cron(0 6 ? * 2#3 *)', '2026-01-19T06:00:00.000Z'],
    ['cron(0 6 ? * 6L *)', '2026-01-30T06:00:00.000Z'],
    ['cron(0 6 L * ? *)', '2026-01-31T06:00:00.000Z'],
    ['cron(0 6 L-2 * ? *)', '2026-01-29T06:00:00.000Z'],
    ['cron(0 6 LW FEB ? *)', '2026-02-27T06:00:00.000Z'],
    ['cron(0 6 1W FEB ? *)', '2026-02-02T06:00:00.000Z'],
    ['cron(0 6 15W FEB ? *)', '2026-02-16T06:00:00.000Z'],
    ['cron(0 6 31 2,MAR ? *)', '2026-03-31T06:00:00.000Z'],
    ['cron(0 6 29 2 ? *)', '2028-02-29T06:00:00.000Z'],
    ['cron(15 6 ? * L *)', '2026-01-17T06:15:00.000Z'],
  ])('%s fires next at %s', (expression, expected) => {
    expect(iso(nextFire(parseCron(expression), NOW))).toBe(expected);
  });

  it.each([
    'cron(0 6 1 * 1 *)',
    'cron(0 6 ? * ? *)',
    'cron(0 24 1 * ? *)',
    'cron(0 6 32 * ? *)',
    'cron(0 6 1 * ?)',
    'cron(0 6 1 * ? * *)',
    'cron(0 6 1 13 ? *)',
    'cron(0 9-6 1 * ? *)',
    'cron(0 0/0 1 * ? *)',
    'cron(0 6 ? * 8#1 *)',
    'rate(1 week)',
    '',
  ])('refuses %j', (expression) => {
    expect(() => parseCron(expression)).toThrow();
  });
});

describe('rotation rules', () => {
  it.each([
    [{ AutomaticallyAfterDays: 1000 }],
    [{ ScheduleExpression: 'rate(4 hours)', Duration: '1h' }],
    [{ ScheduleExpression: 'rate(1 day)' }],
    [{ ScheduleExpression: 'rate(999 days)', Duration: '24h' }],
    [{ ScheduleExpression: 'cron(0 0/4 * * ? *)', Duration: '4h' }],
    [{ ScheduleExpression: 'cron(0 22 1 * ? *)', Duration: '2h' }],
    [{}],
  ])('accepts %j', (rules) => expect(faultOf(rules, NOW)).toBeUndefined());

  it.each([
    [{ AutomaticallyAfterDays: 0 }, 'AutomaticallyAfterDays'],
    [{ AutomaticallyAfterDays: 1001 }, 'AutomaticallyAfterDays'],
    [{ ScheduleExpression: 'rate(1 days)' }, 'singular'],
    [{ ScheduleExpression: 'rate(4 hour)' }, 'singular'],
    [{ ScheduleExpression: 'rate(1001 days)' }, '999 days'],
    [{ ScheduleExpression: 'cron(0 0,23 * * ? *)' }, '4 hours'],
    [{ ScheduleExpression: 'cron(0,30 6 1 * ? *)' }, 'on the hour'],
    [{ ScheduleExpression: 'cron(0 6 1 * ? 2027)' }, 'Year'],
    [{ ScheduleExpression: 'cron(0 6 31 2 ? *)' }, '999 days'],
    [{ ScheduleExpression: 'cron(0 0/4 * * ? *)', Duration: '5h' }, 'next'],
    [{ ScheduleExpression: 'rate(4 hours)', Duration: '5h' }, 'next rotation window'],
    [{ ScheduleExpression: 'rate(1 day)', Duration: '25h' }, '24h'],
    [{ ScheduleExpression: 'rate(1 day)', Duration: '3' }, 'hours'],
    [{ Duration: '3h' }, 'schedule'],
  ])('refuses %j', (rules, word) => expect(faultOf(rules, NOW)).toContain(word));

  it('closes a window in days at the end of the UTC day, a window in hours after an hour', () => {
    const window = (ScheduleExpression: string) => nextWindow({ ScheduleExpression }, NOW, NOW);
    expect(iso(window('cron(0 6 1 * ? *)')?.closesAt)).toBe('2026-02-01T23:59:59.000Z');
    expect(iso(window('cron(0 0/4 * * ? *)')?.closesAt)).toBe('2026-01-10T17:00:00.000Z');
    expect(iso(window('rate(6 hours)')?.closesAt)).toBe('2026-01-10T19:00:00.000Z');
  });

  it('opens the windows of a rate at midnight, counted from the last rotation', () => {
    const rules = { ScheduleExpression: 'rate(10 days)', Duration: '3h' };
    expect(nextWindow(rules, NOW, at('2026-01-05T09:30:00Z'))).toEqual({
      opensAt: at('2026-01-15T00:00:00Z'),
      closesAt: at('2026-01-15T03:00:00Z'),
    });
    expect(iso(nextWindow(rules, NOW, at('2025-12-01T09:30:00Z'))?.opensAt)).toBe('2026-01-20T00:00:00.000Z');
  });
});
