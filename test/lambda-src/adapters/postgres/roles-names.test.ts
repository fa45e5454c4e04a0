import type { AdminSession } from '../../../../lambda-src/ports/database';
import { startTestServer, type TestServer } from '../../../support/postgres';
import { ADMINS, databaseOn, ensureAll, fresh, loginOf, newPassword, rejection, specs } from './support';

let test: TestServer;
beforeAll(async () => void (test = await startTestServer()), 120_000);
afterAll(() => test.stop(), 60_000);

describe.each(ADMINS)('roles made by %s', (kind) => {
  it('keep their names, however messy', async () => {
    const { admin, database, tag } = await fresh(test.server, kind);
    const names = {
      owner: `o"w'n %s \\ ${tag}`,
      blue: `блю-${tag}-${'ü'.repeat(23)}`,
      green: `G;reen -- $1 {} ${tag}`,
    };
    expect(Buffer.byteLength(names.blue)).toBe(62);
    const all = specs(tag, database, { ...names, blue: `${names.blue}x` });
    const blue = loginOf(all.blue.user, newPassword());
    const green = loginOf(all.green.user, newPassword());
    const db = databaseOn(test.server);
    const writer = db.endpoints[0] ?? { host: '', port: 0 };
    await db.withLock(admin, `lock ' " % ${tag}`, async (session) => {
      await ensureAll(session, all);
      expect(await ensureAll(session, all)).toEqual([]);
      await session.setPassword(blue.user, blue.password);
      await session.setPassword(green.user, green.password);
    });
    for (const login of [blue, green]) {
      expect(await db.login(writer, database, login)).toEqual({
        outcome: 'accepted',
        currentUser: names.owner,
      });
    }
  }, 60_000);

  it('refuse a name that PostgreSQL would cut, before any statement', async () => {
    const { admin, database, tag } = await fresh(test.server, kind);
    const all = specs(tag, database, { blue: 'ü'.repeat(32) });
    const attempt = databaseOn(test.server).withLock(admin, tag, (session) => session.ensureUser(all.blue));
    await expect(attempt).rejects.toThrow(/64 bytes/);
  }, 60_000);

  it('are refused where a role of the name exists without the mark, and left as they were', async () => {
    const { admin, database, tag } = await fresh(test.server, kind);
    const all = specs(tag, database);
    await test.server.query(`CREATE ROLE ${all.blue.user} NOLOGIN`);
    await test.server.query(`CREATE ROLE ${all.owner.owner} LOGIN`);
    const db = databaseOn(test.server);
    for (const ensure of [
      (session: AdminSession) => session.ensureUser(all.blue),
      (session: AdminSession) => session.ensureOwner(all.owner),
    ]) {
      const error = await rejection(db.withLock(admin, tag, ensure));
      expect(error).toMatchObject({ name: 'DatabaseError', kind: 'unmarked-role' });
      expect(error.message).toContain('COMMENT ON ROLE');
    }
    const roles = await test.server.query(
      'SELECT rolcanlogin AS login FROM pg_roles WHERE rolname = ANY($1) ORDER BY rolname',
      [[all.blue.user, all.owner.owner]],
    );
    expect(roles).toEqual([{ login: false }, { login: true }]);
  }, 60_000);
});
