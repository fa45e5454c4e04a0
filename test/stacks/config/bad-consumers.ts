import { app, set, type Change } from './bad-inputs';

/** Consumers with one mistake each, and the words that must tell of it. */
export const badConsumers: readonly (readonly [string, Change, RegExp])[] = [
  ['no consumer', set(`${app}.consumers`, []), /^credentials\.app\.consumers must name at least one service/],
  [
    '51 consumers',
    set(
      `${app}.consumers`,
      Array.from({ length: 51 }, (_, n) => ({ cluster: 'c', service: `s${n}` })),
    ),
    /^credentials\.app\.consumers must name at most 50 services$/,
  ],
  [
    'a service that is not there',
    set(`${app}.consumers`, ['web', 'webb']),
    /^credentials\.app\.consumers\.1 must be a service under services \(did you mean web\?\)/,
  ],
  [
    'a consumer listed twice',
    set(`${app}.consumers`, ['web', 'web']),
    /^credentials\.app\.consumers\.1 must be listed once$/,
  ],
  [
    'a consumer that is a number',
    set(`${app}.consumers`, ['web', 7]),
    /^credentials\.app\.consumers\.1 must be the name of a service/,
  ],
  [
    'a service under EXTERNAL',
    set(`${app}.consumers`, ['web', { cluster: 'c', service: 's', controller: 'EXTERNAL' }]),
    /^credentials\.app\.consumers\.1\.controller must be ECS or CODE_DEPLOY/,
  ],
  [
    'a deployment group of a service that ECS deploys',
    set(`${app}.consumers`, [
      'web',
      { cluster: 'c', service: 's', codeDeploy: { application: 'a', deploymentGroup: 'g' } },
    ]),
    /^credentials\.app\.consumers\.1\.codeDeploy must name application and deployment group together with controller: CODE_DEPLOY, and go with no other/,
  ],
  [
    'a service under CODE_DEPLOY without its deployment group',
    set(`${app}.consumers`, ['web', { cluster: 'c', service: 's', controller: 'CODE_DEPLOY' }]),
    /^credentials\.app\.consumers\.1\.codeDeploy must name application and deployment group/,
  ],
  [
    'a service of this installation under CODE_DEPLOY',
    set(`${app}.consumers`, [
      {
        service: 'web',
        controller: 'CODE_DEPLOY',
        codeDeploy: { application: 'a', deploymentGroup: 'g' },
      },
    ]),
    /^credentials\.app\.consumers\.0\.controller must be ECS for a service under services/,
  ],
  [
    'a key that consumers do not have',
    set(`${app}.consumers`, ['web', { clster: 'c', service: 'web' }]),
    /^credentials\.app\.consumers\.1\.clster is not known here \(did you mean cluster\?\)$/,
  ],
];
