import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { identityOf } from './process-identity.cjs';

const DEADLINE_MS = 300_000;

/**
 * Runs an installation while no other process runs one in the same folder. A lock whose holder is dead is
 * taken over.
 *
 * @throws Error naming the lock where its holder does not finish within five minutes
 */
export async function withInstallLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const lock = join(folder, '.install-lock');
  const mine = JSON.stringify({ pid: process.pid, identity: identityOf(process.pid) });
  const deadline = performance.now() + DEADLINE_MS;
  while (!taken(lock, mine)) {
    if (performance.now() > deadline)
      throw new Error(`Another process holds ${lock}: end it, or remove the file.`);
    await delay(200);
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function taken(lock: string, mine: string): boolean {
  try {
    writeFileSync(lock, mine, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  if (!holderLives(lock)) rmSync(lock, { force: true });
  return false;
}

function holderLives(lock: string): boolean {
  try {
    const { pid, identity } = JSON.parse(readFileSync(lock, 'utf8')) as { pid: number; identity: string };
    return identityOf(pid) === identity;
  } catch {
    return true; // just being written, or just removed
  }
}
