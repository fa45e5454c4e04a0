import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { scramVerifier } from '../../../../lambda-src/adapters/postgres/scram';
import { alphabetOf } from '../../../../lambda-src/core/password';
import { Sensitive } from '../../../../lambda-src/core/sensitive';
import { hostileText, runs } from '../../../support/fuzz';
import { startTestServer, type TestServer } from '../../../support/postgres';
import { databaseOn, ensureAll, everything, fresh, loginOf, specs } from './support';

let test: TestServer;
beforeAll(async () => void (test = await startTestServer()), 120_000);
afterAll(() => test.stop(), 60_000);

/** Characters that mean something to SQL, to format(), to a shell, or to nobody. */
const character = fc.oneof(
  fc.constantFrom(
    ...Array.from(`"'\\%$;-{}()/ \t\n\r%s:@?&=#*`),
    '--',
    '/*',
    '$$',
    `''`,
    '""',
    '%I',
    '%L',
    'ü',
    '𝕏',
    'ß',
  ),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
);

/** A name that PostgreSQL would keep: at most 63 bytes less those of a tag, no NUL. */
const name = fc
  .array(character, { minLength: 1, maxLength: 40 })
  .map((characters) => {
    let kept = '';
    for (const next of characters) if (Buffer.byteLength(kept + next) <= 50) kept += next;
    return kept.replaceAll('\0', '').replaceAll(/\p{Surrogate}/gu, '');
  })
  .filter((text) => text !== '');

/** Passwords of any printable character, those that are excluded by default too. */
const password = fc
  .array(fc.constantFrom(...alphabetOf({ length: 16, exclude: '' })), { minLength: 1, maxLength: 128 })
  .map((characters) => characters.join(''));

describe('any name and any password, on a real server', () => {
  it('names a role that is created once, altered, and logged in as, and nothing else', async () => {
    const { admin, database, tag } = await fresh(test.server, 'an admin as RDS gives one');
    const db = databaseOn(test.server);
    const writer = db.endpoints[0] ?? { host: '', port: 0 };
    const given: string[] = [];
    let round = 0;
    const { numRuns } = runs(8);
    await fc.assert(
      fc.asyncProperty(name, name, password, async (owner, user, text) => {
        round += 1;
        const unique = (role: string, kind: string) => `${tag}${kind}${String(round)}${role}`;
        const names = { owner: unique(owner, 'o'), blue: unique(user, 'b'), green: unique(user, 'g') };
        const made = specs(`${tag}${String(round)}`, database, names);
        const all = { ...made, owner: { ...made.owner, ownDatabase: false } };
        const before = await roleNames();
        const login = loginOf(all.blue.user, text);
        // A short one occurs by chance.
        if (text.length > 11) given.push(text);
        await db.withLock(admin, `lock ${user}`, async (session) => {
          await ensureAll(session, all);
          expect(await ensureAll(session, all)).toEqual([]);
          await session.setPassword(login.user, login.password);
          expect(await session.sessionsOf(login.user)).toEqual([]);
        });
        const added = (await roleNames()).filter((found) => !before.includes(found));
        expect(added.sort()).toEqual(Object.values(names).sort());
        expect(await db.login(writer, database, login)).toEqual({
          outcome: 'accepted',
          currentUser: all.owner.owner,
        });
        const wrong = await db.login(writer, database, loginOf(all.blue.user, `${text}x`));
        expect(wrong.outcome).toBe('refused');
        expect(JSON.stringify(wrong)).not.toContain(`${text}x`);
      }),
      { numRuns: Math.min(numRuns, 200), endOnFailure: true },
    );
    const log = readFileSync(test.server.logFile, 'utf8');
    expect(log).toContain(tag);
    expect(given.filter((text) => log.includes(text))).toEqual([]);
  }, 600_000);

  it('I5: a password that no verifier can be made of is refused without being shown', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const secret = `hunter2${text}\u0007`;
        try {
          scramVerifier(new Sensitive(secret), (count) => Buffer.alloc(count, 7));
        } catch (error) {
          expect(everything(error as never)).not.toContain('hunter2');
          return;
        }
        throw new Error('a control character was accepted');
      }),
      runs(),
    );
  });

  it('I5: no text of a login that fails is in what is told, however hostile', async () => {
    const db = databaseOn(test.server);
    const writer = db.endpoints[0] ?? { host: '', port: 0 };
    await fc.assert(
      fc.asyncProperty(hostileText, hostileText, hostileText, async (user, secret, database) => {
        const text = `hunter2${secret}`;
        const told = await db
          .login(writer, database, loginOf(user, text))
          .catch((error: unknown) => ({ outcome: 'threw', text: everything(error as never) }));
        expect(JSON.stringify(told)).not.toContain('hunter2');
        expect(told.outcome).not.toBe('accepted');
      }),
      { numRuns: Math.min(runs(40).numRuns, 300) },
    );
  }, 300_000);
});

async function roleNames(): Promise<string[]> {
  const rows = await test.server.query('SELECT rolname FROM pg_roles');
  return rows.map((row) => (row as { rolname: string }).rolname);
}
