import { app, set, type Change } from './bad-inputs';

const arn = (name: string, region = 'eu-central-1') =>
  `arn:aws:secretsmanager:${region}:111122223333:secret:${name}-AbCdEf`;

const all =
  (...changes: readonly Change[]): Change =>
  (input) => {
    for (const change of changes) change(input);
  };

/** Imports that do not fit, and the words that must tell of it. */
export const badImports: readonly (readonly [string, Change, RegExp])[] = [
  [
    'a secret imported by name',
    set('import.secrets.app.blue', 'shop/db'),
    /^import\.secrets\.app\.blue must be the whole ARN of a secret/,
  ],
  [
    'a secret of a kind that does not exist',
    set('import.secrets.app.gren', arn('a')),
    /^import\.secrets\.app\.gren is not known here \(did you mean green\?\)/,
  ],
  [
    'a secret of a credential that does not exist',
    set('import.secrets.ap.blue', arn('a')),
    /^import\.secrets\.ap must be a credential under credentials \(did you mean app\?\)/,
  ],
  [
    'a secret of another region',
    set('import.secrets.app.blue', arn('a', 'eu-west-1')),
    /^import\.secrets\.app\.blue must lie in eu-central-1/,
  ],
  [
    'a secret without its key',
    set('import.secrets.app.blue', arn('a')),
    /^kmsKeyArn is missing: give the key that the imported secrets are encrypted with/,
  ],
  [
    'one secret twice',
    all(set('import.secrets.app.blue', arn('a')), set('import.secrets.app.green', arn('a'))),
    /^import\.secrets\.app\.green must differ from import\.secrets\.app\.blue/,
  ],
  [
    'a service that does not exist',
    set('import.services.webb', {}),
    /^import\.services\.webb must be a service under services \(did you mean web\?\)/,
  ],
  [
    'a service without its cluster',
    set('import.services.web.service', 'web'),
    /^import\.services\.web\.service must be <cluster>\/<service>/,
  ],
  [
    'a service in a cluster that nobody named',
    set('import.services.web.service', 'prod/web'),
    /^import\.services\.web\.service must lie in the cluster of the installation: give cluster: prod$/,
  ],
  [
    'a service in another cluster',
    all(set('cluster', 'shared'), set('import.services.web.service', 'prod/web')),
    /^import\.services\.web\.service must lie in the cluster of the installation, shared$/,
  ],
  [
    'a service whose role nobody lets read the secret',
    all(set('cluster', 'prod'), set('import.services.web.service', 'prod/web')),
    /^credentials\.app\.readerRoleArns is missing: give the execution role of prod\/web/,
  ],
  [
    'nothing to take over',
    set('import.services.web.takeOver', true),
    /^import\.services\.web\.takeOver must be left out/,
  ],
  [
    'a cluster that others take care of',
    all(set('cluster', 'shared'), set('import.cluster', 'shared')),
    /^import\.cluster must be left out together with cluster/,
  ],
  [
    'a cluster for no service',
    all(
      set('services', {}),
      set(`${app}.consumers`, [{ cluster: 'prod', service: 'web' }]),
      set('import.cluster', 'prod'),
    ),
    /^import\.cluster must be left out: there are no services/,
  ],
  [
    'the group of endpoints that are not made',
    all(set('network', { endpoints: false }), set('import.securityGroups.endpoints', 'sg-1')),
    /^import\.securityGroups\.endpoints must be left out while network\.endpoints is false/,
  ],
  [
    'the group of a database that is not made',
    all(
      set('database', { name: 'shop', existing: { instanceIdentifier: 'shop' } }),
      set('import.securityGroups.database', 'sg-1'),
    ),
    /^import\.securityGroups\.database must be left out: this installation makes no database/,
  ],
];
