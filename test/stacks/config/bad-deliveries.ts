import { app, set, type Change } from './bad-inputs';

/** A credential of that delivery, with one more thing. */
const of =
  (delivery: string, ...changes: readonly Change[]): Change =>
  (input) => {
    for (const change of [set(`${app}.delivery`, delivery), ...changes]) change(input);
  };

const with_ = (...changes: readonly Change[]): Change => of('parameter', ...changes);

const KEYS = { username: 'DB_USER', password: 'DB_PASSWORD' };

/** The same for what does not go with a delivery. */
export const badDeliveries: readonly (readonly [string, Change, RegExp])[] = [
  [
    'a delivery that there is not',
    set(`${app}.delivery`, 'file'),
    /^credentials\.app\.delivery must be secret or parameter or entrypoint$/,
  ],
  ...['alternating', 'single'].flatMap((strategy) =>
    ['parameter', 'entrypoint'].map(
      (delivery) =>
        [
          `the delivery ${delivery} of ${strategy}`,
          of(delivery, set(`${app}.strategy`, strategy)),
          /^credentials\.app\.delivery must be secret: with the strategy (alternating|single), applications read the one secret$/,
        ] as const,
    ),
  ),
  [
    'a secret that is taken over for containers that pick',
    of(
      'entrypoint',
      set(`${app}.adopt`, { secret: 'legacy' }),
      set(`${app}.users`, { blue: 'legacy', green: 'twin' }),
    ),
    /^credentials\.app\.adopt must be left out with the delivery entrypoint: it is a secret that is taken over$/,
  ],
  [
    'readers with a cache, where there is no one value',
    of('entrypoint', set(`${app}.readers`, { lagSeconds: 60 })),
    /^credentials\.app\.readers must be left out with the delivery entrypoint: there is no one value that a reader could fetch and keep/,
  ],
  [
    'two credentials of which one container would have to pick',
    of(
      'entrypoint',
      set('credentials.other', {
        delivery: 'entrypoint',
        consumers: [{ service: 'web', variable: 'OTHER_URL' }],
      }),
    ),
    /^credentials\.other\.consumers\.0 would give web TANDEM_POINTER a second time, after credentials\.app\.consumers\.0: a container picks from one credential/,
  ],
  [
    'a plain variable with a name of the script’s',
    of('entrypoint', set('services.web.environment', { TANDEM_BLUE: 'x' })),
    /would give web TANDEM_BLUE a second time, after services\.web\.environment/,
  ],
  [
    'a secret that is taken over as a parameter',
    with_(set(`${app}.adopt`, { secret: 'legacy' }), set(`${app}.users`, { blue: 'legacy', green: 'twin' })),
    /^credentials\.app\.adopt must be left out with the delivery parameter: it is a secret that is taken over$/,
  ],
  [
    'readers of a parameter, which has no policy',
    with_(set(`${app}.readerRoleArns`, ['arn:aws:iam::111122223333:role/reader'])),
    /^credentials\.app\.readerRoleArns must be left out with the delivery parameter, which has no policy of its own: let these roles/,
  ],
  [
    'a URL that Parameter Store refuses',
    with_(set(`${app}.urlOptions`, 'options={{x}}')),
    /^credentials\.app\.urlOptions must not contain \{\{ with the delivery parameter: Parameter Store refuses such a value$/,
  ],
  ...(['parameter', 'entrypoint'] as const).map(
    (delivery) =>
      [
        `separate keys of the delivery ${delivery}`,
        of(delivery, set(`${app}.consumers`, [{ service: 'web', variables: KEYS }])),
        delivery === 'parameter'
          ? /^credentials\.app\.consumers\.0\.variables must be left out with the delivery parameter: ECS picks no key out of a parameter/
          : /^credentials\.app\.consumers\.0\.variables must be left out with the delivery entrypoint: its script sets one variable/,
      ] as const,
  ),
  [
    'a password without its user',
    set(`${app}.consumers`, [{ service: 'web', variables: { password: 'DB_PASSWORD' } }]),
    /^credentials\.app\.consumers\.0\.variables\.username /,
  ],
  [
    'two keys in one variable',
    set(`${app}.consumers`, [{ service: 'web', variables: { username: 'DB', password: 'DB' } }]),
    /^credentials\.app\.consumers\.0\.variables must name another variable for each key$/,
  ],
  [
    'separate keys beside the URL’s variable',
    set(`${app}.consumers`, [{ service: 'web', variable: 'DATABASE_URL', variables: KEYS }]),
    /^credentials\.app\.consumers\.0\.variables must be left out together with variable: its key url/,
  ],
  [
    'separate keys of a service that exists',
    set(`${app}.consumers`, [{ service: 'web', cluster: 'main', variables: KEYS }]),
    /^credentials\.app\.consumers\.0\.variables must be left out together with cluster: the task definition/,
  ],
  [
    'a plain variable that a key gets too',
    (input) => {
      set(`${app}.consumers`, [{ service: 'web', variables: KEYS }])(input);
      set('services.web.environment', { DB_USER: 'x' })(input);
    },
    /would give web DB_USER a second time, after services\.web\.environment: name another/,
  ],
];
