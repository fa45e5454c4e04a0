import { createRdsLikeAdmin } from '../../../../local/postgres/rds-like';
import { startTestServer, type TestServer } from '../../../support/postgres';
import { databaseOn, loginOf, newPassword, rejection } from './support';

let test: TestServer;
const password = newPassword();

beforeAll(async () => {
  test = await startTestServer();
  await test.server.query('CREATE ROLE plain LOGIN');
}, 120_000);
afterAll(() => test.stop(), 60_000);

it('gives an admin as RDS does, without the sight of others, the same answer about sessions', async () => {
  const admin = await createRdsLikeAdmin(test.server, { username: 'sightless', seesSessions: false });
  const error = await rejection(
    databaseOn(test.server).withLock(loginOf(admin.username, admin.password), 'key', (session) =>
      session.sessionsOf('plain'),
    ),
  );
  expect(error.kind).toBe('cannot-see-sessions');
}, 60_000);

it.each([
  ['a stranger to the role that sees', ''],
  ['a member without its rights', 'GRANT pg_read_all_stats TO sight'],
])(
  'tells an admin that inherits nothing, %s, what makes it see',
  async (_, arrange) => {
    const { server } = test;
    await server.queryUnlogged(`CREATE ROLE sight LOGIN NOINHERIT PASSWORD '${password}'`);
    try {
      if (arrange !== '') await server.query(arrange);
      const looking = () =>
        databaseOn(server).withLock(loginOf('sight', password), 'key', (session) =>
          session.sessionsOf('plain'),
        );
      const { message } = await rejection(looking());
      const remedy = /master user\): (.*)$/.exec(message)?.[1] ?? '';
      expect(remedy).toContain('"sight"');
      for (const statement of remedy.split('; ')) await server.query(statement);
      expect(await looking()).toEqual([]);
    } finally {
      await server.query('DROP ROLE sight');
    }
  },
  60_000,
);
