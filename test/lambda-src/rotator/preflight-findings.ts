import type { Check } from '../../../lambda-src/contract/preflight';
import { adminKind, blinding, grantor } from '../../support/rotator/admins';
import type { Installation } from '../../support/rotator/installation';

const query = (app: Installation, text: string) => app.rig.test.server.query(text);

/** Something to arrange, and the check that has to find it. */
type Finding = readonly [
  what: string,
  arrange: (app: Installation) => Promise<unknown>,
  check: string,
  status: Check['status'],
  detail: RegExp,
];

/** What preflight must find of an admin that lacks something; a superuser lacks nothing. */
const OF_LIMITED_ADMINS: readonly Finding[] = [
  [
    'an admin that cannot see sessions',
    (app) => query(app, blinding(app.names.admin)),
    'admin sees sessions',
    'fail',
    /GRANT pg_read_all_stats TO admin_/,
  ],
  [
    'an admin without CREATEROLE',
    (app) => query(app, `ALTER ROLE ${app.names.admin} NOCREATEROLE`),
    'admin privileges',
    'fail',
    /may not alter roles/,
  ],
];

/** What preflight must find, each on an installation that is sound otherwise. */
export const FINDINGS: readonly Finding[] = [
  ...(adminKind() === 'superuser' ? [] : OF_LIMITED_ADMINS),
  [
    'no record',
    (app) => app.deleteParameter('record'),
    'record',
    'fail',
    /no readable record: run bootstrap/,
  ],
  [
    'halted',
    (app) => app.changeRecord({ phase: 'halted', reason: 'the pointer was lost' }),
    'record',
    'fail',
    /halted: the pointer was lost; resume it/,
  ],
  [
    'rolling',
    (app) => app.changeRecord({ phase: 'rolling' }),
    'record',
    'warn',
    /rolling: a rotation is refused/,
  ],
  ['paused', (app) => app.changeRecord({ paused: true }), 'record', 'warn', /paused/],
  [
    'a consumer that joined',
    (app) => app.changeDocument({ consumers: [{ cluster: 'shop', service: 'new' }] }),
    'record',
    'warn',
    /not rolled out yet: shop\/new/,
  ],
  [
    'rotation not enabled',
    (app) => app.cancelRotation('green'),
    'secret green',
    'fail',
    /rotation is not enabled/,
  ],
  [
    'the active secret rotated by somebody',
    (app) => app.enableRotation('active'),
    'secret active',
    'fail',
    /rotation enabled: disable it/,
  ],
  [
    'the mirror astray',
    async (app) => app.write('active', await app.value('green')),
    'secret active',
    'warn',
    /does not carry blue/,
  ],
  [
    'the pointer astray',
    (app) => app.setParameter('pointer', 'green'),
    'pointer',
    'warn',
    /does not say blue/,
  ],
  ['the pointer lost', (app) => app.deleteParameter('pointer'), 'pointer', 'warn', /does not say blue/],
  [
    'an owner role that may log in',
    (app) => query(app, `ALTER ROLE ${app.names.owner} LOGIN`),
    'owner role',
    'warn',
    /may log in: ALTER ROLE/,
  ],
  [
    'a membership that is missing',
    (app) =>
      query(
        app,
        `REVOKE ${app.names.owner} FROM ${app.names.users.green} GRANTED BY ${grantor(app.names.admin)}`,
      ),
    'user green',
    'fail',
    /is no member of owner_.* WITH SET TRUE/,
  ],
  [
    'a user that starts as itself',
    (app) => query(app, `ALTER ROLE ${app.names.users.blue} RESET role`),
    'user blue',
    'fail',
    /does not start as owner_/,
  ],
  [
    'a user without the mark',
    (app) => query(app, `COMMENT ON ROLE ${app.names.users.green} IS 'made by hand'`),
    'user green',
    'fail',
    /does not carry this credential's mark/,
  ],
  [
    'a user with NOLOGIN',
    (app) => query(app, `ALTER ROLE ${app.names.users.green} NOLOGIN`),
    'user green',
    'fail',
    /may not log in/,
  ],
  [
    'an active user whose password was changed',
    (app) => app.alterByHand(app.names.users.blue, `by-hand-${app.names.tag}`),
    'active login',
    'fail',
    /does not accept the password of "blue_/,
  ],
  [
    'a database that belongs to somebody else',
    (app) => query(app, `ALTER DATABASE ${app.names.database} OWNER TO postgres`),
    'database owner',
    'fail',
    /belongs to postgres, not to owner_/,
  ],
  [
    'an admin password that is wrong',
    (app) => app.alterByHand(app.names.admin, `lost-${app.names.tag}`),
    'database',
    'fail',
    /does not accept the password of "admin_/,
  ],
  [
    'an admin secret of another shape',
    (app) => app.write('admin', { user: 'postgres' }),
    'admin secret',
    'fail',
    /admin secret .* is not valid: username/,
  ],
];
