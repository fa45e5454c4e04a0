import { set, type Change } from './bad-inputs';

/** The same, of databases. */
export const badDatabases: readonly (readonly [string, Change, RegExp])[] = [
  [
    'a database made twice',
    set('database.aurora', { serverless: {} }),
    /^database must have either create or aurora or existing, and only one/,
  ],
  [
    'a cluster both provisioned and serverless',
    set('database', { name: 'a', aurora: { serverless: {}, instanceClass: 'db.r7g.large' } }),
    /^database\.aurora must have either instanceClass or serverless/,
  ],
  [
    'a cluster that pauses',
    set('database', { name: 'a', aurora: { serverless: { min: 0 } } }),
    /^database\.aurora\.serverless\.min must be at least 0\.5$/,
  ],
  [
    'a cluster that scales down instead of up',
    set('database', { name: 'a', aurora: { serverless: { min: 8, max: 2 } } }),
    /^database\.aurora\.serverless\.max must be at least min$/,
  ],
  [
    'an existing database named twice',
    set('database', {
      name: 'a',
      existing: { instanceIdentifier: 'i', clusterIdentifier: 'c', clientSecurityGroupIds: ['sg-1'] },
    }),
    /^database\.existing must have exactly one of writer, instanceIdentifier and clusterIdentifier$/,
  ],
  [
    'an existing cluster whose instances are not named',
    set('database', { name: 'a', existing: { clusterIdentifier: 'c', clientSecurityGroupIds: ['sg-1'] } }),
    /^database\.existing\.readerIdentifiers must name all instances of the cluster/,
  ],
  [
    'an admin in two places',
    set('database', {
      name: 'a',
      existing: {
        instanceIdentifier: 'i',
        adminSecretArn: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:a',
        adminParameterName: '/admin',
        clientSecurityGroupIds: ['sg-1'],
      },
    }),
    /^database\.existing\.adminParameterName must be left out together with adminSecretArn/,
  ],
  [
    'an admin parameter without a slash',
    set('database', {
      name: 'a',
      existing: { instanceIdentifier: 'i', adminParameterName: 'x', clientSecurityGroupIds: ['sg-1'] },
    }),
    /^database\.existing\.adminParameterName must be the name of a parameter/,
  ],
  [
    'a name for a new database that RDS does not take',
    set('database', { name: 'my-app', create: {} }),
    /^database\.name must start with a letter, then letters, digits and _/,
  ],
  [
    'an admin that RDS does not take',
    set('database', { name: 'app', aurora: { serverless: {}, adminUser: 'my-admin' } }),
    /^database\.aurora\.adminUser must start with a letter, then letters, digits and _/,
  ],
  [
    'an admin whose name RDS reserves',
    set('database', { name: 'app', create: { adminUser: 'admin' } }),
    /^database\.create\.adminUser must not be admin/,
  ],
];
