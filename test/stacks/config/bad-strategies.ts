import { app, set, type Change } from './bad-inputs';

const BLUE = { blue: { cron: 'cron(0 3 1 * ? *)' } };

/** A credential of another strategy, with one more thing. */
const of =
  (strategy: string, ...changes: readonly Change[]): Change =>
  (input) => {
    for (const change of [set(`${app}.strategy`, strategy), ...changes]) change(input);
  };

const at = (expression: string, more: object = {}) =>
  set(`${app}.schedule`, { secret: { expression, ...more } });

/** The same for what does not go with a strategy. */
export const badStrategies: readonly (readonly [string, Change, RegExp])[] = [
  [
    'a strategy that there is not',
    of('multi-user'),
    /^credentials\.app\.strategy must be dual-user or alternating or single$/,
  ],
  [
    'a second user of single',
    of('single', set(`${app}.users`, { blue: 'a', green: 'b' })),
    /^credentials\.app\.users\.green must be left out: the strategy single has one user$/,
  ],
  [
    'one user of alternating',
    of('alternating', set(`${app}.users`, { blue: 'a' })),
    /^credentials\.app\.users\.green is missing: the strategy alternating has two users$/,
  ],
  [
    'one user of dual-user',
    set(`${app}.users`, { blue: 'a' }),
    /^credentials\.app\.users\.green is missing: the strategy dual-user has two users$/,
  ],
  [
    'a secret to adopt with alternating',
    of('alternating', set(`${app}.adopt`, { secret: 'app' })),
    /^credentials\.app\.adopt must be left out: what is there already is taken over with the strategy dual-user/,
  ],
  [
    'a secret to import with single',
    of(
      'single',
      set('kmsKeyArn', 'arn:aws:kms:eu-central-1:111122223333:key/1'),
      set('import.secrets.app', {
        active: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:app-AbCdEf',
      }),
    ),
    /^import\.secrets\.app must be left out: what is there already .*, and this credential has single$/,
  ],
  [
    'a schedule for a slot of alternating',
    of('alternating', set(`${app}.schedule`, BLUE)),
    /^credentials\.app\.schedule\.blue must be left out: the strategy alternating has one secret/,
  ],
  [
    'a schedule for the one secret of dual-user',
    at('rate(30 days)'),
    /^credentials\.app\.schedule\.secret must be left out: the strategy dual-user has a secret for each user/,
  ],
  [
    'a rate of minutes',
    of('single', at('rate(90 minutes)')),
    /^credentials\.app\.schedule\.secret\.expression must be a rate from rate\(4 hours\) to rate\(999 days\), or cron\(…\)$/,
  ],
  [
    'a rate that Secrets Manager has not',
    of('single', at('rate(1000 days)')),
    /expression must be a rate from rate\(4 hours\) to rate\(999 days\)/,
  ],
  [
    'a rate that leaves no time to drain',
    of('alternating', at('rate(1 day)')),
    /^credentials\.app\.schedule\.secret\.expression must leave 27 hours between two rotations/,
  ],
  [
    'dates that leave no time to drain',
    of('alternating', at('cron(0 3 1,2 * ? *)')),
    /^credentials\.app\.schedule\.secret\.expression brings two rotations \(2026-01-01 03:00 UTC, 2026-01-02 03:00 UTC\) too close together: .*27 hours/,
  ],
  [
    'dates that never come',
    of('single', at('cron(0 3 30 2 ? *)')),
    /^credentials\.app\.schedule\.secret\.expression never opens a window/,
  ],
  [
    'a window into the next day, of one secret',
    of('single', at('cron(0 23 1 * ? *)')),
    /^credentials\.app\.schedule\.secret\.windowHours must be at most 1/,
  ],
  [
    'a canary of single',
    of('single', set(`${app}.rollout`, { canaryBakeSeconds: 60 })),
    /^credentials\.app\.rollout\.canaryBakeSeconds must be left out: it goes with the strategy dual-user only$/,
  ],
  [
    'an age that rotates alternating',
    of('alternating', set(`${app}.maxAgeDays`, 90)),
    /^credentials\.app\.maxAgeDays must be left out: it goes with the strategy dual-user only$/,
  ],
  [
    'a former user of alternating that is locked out',
    of('alternating', set(`${app}.retire`, {})),
    /^credentials\.app\.retire must be left out: it goes with the strategy dual-user only$/,
  ],
  [
    'one secret and readers with a cache',
    of('alternating', set(`${app}.readers`, { lagSeconds: 60 })),
    /^credentials\.app\.readers must be left out: it goes with the strategy dual-user only$/,
  ],
];
