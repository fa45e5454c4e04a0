import { app, set, type Change } from './bad-inputs';

/** Names that AWS would refuse, or confuse with others, in an apply. */
export const badNames: readonly (readonly [string, Change, RegExp])[] = [
  ['a prefix that EC2 reserves for its ids', set('prefix', 'sg/shop'), /^prefix must not start with sg-/],
  [
    'a prefix deeper than a path of Parameter Store',
    set('prefix', 'a/b/c/d/e/f/g/h/i/j/k/l/m/n'),
    /^prefix must have at most 13 segments/,
  ],
  [
    'two services that differ in case alone',
    (input) => {
      set('services.Web', { image: 'x' })(input);
      set(`${app}.consumers`, ['web', 'Web'])(input);
    },
    /^services\.Web must differ from web in more than case/,
  ],
  [
    'two credentials in one variable of a service',
    set('credentials.more.consumers', ['web']),
    /^credentials\.more\.consumers\.0 would give web DATABASE_URL a second time, after credentials\.app\.consumers\.0/,
  ],
  [
    'a credential in a variable that the service sets itself',
    set('services.web.environment', { DATABASE_URL: 'postgres://' }),
    /^credentials\.app\.consumers\.0 would give web DATABASE_URL a second time, after services\.web\.environment/,
  ],
  [
    'more credentials of one service than a look can read',
    (input) => {
      for (let index = 1; index <= 50; index += 1) set(`credentials.more${index}.consumers`, ['web'])(input);
    },
    /^credentials\.app\.consumers shares consumers with 50 other credentials, directly or through others; at most 50 may/,
  ],
  [
    'users whose names follow from a credential that PostgreSQL would take for its own',
    set('credentials.pg_app', { consumers: [{ service: 'web', variable: 'URL' }] }),
    /^credentials\.pg_app\.users\.blue must not start with pg_.* made of the credential's name$/,
  ],
  [
    'a user that is the admin of the database',
    (input) => {
      set(`${app}.users`, { blue: 'tandem_admin', green: 'b' })(input);
      set('database', { name: 'app', create: {} })(input);
    },
    /^credentials\.app\.users\.blue must differ from database\.create\.adminUser/,
  ],
  [
    'two owners of one database',
    (input) => {
      const consumers = [{ service: 'web', variable: 'URL' }];
      set(`${app}.ownDatabase`, true)(input);
      set('credentials.two', { ownDatabase: true, database: 'shop', consumers })(input);
    },
    /^credentials\.two\.ownDatabase must be false: the database shop belongs to the owner role of app already$/,
  ],
];
