import { app, set, type Change } from './bad-inputs';

/** A credential whose applications read a parameter, with one more thing. */
const with_ =
  (...changes: readonly Change[]): Change =>
  (input) => {
    for (const change of [set(`${app}.delivery`, 'parameter'), ...changes]) change(input);
  };

/** The same for what does not go with a delivery. */
export const badDeliveries: readonly (readonly [string, Change, RegExp])[] = [
  [
    'a delivery that there is not',
    set(`${app}.delivery`, 'file'),
    /^credentials\.app\.delivery must be secret or parameter$/,
  ],
  ...['alternating', 'single'].map(
    (strategy) =>
      [
        `a parameter of ${strategy}`,
        with_(set(`${app}.strategy`, strategy)),
        /^credentials\.app\.delivery must be secret: with the strategy (alternating|single), applications read the one secret$/,
      ] as const,
  ),
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
];
