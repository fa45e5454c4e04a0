import { fail, pass, warn, type Check } from '../../../lambda-src/contract/preflight';
import type { ServerFacts } from '../../../lambda-src/ports/database';
import { preflight } from '../../../lambda-src/rotator/preflight';
import { MemoryCredential } from '../../support/rotator/memory-credential';

let app: MemoryCredential;
beforeEach(async () => {
  app = await MemoryCredential.installed();
});

const ask = () => preflight(app.dependencies, 'app');
const PSQL = { user: 'green', pid: 7, applicationName: 'psql', clientAddress: 'local' };
const USER = {
  canLogin: true,
  marked: true,
  maySetOwner: true,
  startsAs: 'owner',
  connectionLimit: -1,
  own: [],
  adminMayAlter: true,
  unendableOn: [],
};
const FACTS: ServerFacts = {
  version: '17.10',
  admin: { name: 'admin', superuser: false, createRole: true, seesSessions: true },
  owner: { canLogin: false, marked: true },
  databaseOwner: 'owner',
  users: { blue: USER, green: USER },
};

/** What the server says, apart from what is as it should be. */
function found(facts: Partial<ServerFacts>): void {
  app.session = { ...app.session, inspect: () => Promise.resolve({ ...FACTS, ...facts }) };
}

function user(facts: Partial<typeof USER> | null): void {
  found({ users: { blue: USER, green: facts === null ? null : { ...USER, ...facts } } });
}

const SOUND: readonly Check[] = [
  pass('record', 'settled on blue'),
  pass('secret blue', 'has a value, rotation is enabled'),
  pass('secret green', 'has a value, rotation is enabled'),
  pass('secret active', 'carries blue'),
  pass('pointer', 'blue'),
  pass('admin login', 'as admin, PostgreSQL 17.10'),
  pass('admin privileges', 'CREATEROLE'),
  pass('admin sees sessions', 'yes'),
  pass('admin ends sessions', 'yes'),
  pass('owner role', 'owner'),
  pass('parity', 'both users have the same'),
  pass('user blue', 'blue'),
  pass('user green', 'green'),
  pass('standby sessions', 'none'),
  pass('active login', 'logged in on 1 endpoint(s)'),
];

type Finding = readonly [what: string, arrange: () => unknown, expected: Check];

const FINDINGS: readonly Finding[] = [
  [
    'a record that cannot be read',
    () => app.set('record', 'no JSON'),
    fail('record', 'there is no readable record: run bootstrap, or restore it from its history'),
  ],
  [
    'a halt with its reason',
    () => app.changeRecord({ phase: 'halted', reason: 'it broke' }),
    fail('record', 'halted: it broke; resume it when that is mended'),
  ],
  [
    'a halt without a reason',
    () => app.changeRecord({ phase: 'halted', reason: null }),
    fail('record', 'halted: no reason noted; resume it when that is mended'),
  ],
  [
    'a rollout under way',
    () => app.changeRecord({ phase: 'rolling' }),
    warn('record', 'rolling: a rotation is refused until it is settled'),
  ],
  [
    'a pause',
    () => app.changeRecord({ paused: true }),
    warn('record', 'paused: rotations are refused until it is unpaused'),
  ],
  [
    'consumers that joined',
    () => app.changeRecord({ consumers: {} }),
    warn('record', 'joined and not rolled out yet: main/web-1'),
  ],
  [
    'a slot without a value',
    () => app.secrets.detach(app.arns.green, 'AWSCURRENT'),
    fail('secret green', 'has no value: run bootstrap'),
  ],
  [
    'a slot without rotation',
    () => app.secrets.setRotationEnabled(app.arns.green, false),
    fail('secret green', 'rotation is not enabled: apply the installation again'),
  ],
  [
    'rotation of the active secret',
    () => app.secrets.setRotationEnabled(app.arns.active, true),
    fail('secret active', 'has rotation enabled: disable it, only blue and green are rotated'),
  ],
  [
    'a mirror astray',
    () => app.secrets.store(app.arns.active, 'another', '{}', 'AWSCURRENT'),
    warn('secret active', 'does not carry blue; the next look publishes it again'),
  ],
  [
    'a pointer astray',
    () => app.set('pointer', 'green'),
    warn('pointer', 'does not say blue; the next look publishes it again'),
  ],
  [
    'an admin without CREATEROLE',
    () => found({ admin: { ...FACTS.admin, createRole: false } }),
    fail('admin privileges', 'admin may not alter roles: ALTER ROLE … CREATEROLE'),
  ],
  [
    'a superuser, which may do everything',
    () => found({ admin: { ...FACTS.admin, superuser: true, createRole: false } }),
    pass('admin privileges', 'superuser'),
  ],
  [
    'an admin that sees no sessions',
    () => found({ admin: { ...FACTS.admin, seesSessions: false } }),
    fail('admin sees sessions', 'GRANT pg_read_all_stats TO admin: without it open sessions are invisible'),
  ],
  [
    'an admin that may not end sessions everywhere',
    () =>
      found({
        users: {
          blue: { ...USER, unendableOn: ['db:5432', 'reader:5432'] },
          green: { ...USER, unendableOn: ['reader:5432'] },
        },
      }),
    warn(
      'admin ends sessions',
      'not those of blue on db:5432, reader:5432; green on reader:5432: after a leak of its password its sessions would go on; GRANT pg_signal_backend TO admin',
    ),
  ],
  [
    'an owner role that is gone',
    () => found({ owner: null }),
    fail('owner role', 'owner does not exist: run bootstrap'),
  ],
  [
    'an owner role that may log in',
    () => found({ owner: { canLogin: true, marked: true } }),
    warn('owner role', 'owner may log in: ALTER ROLE … NOLOGIN'),
  ],
  ['a user that is gone', () => user(null), fail('user green', 'green does not exist: run bootstrap')],
  [
    'a user with everything wrong',
    () =>
      user({ marked: false, canLogin: false, maySetOwner: false, startsAs: 'green', adminMayAlter: false }),
    fail(
      'user green',
      "green: does not carry this credential's mark; may not log in; is no member of owner WITH SET TRUE; does not start as owner; the admin holds no ADMIN OPTION on it",
    ),
  ],
  [
    'open sessions of the standby',
    () => (app.server.sessions = () => [PSQL, { ...PSQL, pid: 8 }]),
    warn(
      'standby sessions',
      'a rotation is refused while these are open: ' +
        [7, 8]
          .map(
            (pid) =>
              `green: application_name psql, from local, pid ${pid} on db.example:5432, since 2026-01-10T12:00:00.000Z`,
          )
          .join('; '),
    ),
  ],
  [
    'an active user that does not log in',
    () => app.server.set('blue', { password: 'another' }),
    fail('active login', 'db.example:5432: password authentication failed for blue'),
  ],
  [
    'an active version that is gone',
    () => app.changeRecord({ active: { slot: 'blue', version: 'gone' } }),
    fail('active login', 'blue has no version gone'),
  ],
];

describe('preflight', () => {
  it('of a sound installation passes every check, in this order, and changes nothing', async () => {
    expect(await ask()).toEqual({ credential: 'app', ok: true, checks: SOUND });
    expect(app.effects.effects).toEqual([]);
  });

  it.each(FINDINGS)('finds %s', async (_what, arrange, expected) => {
    arrange();
    const { ok, checks } = await ask();
    expect(checks.filter(({ name }) => name === expected.name)).toEqual([expected]);
    expect(ok).toBe(checks.every(({ status }) => status !== 'fail'));
    expect(app.effects.effects).toEqual([]);
  });

  it('finds a database of another owner, where it is to belong to the owner role', async () => {
    found({ databaseOwner: 'postgres' });
    expect((await ask()).checks).toEqual(SOUND);
    app.changeDocument({ ownDatabase: true });
    const belongs = async () => (await ask()).checks.find(({ name }) => name === 'database owner');
    expect(await belongs()).toEqual(
      fail('database owner', 'app belongs to postgres, not to owner: run bootstrap'),
    );
    found({ databaseOwner: null });
    expect((await belongs())?.detail).toBe('app belongs to nobody, not to owner: run bootstrap');
    found({});
    expect(await belongs()).toBeUndefined();
  });

  it('says nothing of sessions that the admin could not see', async () => {
    found({ admin: { ...FACTS.admin, seesSessions: false } });
    expect((await ask()).checks.map(({ name }) => name)).not.toContain('standby sessions');
  });

  it('without a record goes on to what needs none', async () => {
    app.parameters.delete(app.name('record'));
    expect((await ask()).checks.map(({ name }) => name)).toEqual([
      'record',
      'secret blue',
      'secret green',
      'admin login',
      'admin privileges',
      'admin sees sessions',
      'admin ends sessions',
      'owner role',
      'parity',
      'user blue',
      'user green',
    ]);
  });

  it('tells which secret does not exist, and goes on', async () => {
    app.secrets.delete(app.arns.green);
    const { ok, checks } = await ask();
    expect(ok).toBe(false);
    expect(checks).toContainEqual(
      fail('secret green', `The secret ${app.arns.green} does not exist: apply the installation again.`),
    );
    expect(checks).toHaveLength(SOUND.length);
  });
});
