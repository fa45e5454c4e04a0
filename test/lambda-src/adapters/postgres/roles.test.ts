import { readFileSync } from 'node:fs';
import { Client } from 'pg';
import { Sensitive } from '../../../../lambda-src/core/sensitive';
import type { Login } from '../../../../lambda-src/ports/database';
import { startTestServer, type TestServer } from '../../../support/postgres';
import { ADMINS, databaseOn, ensureAll, fresh, loginOf, newPassword, specs } from './support';

let test: TestServer;
beforeAll(async () => void (test = await startTestServer()), 120_000);
afterAll(() => test.stop(), 60_000);

/** As an application would: its own connection, its own statements. */
async function asUser<T>(login: Login, database: string, work: (client: Client) => Promise<T>): Promise<T> {
  const { host, port, caPem } = test.server;
  const client = new Client({
    host,
    port,
    database,
    user: login.user,
    password: login.password.reveal(),
    ssl: { ca: caPem },
  });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

describe.each(ADMINS)('roles made by %s', (kind) => {
  it('are complete after one time, and a second time changes nothing', async () => {
    const { admin, database, tag } = await fresh(test.server, kind);
    const all = specs(tag, database);
    const db = databaseOn(test.server);
    const [first, second] = await db.withLock(admin, tag, async (session) => [
      await ensureAll(session, all),
      await ensureAll(session, all),
    ]);
    expect(first.length).toBeGreaterThan(10);
    expect(second).toEqual([]);
    const again = await db.withLock(admin, tag, (session) => ensureAll(session, all));
    expect(again).toEqual([]);
  }, 60_000);

  it('put what either user makes into the owner role, and both users may use it', async () => {
    const { admin, database, tag } = await fresh(test.server, kind);
    const all = specs(tag, database);
    const blue = loginOf(all.blue.user, newPassword());
    const green = loginOf(all.green.user, newPassword());
    const db = databaseOn(test.server);
    await db.withLock(admin, tag, async (session) => {
      await ensureAll(session, all);
      await session.setPassword(blue.user, blue.password);
      await session.setPassword(green.user, green.password);
    });
    await asUser(blue, database, (client) => client.query('CREATE TABLE public.made_by_blue (n int)'));
    await asUser(green, database, async (client) => {
      await client.query('INSERT INTO made_by_blue VALUES (1)');
      await client.query('ALTER TABLE made_by_blue ADD COLUMN m int');
      await client.query('CREATE SCHEMA made_by_green');
    });
    const owners = await test.server.query<{ name: string }>(
      `SELECT pg_get_userbyid(relowner)::text AS name FROM pg_class WHERE relname = 'made_by_blue'
       UNION ALL SELECT pg_get_userbyid(nspowner)::text FROM pg_namespace WHERE nspname = 'made_by_green'`,
      [],
      database,
    );
    expect(owners.map(({ name }) => name)).toEqual([all.owner.owner, all.owner.owner]);
    const [own] = await test.server.query(
      'SELECT pg_get_userbyid(datdba)::text AS name FROM pg_database WHERE datname = $1',
      [database],
    );
    expect(own).toEqual({ name: all.owner.owner });
  }, 60_000);

  it('open to the owner role what a user makes after SET ROLE NONE', async () => {
    const { admin, database, tag } = await fresh(test.server, kind);
    const all = specs(tag, database);
    const blue = loginOf(all.blue.user, newPassword());
    await databaseOn(test.server).withLock(admin, tag, async (session) => {
      await ensureAll(session, all);
      await session.setPassword(blue.user, blue.password);
    });
    await asUser(blue, database, async (client) => {
      await client.query('SET ROLE NONE');
      await client.query('CREATE TABLE public.by_itself (n int)');
      await client.query('RESET ROLE');
      await client.query('INSERT INTO by_itself VALUES (1)');
      const { rows } = await client.query('SELECT current_user::text AS name');
      expect(rows).toEqual([{ name: all.owner.owner }]);
    });
  }, 60_000);

  it('log in as the owner role, with the last password and no other', async () => {
    const { admin, database, tag } = await fresh(test.server, kind);
    const all = specs(tag, database);
    const [first, second] = [newPassword(), newPassword()];
    const db = databaseOn(test.server);
    const writer = db.endpoints[0] ?? { host: '', port: 0 };
    await db.withLock(admin, tag, async (session) => {
      await ensureAll(session, all);
      await session.setPassword(all.blue.user, new Sensitive(first));
    });
    expect(await db.login(writer, database, loginOf(all.blue.user, first))).toEqual({
      outcome: 'accepted',
      currentUser: all.owner.owner,
    });
    await db.withLock(admin, tag, (session) => session.setPassword(all.blue.user, new Sensitive(second)));
    expect(await db.login(writer, database, loginOf(all.blue.user, second))).toMatchObject({
      outcome: 'accepted',
    });
    expect(await db.login(writer, database, loginOf(all.blue.user, first))).toMatchObject({
      outcome: 'refused',
    });

    const log = readFileSync(test.server.logFile, 'utf8');
    expect(log).toContain(`ALTER ROLE "${all.blue.user}" PASSWORD 'SCRAM-SHA-256$`);
    expect(log).not.toContain(first);
    expect(log).not.toContain(second);
    expect(log).not.toContain(admin.password.reveal());
  }, 60_000);

  it('are made whole again: a lost membership and a lost SET role; LOGIN comes with a new password', async () => {
    const { admin, database, tag } = await fresh(test.server, kind);
    const all = specs(tag, database);
    const db = databaseOn(test.server);
    await db.withLock(admin, tag, async (session) => {
      await ensureAll(session, all);
      await session.setLogin(all.blue.user, false);
      const facts = await session.inspect(all.owner, [all.blue.user]);
      expect(facts.users[all.blue.user]).toMatchObject({
        canLogin: false,
        marked: true,
        adminMayAlter: true,
        unendableOn: [],
      });
    });
    await test.server.query(`ALTER ROLE ${all.green.user} RESET role`);
    await test.server.query(`REVOKE ${all.owner.owner} FROM ${all.green.user} GRANTED BY ${admin.user}`);
    await test.server.query(`ALTER ROLE ${all.owner.owner} LOGIN`);
    await db.withLock(admin, tag, async (session) => {
      const ran = await ensureAll(session, all);
      expect(ran.filter((sql) => /LOGIN|SET role|GRANT "owner/.test(sql))).toEqual([
        `ALTER ROLE "${all.owner.owner}" NOLOGIN`,
        expect.stringContaining(`GRANT "${all.owner.owner}" TO "${all.green.user}"`),
        `ALTER ROLE "${all.green.user}" SET role TO '${all.owner.owner}'`,
      ]);
      expect((await session.inspect(all.owner, [all.blue.user])).users[all.blue.user]?.canLogin).toBe(false);
      await session.setPassword(all.blue.user, new Sensitive(newPassword()));
      expect(await session.inspect(all.owner, [all.blue.user, all.green.user, 'nobody_here'])).toEqual({
        version: test.server.version,
        admin: {
          name: admin.user,
          superuser: kind === 'a superuser',
          createRole: true,
          seesSessions: true,
        },
        owner: { canLogin: false, marked: true },
        databaseOwner: all.owner.owner,
        users: {
          [all.blue.user]: complete(all.owner.owner),
          [all.green.user]: complete(all.owner.owner),
          nobody_here: null,
        },
      });
    });
  }, 60_000);

  it('get CONNECT and the public schema where the database is to stay with its owner', async () => {
    const { admin, database, tag } = await fresh(test.server, kind);
    const all = specs(tag, database);
    const spec = { ...all.owner, ownDatabase: false };
    const blue = loginOf(all.blue.user, newPassword());
    await test.server.query(`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`);
    await databaseOn(test.server).withLock(admin, tag, async (session) => {
      await session.ensureOwner(spec);
      expect(await session.ensureOwner(spec)).toEqual([]);
      await session.ensureUser(all.blue);
      await session.setPassword(blue.user, blue.password);
    });
    await asUser(blue, database, (client) => client.query('CREATE TABLE public.t (n int)'));
    const [row] = await test.server.query(
      'SELECT pg_get_userbyid(datdba)::text AS name FROM pg_database WHERE datname = $1',
      [database],
    );
    expect(row).toEqual({ name: admin.user });
  }, 60_000);
});

const complete = (owner: string) => ({
  canLogin: true,
  marked: true,
  maySetOwner: true,
  startsAs: owner,
  connectionLimit: -1,
  adminMayAlter: true,
  unendableOn: [],
  own: [],
});
