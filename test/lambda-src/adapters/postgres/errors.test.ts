import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { once } from 'node:events';
import type { DatabaseSettings } from '../../../../lambda-src/adapters/postgres/database';
import { Sensitive } from '../../../../lambda-src/core/sensitive';
import type {
  AdminSession,
  DatabaseError,
  DatabaseErrorKind,
  Login,
} from '../../../../lambda-src/ports/database';
import { makeCertificates } from '../../../../local/postgres/certificates';
import { eventually, startTestServer, type TestServer } from '../../../support/postgres';
import { databaseOn, everything, loginOf, newPassword, rejection, TIMEOUTS } from './support';

let test: TestServer;
let silent: Server;
let superuser: Login;
const password = newPassword();

beforeAll(async () => {
  test = await startTestServer({ certificateNames: ['db.example'] });
  silent = createServer((socket) => void socket.on('error', () => undefined)).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { server } = test;
  superuser = loginOf(server.adminUser, server.adminPassword);
  for (const [role, options] of [
    ['limited', 'LOGIN CONNECTION LIMIT 0'],
    ['locked', 'NOLOGIN'],
    ['plain', 'LOGIN'],
    ['excluded', 'LOGIN'],
    ['replica', 'LOGIN SUPERUSER'],
    ['unconnected', 'LOGIN'],
  ] as const) {
    await server.queryUnlogged(`CREATE ROLE ${role} ${options} PASSWORD '${password}'`);
  }
  await server.query('ALTER ROLE replica SET default_transaction_read_only = on');
  await server.query('CREATE DATABASE closed');
  await server.query('REVOKE CONNECT ON DATABASE closed FROM PUBLIC');
  const [hba] = await server.query<{ hba_file: string }>('SHOW hba_file');
  const file = hba?.hba_file ?? '';
  writeFileSync(file, `hostssl all excluded all reject\n${readFileSync(file, 'utf8')}`);
  await server.query('SELECT pg_reload_conf()');
}, 120_000);

afterAll(async () => {
  silent.close();
  await test.stop();
}, 60_000);

const as = (user: string): Login => loginOf(user, password);

interface Case {
  readonly sentence: string;
  readonly kind: DatabaseErrorKind;
  /** What the message must tell the reader to do, or to look at. */
  readonly says: RegExp;
  readonly admin?: () => Login;
  readonly settings?: () => Partial<DatabaseSettings> | Promise<Partial<DatabaseSettings>>;
  readonly work?: (session: AdminSession) => Promise<unknown>;
}

const CASES: readonly Case[] = [
  {
    sentence: 'a host that DNS does not know',
    kind: 'host-not-found',
    says: /db\.tandem\.invalid is not known to DNS.*Check the host/,
    settings: () => ({ writer: { host: 'db.tandem.invalid', port: 5432 } }),
  },
  {
    sentence: 'a port where nothing listens',
    kind: 'connection-refused',
    says: /Nothing listens on 127\.0\.0\.1:\d+.*Check the port/,
    settings: async () => ({ writer: { host: '127.0.0.1', port: await closedPort() } }),
  },
  {
    sentence: 'a server that never answers',
    kind: 'timeout',
    says: /security group/,
    settings: () => ({
      writer: { host: '127.0.0.1', port: (silent.address() as AddressInfo).port },
      timeouts: { ...TIMEOUTS, connectMs: 300 },
    }),
  },
  {
    sentence: 'a database that does not exist',
    kind: 'unknown-database',
    says: /no database "absent".*Check the database name/,
    settings: () => ({ lockDatabase: 'absent' }),
  },
  {
    sentence: 'a certificate of an authority that is not trusted',
    kind: 'tls-untrusted',
    says: /not signed by a trusted authority \(unable to.*tls\.caBundle/,
    settings: async () => ({ caPem: (await makeCertificates(Date.now(), 'somebody else')).caPem }),
  },
  {
    sentence: 'a certificate for another host',
    kind: 'tls-wrong-host',
    says: /not for localhost.*Use a host name/,
    settings: () => ({ writer: { host: 'localhost', port: test.server.port } }),
  },
  {
    sentence: 'a wrong admin password',
    kind: 'wrong-password',
    says: /does not accept the password of "plain".*admin secret/,
    admin: () => loginOf('plain', newPassword()),
  },
  {
    sentence: 'no rule in pg_hba.conf',
    kind: 'no-access-rule',
    says: /no rule.*pg_hba\.conf/,
    admin: () => as('excluded'),
  },
  {
    sentence: 'a locked role',
    kind: 'login-locked',
    says: /"locked" is locked.*ALTER ROLE "locked" LOGIN/,
    admin: () => as('locked'),
  },
  {
    sentence: 'an admin that may not alter the user',
    kind: 'missing-privilege',
    says: /"plain" lacks a privilege.*ALTER ROLE "plain" CREATEROLE/,
    admin: () => as('plain'),
    work: (session) => session.setPassword('limited', new Sensitive(newPassword())),
  },
  {
    sentence: 'no CONNECT on the database',
    kind: 'missing-privilege',
    says: /GRANT CONNECT ON DATABASE "closed" TO "unconnected"/,
    admin: () => as('unconnected'),
    settings: () => ({ lockDatabase: 'closed' }),
  },
  {
    sentence: 'an admin that may not see sessions',
    kind: 'cannot-see-sessions',
    says: /GRANT pg_read_all_stats TO "plain"/,
    admin: () => as('plain'),
    work: (session) => session.sessionsOf('limited'),
  },
  {
    sentence: 'a connection limit',
    kind: 'too-many-connections',
    says: /no connection left for "limited".*Raise the limit/,
    admin: () => as('limited'),
  },
  {
    sentence: 'a server that is read-only',
    kind: 'read-only',
    says: /must name the writer endpoint/,
    admin: () => as('replica'),
    work: (session) => session.setPassword('limited', new Sensitive(newPassword())),
  },
];

async function closedPort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

describe('a database that cannot be used', () => {
  const messages = new Map<string, string>();

  it.each(CASES)(
    'says what to do about $sentence',
    async ({ sentence, kind, says, admin, settings, work }) => {
      const login = admin?.() ?? superuser;
      const db = databaseOn(test.server, await settings?.());
      const error = await rejection(db.withLock(login, 'key', work ?? (() => Promise.resolve())));
      expect(error).toMatchObject({ name: 'DatabaseError', kind });
      expect(error.message).toMatch(says);
      for (const secret of [login.password.reveal(), password, test.server.adminPassword]) {
        expect(everything(error)).not.toContain(secret);
      }
      expect([...messages.values()]).not.toContain(error.message);
      messages.set(sentence, error.message);
    },
    60_000,
  );

  it('says so where another holds the lock for longer than the lock timeout', async () => {
    const { server } = test;
    const patient = databaseOn(server);
    const hasty = databaseOn(server, { timeouts: { ...TIMEOUTS, lockMs: 200, statementMs: 100 } });
    const error = await patient.withLock(superuser, 'one', () =>
      rejection(hasty.withLock(superuser, 'one', () => Promise.resolve())),
    );
    expect(error).toMatchObject({ kind: 'lock-timeout' });
    expect(error.message).toMatch(/another rotation or verification holds it/);
  }, 60_000);

  it('says so where a statement takes longer than the statement timeout', async () => {
    const { server } = test;
    await server.queryUnlogged(`CREATE ROLE busy`);
    const hasty = databaseOn(server, { timeouts: { ...TIMEOUTS, statementMs: 300 } });
    const blocker = server.query(`BEGIN; ALTER ROLE busy CONNECTION LIMIT 5; SELECT pg_sleep(3600)`);
    blocker.catch(() => undefined);
    const isBlocking = `SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND wait_event = 'PgSleep'`;
    await eventually('the blocker sleeps', async () => (await server.query(isBlocking)).length === 1);
    const error = await rejection(
      hasty.withLock(superuser, 'two', (session) => session.setLogin('busy', false)),
    );
    await server.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'`);
    expect(error).toMatchObject({ kind: 'statement-timeout' });
    expect(error.message).toMatch(/longer than the statement timeout/);
  }, 60_000);

  it('says so where the connection breaks in the middle', async () => {
    const { server } = test;
    const error = await rejection(
      databaseOn(server).withLock(superuser, 'three', async (session) => {
        await server.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tandem-rotator'`,
        );
        await session.setLogin('plain', true);
      }),
    );
    expect(['connection-lost', 'restarting']).toContain(error.kind);
  }, 60_000);

  it('says so where the server refuses TLS, and does not connect without it', async () => {
    const refusing = await startTestServer();
    try {
      const { server } = refusing;
      const [hba] = await server.query<{ hba_file: string }>('SHOW hba_file');
      writeFileSync(hba?.hba_file ?? '', 'host all all all scram-sha-256\n');
      await server.query('ALTER SYSTEM SET ssl = off');
      await server.query('SELECT pg_reload_conf()');
      const login = loginOf(server.adminUser, server.adminPassword);
      let error: DatabaseError | undefined;
      await eventually('TLS is off', async () => {
        error = await databaseOn(server)
          .withLock(login, 'key', () => Promise.resolve(undefined))
          .catch((reason: unknown) => reason as DatabaseError);
        return error !== undefined;
      });
      expect(error).toMatchObject({ kind: 'tls-refused' });
      expect(error?.message).toMatch(/refuses TLS, and Tandem never connects without it/);
    } finally {
      await refusing.stop();
    }
  }, 120_000);
});
