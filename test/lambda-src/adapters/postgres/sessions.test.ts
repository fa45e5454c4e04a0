import { Client } from 'pg';
import { createRdsLikeAdmin } from '../../../../local/postgres/rds-like';
import type { Login } from '../../../../lambda-src/ports/database';
import { eventually, startTestServer, type TestServer } from '../../../support/postgres';
import { databaseOn, loginOf, newPassword } from './support';

let test: TestServer;
let second: TestServer;
let admin: Login;
const blue = loginOf('blue', newPassword());

beforeAll(async () => {
  test = await startTestServer();
  second = await startTestServer();
  const rds = await createRdsLikeAdmin(test.server);
  admin = loginOf(rds.username, rds.password);
  await test.server.queryUnlogged(`CREATE ROLE blue LOGIN PASSWORD '${blue.password.reveal()}'`);
}, 120_000);

afterAll(async () => {
  await test.stop();
  await second.stop();
}, 60_000);

async function open(server: TestServer['server'], applicationName: string): Promise<Client> {
  const client = new Client({
    host: server.host,
    port: server.port,
    database: 'postgres',
    user: blue.user,
    password: blue.password.reveal(),
    ssl: { ca: server.caPem },
    application_name: applicationName,
  });
  await client.connect();
  return client;
}

describe('the open sessions of a user', () => {
  it('are named with process, application, address and start, and are gone when they are closed', async () => {
    const db = databaseOn(test.server);
    const client = await open(test.server, 'psql');
    const seen = await db.withLock(admin, 'key', (session) => session.sessionsOf('blue'));
    expect(seen).toEqual([
      {
        user: 'blue',
        endpoint: `127.0.0.1:${test.server.port}`,
        pid: expect.any(Number) as number,
        applicationName: 'psql',
        clientAddress: '127.0.0.1',
        startedAt: expect.stringMatching(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
      },
    ]);
    await client.end();
    await eventually('no session is left', async () => {
      const left = await db.withLock(admin, 'key', (session) => session.sessionsOf('blue'));
      return left.length === 0;
    });
  }, 60_000);

  it('are not those of another user, nor of Tandem itself', async () => {
    const own = await open(test.server, 'tandem-rotator');
    try {
      const db = databaseOn(test.server);
      expect(await db.withLock(admin, 'key', (session) => session.sessionsOf('blue'))).toEqual([]);
      expect(await db.withLock(admin, 'key', (session) => session.sessionsOf('nobody'))).toEqual([]);
    } finally {
      await own.end();
    }
  }, 60_000);

  it('are found without a name of their application', async () => {
    const nameless = await open(test.server, '');
    try {
      const seen = await databaseOn(test.server).withLock(admin, 'key', (session) =>
        session.sessionsOf('blue'),
      );
      expect(seen).toMatchObject([{ applicationName: '' }]);
    } finally {
      await nameless.end();
    }
  }, 60_000);

  it('are looked for on every instance, since each knows only its own', async () => {
    // A second server with the same roles stands for a reader.
    await second.server.queryUnlogged(`CREATE ROLE blue LOGIN PASSWORD '${blue.password.reveal()}'`);
    await second.server.queryUnlogged(
      `CREATE ROLE ${admin.user} LOGIN PASSWORD '${admin.password.reveal()}' IN ROLE pg_monitor`,
    );
    const client = await open(second.server, 'report');
    try {
      const db = databaseOn(test.server, {
        readers: [{ host: second.server.host, port: second.server.port }],
        caPem: test.server.caPem + second.server.caPem,
      });
      const seen = await db.withLock(admin, 'key', (session) => session.sessionsOf('blue'));
      expect(seen).toMatchObject([
        { endpoint: `127.0.0.1:${second.server.port}`, applicationName: 'report' },
      ]);
    } finally {
      await client.end();
    }
  }, 60_000);
});

describe('ending the sessions of a user', () => {
  const ending = (as: Login, readers: readonly TestServer['server'][] = []) =>
    databaseOn(test.server, {
      readers: readers.map(({ host, port }) => ({ host, port })),
      caPem: test.server.caPem + second.server.caPem,
    }).withLock(as, 'key', (session) => session.endSessions('blue'));

  /** Instances on which the admin may not end them. */
  const unendable = async () => {
    const reader = { host: second.server.host, port: second.server.port };
    const db = databaseOn(test.server, {
      readers: [reader],
      caPem: test.server.caPem + second.server.caPem,
    });
    const spec = { owner: 'nobody', database: 'postgres', ownDatabase: false, mark: '' };
    const { users } = await db.withLock(admin, 'key', (session) => session.inspect(spec, ['blue']));
    return users['blue']?.unendableOn;
  };

  async function opened(server: TestServer['server'], applicationName: string): Promise<Client> {
    const client = await open(server, applicationName);
    client.on('error', () => undefined);
    return client;
  }

  it('ends all of them, also one that calls itself Tandem, and answers whose they were', async () => {
    const clients = [await opened(test.server, 'psql'), await opened(test.server, 'tandem-rotator/verify')];
    const ended = await ending(admin);
    expect(ended.map(({ applicationName }) => applicationName)).toEqual(['psql', 'tandem-rotator/verify']);
    for (const client of clients) await expect(client.query('SELECT 1')).rejects.toThrow();
    expect(await ending(admin)).toEqual([]);
  }, 60_000);

  it('borrows the right to from the role where the admin has ADMIN OPTION only, and gives it back', async () => {
    const limited = loginOf('limited', newPassword());
    await test.server.queryUnlogged(
      `CREATE ROLE limited LOGIN CREATEROLE PASSWORD '${limited.password.reveal()}' IN ROLE pg_read_all_stats`,
    );
    // Before PostgreSQL 16 a membership always came with its rights.
    const split = Number.parseInt(test.server.version, 10) >= 16;
    const only = split ? 'ADMIN TRUE, INHERIT FALSE, SET FALSE' : 'ADMIN OPTION';
    await test.server.query(`GRANT blue TO limited WITH ${only}`);
    const client = await opened(test.server, 'psql');
    expect(await ending(limited)).toMatchObject([{ applicationName: 'psql' }]);
    await expect(client.query('SELECT 1')).rejects.toThrow();
    expect(
      await test.server.query("SELECT pg_has_role('limited', 'blue', 'USAGE') AS inherits"),
    ).toMatchObject([{ inherits: !split }]);
  }, 60_000);

  it('says what to grant where a reader does not allow it, as an inspection does beforehand', async () => {
    const client = await opened(second.server, 'report');
    expect(await unendable()).toEqual([`127.0.0.1:${second.server.port}`]);
    await expect(ending(admin, [second.server])).rejects.toThrow('GRANT pg_signal_backend TO "tandem_admin"');
    await client.query('SELECT 1');
    await second.server.query(`GRANT pg_signal_backend TO ${admin.user}`);
    expect(await unendable()).toEqual([]);
    expect(await ending(admin, [second.server])).toMatchObject([{ applicationName: 'report' }]);
    await expect(client.query('SELECT 1')).rejects.toThrow();
  }, 60_000);
});
