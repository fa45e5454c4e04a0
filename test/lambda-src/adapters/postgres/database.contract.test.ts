import { Client } from 'pg';
import { Sensitive } from '../../../../lambda-src/core/sensitive';
import type { Database, Login, OpenSession } from '../../../../lambda-src/ports/database';
import { MemoryDatabase, MemoryServer } from '../../../support/memory-database';
import { startTestServer } from '../../../support/postgres';
import { databaseOn, ensureAll, fresh, loginOf, newPassword, specs } from './support';

// Generous: the machine may be busy.
jest.setTimeout(120_000);

/** A server with an admin, and a database for roles that are not there yet. */
interface Subject {
  readonly db: Database;
  /** Another client of the same server. */
  readonly other: Database;
  readonly admin: Login;
  readonly database: string;
  readonly tag: string;
  /** Somebody logs in and stays; ends it. */
  stay(login: Login): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

function inMemory(): Promise<Subject> {
  const admin = loginOf('admin', newPassword());
  const server = new MemoryServer(admin);
  const sessions: Omit<OpenSession, 'endpoint' | 'startedAt'>[] = [];
  server.sessions = () => sessions;
  return Promise.resolve({
    db: new MemoryDatabase(server),
    other: new MemoryDatabase(server),
    ...{ admin, database: 'app', tag: 't' },
    stay: ({ user }) => {
      sessions.push({ user, pid: 7, applicationName: 'psql', clientAddress: '127.0.0.1' });
      return Promise.resolve(() => {
        sessions.length = 0;
        return Promise.resolve();
      });
    },
    close: () => Promise.resolve(),
  });
}

async function onPostgres(): Promise<Subject> {
  const test = await startTestServer();
  const { server } = test;
  const made = await fresh(server, 'an admin as RDS gives one');
  return {
    db: databaseOn(server),
    other: databaseOn(server),
    ...made,
    stay: async ({ user, password }) => {
      const ssl = { ca: server.caPem };
      const { host, port } = server;
      const login = { user, password: password.reveal(), application_name: 'psql' };
      const client = new Client({ host, port, database: made.database, ssl, ...login });
      await client.connect();
      return () => client.end();
    },
    close: () => test.stop(),
  };
}

const SUBJECTS: readonly [string, () => Promise<Subject>][] = [
  ['in memory', inMemory],
  ['on PostgreSQL', onPostgres],
];

describe.each(SUBJECTS)('a database %s', (_name, start) => {
  let subject: Subject;
  beforeEach(async () => void (subject = await start()), 120_000);
  afterEach(() => subject.close());

  const all = () => specs(subject.tag, subject.database);
  const login = async (as: Login) => {
    const { db, database } = subject;
    const [writer = { host: '', port: 0 }] = db.endpoints;
    return await db.login(writer, database, as);
  };

  it('makes owner and users once; a second time there is nothing to run', async () => {
    const { db, admin } = subject;
    const first = await db.withLock(admin, 'app', (session) => ensureAll(session, all()));
    expect(first.length).toBeGreaterThan(2);
    expect(await db.withLock(admin, 'app', (session) => ensureAll(session, all()))).toEqual([]);
  });

  it('lets a user in with its latest password alone, as the owner role', async () => {
    const { db, admin } = subject;
    const { blue, owner } = all();
    const [first, second] = [newPassword(), newPassword()];
    await db.withLock(admin, 'app', async (session) => {
      await ensureAll(session, all());
      await session.setPassword(blue.user, new Sensitive(first));
    });
    expect(await login(loginOf(blue.user, first))).toEqual({ outcome: 'accepted', currentUser: owner.owner });
    await db.withLock(admin, 'app', (session) => session.setPassword(blue.user, new Sensitive(second)));
    expect(await login(loginOf(blue.user, first))).toMatchObject({ outcome: 'refused' });
    expect(await login(loginOf(blue.user, second))).toMatchObject({ outcome: 'accepted' });
  });

  it('refuses a user without LOGIN until it has a new password: ensuring it does not let the former one in', async () => {
    const { db, admin } = subject;
    const { blue } = all();
    const password = newPassword();
    await db.withLock(admin, 'app', async (session) => {
      await ensureAll(session, all());
      await session.setPassword(blue.user, new Sensitive(password));
      await session.setLogin(blue.user, false);
    });
    expect(await login(loginOf(blue.user, password))).toMatchObject({ outcome: 'refused' });
    await db.withLock(admin, 'app', (session) => session.ensureUser(blue));
    expect(await login(loginOf(blue.user, password))).toMatchObject({ outcome: 'refused' });
    const next = newPassword();
    await db.withLock(admin, 'app', (session) => session.setPassword(blue.user, new Sensitive(next)));
    expect(await login(loginOf(blue.user, password))).toMatchObject({ outcome: 'refused' });
    expect(await login(loginOf(blue.user, next))).toMatchObject({ outcome: 'accepted' });
  });

  it('refuses a role that carries another mark', async () => {
    const { db, admin } = subject;
    await db.withLock(admin, 'app', (session) => ensureAll(session, all()));
    const strange = { ...all().blue, mark: 'somebody else’s' };
    await expect(db.withLock(admin, 'app', (session) => session.ensureUser(strange))).rejects.toMatchObject({
      kind: 'unmarked-role',
    });
  });

  it('refuses an admin whose password is wrong, and a change of a role that is not there', async () => {
    const { db, admin } = subject;
    const wrong = loginOf(admin.user, newPassword());
    await expect(db.withLock(wrong, 'app', () => Promise.resolve())).rejects.toMatchObject({
      kind: 'wrong-password',
    });
    const nobody = db.withLock(admin, 'app', (session) =>
      session.setPassword('nobody_here', new Sensitive('x')),
    );
    await expect(nobody).rejects.toMatchObject({ name: 'DatabaseError' });
  });

  it('names the open sessions of a user, and of no other', async () => {
    const { db, admin } = subject;
    const { blue, green } = all();
    const as = loginOf(blue.user, newPassword());
    await db.withLock(admin, 'app', async (session) => {
      await ensureAll(session, all());
      await session.setPassword(as.user, as.password);
    });
    const leave = await subject.stay(as);
    const sessions = (user: string) => db.withLock(admin, 'app', (session) => session.sessionsOf(user));
    expect(await sessions(blue.user)).toMatchObject([{ user: blue.user, applicationName: 'psql' }]);
    expect(await sessions(green.user)).toEqual([]);
    await leave();
  });

  it('holds the lock for one at a time, and lets it go where the work fails', async () => {
    const { db, other, admin } = subject;
    const order: string[] = [];
    let second: Promise<unknown> = Promise.resolve();
    const first = db.withLock(admin, 'app', async (session) => {
      second = other.withLock(admin, 'app', () => Promise.resolve(order.push('second')));
      await session.sessionsOf('anybody');
      await session.sessionsOf('anybody');
      order.push('first');
      throw new Error('the work failed');
    });
    await expect(first).rejects.toThrow('the work failed');
    await second;
    expect(order).toEqual(['first', 'second']);
  });

  it('says what it knows of the roles', async () => {
    const { db, admin } = subject;
    const { owner, blue } = all();
    const facts = await db.withLock(admin, 'app', async (session) => {
      await ensureAll(session, all());
      return await session.inspect(owner, [blue.user, 'nobody_here']);
    });
    expect(facts.owner).toEqual({ canLogin: false, marked: true });
    expect(facts.databaseOwner).toBe(owner.owner);
    expect(facts.users).toEqual({
      [blue.user]: expect.objectContaining({
        canLogin: true,
        marked: true,
        maySetOwner: true,
        startsAs: owner.owner,
        adminMayAlter: true,
      }) as unknown,
      nobody_here: null,
    });
  });
});
