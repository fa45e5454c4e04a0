import { DatabaseError, type AdminSession, type Batch } from '../../../lambda-src/ports/database';
import { databaseSteps } from '../../../lambda-src/rotator/steps';
import { MemoryCredential } from '../../support/rotator/memory-credential';

describe('statements', () => {
  let app: MemoryCredential;
  const batch: Batch = { database: 'app', statements: [{ sql: 'ONE', remedy: '' }] };
  let asked = 0;

  const session = (answers: readonly (Error | null)[]) => {
    asked = 0;
    const run = () => {
      const answer = answers[Math.min(asked++, answers.length - 1)] ?? null;
      return answer === null ? Promise.resolve([]) : Promise.reject(answer);
    };
    return { run } as Partial<AdminSession> as AdminSession;
  };
  const locked = new DatabaseError('lock-timeout', 'somebody holds "orders".');
  const steps = (answers: readonly (Error | null)[], ...batches: readonly Batch[]) =>
    databaseSteps(app.dependencies, session(answers), batches, { database: 'app' });

  beforeEach(() => {
    app = new MemoryCredential();
  });

  it('say where they run, unless that is the credential’s database or that of the locks', () => {
    const of = (database: string) => steps([], { ...batch, database })[0]?.says;
    expect([of('app'), of('postgres'), of('shop')]).toEqual([['ONE'], ['ONE'], ['ONE -- in database shop']]);
  });

  it('that lock a relation wait for it, half a second at a time', async () => {
    await steps([locked, locked, null], { ...batch, locks: null })[0]?.run();
    expect(app.pauses).toEqual([500, 500]);
    expect(asked).toBe(3);
  });

  it('give up at the 25th lock that is held, whichever, and say that what was done stays', async () => {
    const [first, second] = steps([locked], { ...batch, locks: 'orders' }, { ...batch, locks: 'items' });
    await expect(first?.run()).rejects.toThrow(
      'somebody holds "orders". What was done so far stays, and is safe; invoke it again to go on, at best when less is going on.',
    );
    expect(asked).toBe(25);
    await expect(second?.run()).rejects.toMatchObject({ name: 'InstallationError' });
    expect(asked).toBe(26);
  });

  it('are not repeated after anything else, nor where they lock nothing', async () => {
    const other = new DatabaseError('missing-privilege', 'no');
    await expect(steps([other], { ...batch, locks: 'orders' })[0]?.run()).rejects.toBe(other);
    await expect(steps([locked], batch)[0]?.run()).rejects.toBe(locked);
    const mistake = Object.assign(new Error('a mistake'), { kind: 'lock-timeout' });
    await expect(steps([mistake], { ...batch, locks: 'orders' })[0]?.run()).rejects.toBe(mistake);
    expect(app.pauses).toEqual([]);
  });
});
