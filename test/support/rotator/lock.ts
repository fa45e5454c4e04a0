import { asAdmin } from '../../../lambda-src/rotator/credential';
import { until } from '../../local/endpoint/target';
import type { Installation } from './installation';

/** Takes the credential's lock, as a rotation under way would. @returns what lets it go */
export async function holdLock(app: Installation): Promise<() => Promise<void>> {
  let taken = (): void => undefined;
  let release = (): void => undefined;
  const isTaken = new Promise<void>((resolve) => (taken = resolve));
  const mayGo = new Promise<void>((resolve) => (release = resolve));
  const held = asAdmin(app.dependencies, 'app', async () => {
    taken();
    await mayGo;
  });
  await Promise.race([isTaken, held]);
  return async () => {
    release();
    await held;
  };
}

/** Waits until so many sessions of the credential's admin wait for an advisory lock. */
export async function waitingForLock(app: Installation, count: number): Promise<void> {
  await until(`${String(count)} wait for the lock`, async () => {
    const waiting = await app.rig.test.server.query(
      `SELECT FROM pg_locks l JOIN pg_stat_activity s USING (pid)
       WHERE l.locktype = 'advisory' AND NOT l.granted AND s.usename = $1`,
      [app.names.admin],
    );
    return waiting.length === count;
  });
}
