import { app, set, type Change } from './bad-inputs';

const cron = (expression: string) => set(`${app}.schedule`, { blue: { cron: expression } });

/** The same for schedules. */
export const badSchedules: readonly (readonly [string, Change, RegExp])[] = [
  [
    'a rate',
    cron('rate(15 days)'),
    /^credentials\.app\.schedule\.blue\.cron must be cron\(…\): two rates drift/,
  ],
  ['an expression without cron()', cron('0 3 1 * ? *'), /cron must look like cron\(0 3 1 \* \? \*\)$/],
  ['five fields', cron('cron(0 3 1 * ?)'), /cron must have six fields .*not 5$/],
  ['minutes', cron('cron(30 3 1 * ? *)'), /cron must have 0 minutes/],
  ['a year', cron('cron(0 3 1 * ? 2027)'), /cron must have \* as the year/],
  ['both kinds of day', cron('cron(0 3 1 * 2 *)'), /cron must have \? in exactly one of/],
  ['the 32nd', cron('cron(0 3 32 * ? *)'), /cron has a day-of-month of 32: it must lie between 1 and 31$/],
  [
    'rotations every two hours',
    cron('cron(0 0/2 1 * ? *)'),
    /cron has windows at 0 and 2 o'clock: rotations must be at least 4 hours apart$/,
  ],
  [
    'a date that never comes',
    cron('cron(0 3 30 2 ? *)'),
    /^credentials\.app\.schedule never opens a window for blue/,
  ],
  [
    'a window into the next day',
    set(`${app}.schedule`, { blue: { cron: 'cron(0 23 1 * ? *)' } }),
    /^credentials\.app\.schedule\.blue\.windowHours must be at most 1: .*next UTC day$/,
  ],
  [
    'windows that overlap',
    set(`${app}.schedule`, { blue: { cron: 'cron(0 0/4 1 * ? *)', windowHours: 5 } }),
    /^credentials\.app\.schedule\.blue\.windowHours must be at most 4/,
  ],
  [
    'a pair a day apart',
    set(`${app}.schedule`, { green: { cron: 'cron(0 3 2 * ? *)' } }),
    /blue \(2026-01-01 03:00 UTC\) and green \(2026-01-02 03:00 UTC\) too close together: .*27 hours/,
  ],
  [
    'a pair between which a canary, its time and the others do not fit',
    set(app, {
      consumers: ['web'],
      schedule: { green: { cron: 'cron(0 8 2 * ? *)' } },
      rollout: { canaryBakeSeconds: 7_200 },
    }),
    /too close together: .*30 hours/,
  ],
  [
    'a password that may not become as old as the schedule lets it',
    set(`${app}.maxAgeDays`, 14),
    /^credentials\.app\.maxAgeDays must be at least 18: by the schedule a password of 2026-01-15 03:00 UTC may be replaced as late as 2026-02-01 05:00 UTC/,
  ],
  [
    'a password that may have no age',
    set(`${app}.maxAgeDays`, 0),
    /^credentials\.app\.maxAgeDays must be at least 1$/,
  ],
];
