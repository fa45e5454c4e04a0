import { readFileSync } from 'node:fs';
import { advisoryKey } from '../../../../lambda-src/adapters/postgres/database';
import { Sensitive } from '../../../../lambda-src/core/sensitive';
import { startTestServer, type TestServer } from '../../../support/postgres';
import { databaseOn, loginOf, newPassword, rejection, TIMEOUTS } from './support';

let test: TestServer;
beforeAll(async () => void (test = await startTestServer()), 120_000);
afterAll(() => test.stop(), 60_000);

const admin = () => loginOf(test.server.adminUser, test.server.adminPassword);

describe('the advisory lock', () => {
  it('lets one at a time alter a role, so that no alteration meets another', async () => {
    await test.server.query('CREATE ROLE contended LOGIN');
    const db = databaseOn(test.server, { timeouts: { ...TIMEOUTS, lockMs: 60_000 } });
    const passwords = Array.from({ length: 24 }, newPassword);
    let inside = 0;
    let most = 0;
    let last = '';
    const turns = passwords.map((password) =>
      db.withLock(admin(), 'contended', async (session) => {
        most = Math.max(most, ++inside);
        await session.setPassword('contended', new Sensitive(password));
        last = password;
        inside--;
      }),
    );
    await Promise.all(turns);
    expect(most).toBe(1);
    const writer = db.endpoints[0] ?? { host: '', port: 0 };
    expect(await db.login(writer, 'postgres', loginOf('contended', last))).toMatchObject({
      outcome: 'accepted',
    });
    const log = readFileSync(test.server.logFile, 'utf8');
    expect(passwords.filter((password) => log.includes(password))).toEqual([]);
    expect(log).not.toContain('tuple concurrently updated');
  }, 120_000);

  it('is let go when the work fails', async () => {
    const db = databaseOn(test.server);
    const error = await rejection(
      db.withLock(admin(), 'failing', () => Promise.reject(new Error('the work failed'))),
    );
    expect(error.message).toBe('the work failed');
    expect(await db.withLock(admin(), 'failing', () => Promise.resolve('free'))).toBe('free');
  }, 60_000);

  it('is another one for another credential', async () => {
    const db = databaseOn(test.server);
    const both = db.withLock(admin(), 'one', () =>
      db.withLock(admin(), 'two', () => Promise.resolve('both')),
    );
    expect(await both).toBe('both');
    expect(advisoryKey('one')).not.toBe(advisoryKey('two'));
  }, 60_000);

  it('takes one connection for all the work of a rotation', async () => {
    await test.server.query('CREATE ROLE counted LOGIN');
    const before = connections();
    await databaseOn(test.server).withLock(admin(), 'counting', async (session) => {
      await session.sessionsOf('counted');
      await session.setPassword('counted', new Sensitive(newPassword()));
    });
    expect(connections() - before).toBe(1);
  }, 60_000);
});

function connections(): number {
  return readFileSync(test.server.logFile, 'utf8').split('application_name=tandem-rotator').length - 1;
}

describe('a login', () => {
  it('is refused, not an outage, where the server says no; and an outage where it does not answer', async () => {
    await test.server.query('CREATE ROLE asleep NOLOGIN');
    const db = databaseOn(test.server);
    const writer = db.endpoints[0] ?? { host: '', port: 0 };
    const where = `${writer.host}:${writer.port}`;
    const password = newPassword();
    const wrong = await db.login(writer, 'postgres', loginOf('asleep', password));
    expect(wrong).toMatchObject({ outcome: 'refused', endpoint: where });
    expect(JSON.stringify(wrong)).not.toContain(password);
    expect(await db.login(writer, 'absent', admin())).toMatchObject({ outcome: 'unreachable' });
    await test.server.stop();
    expect(await db.login(writer, 'postgres', admin())).toMatchObject({
      outcome: 'unreachable',
      endpoint: where,
    });
    await test.server.restart();
    expect(await db.login(writer, 'postgres', admin())).toEqual({
      outcome: 'accepted',
      currentUser: 'postgres',
    });
  }, 60_000);
});
