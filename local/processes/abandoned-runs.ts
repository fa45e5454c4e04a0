import { execFileSync } from 'node:child_process';
import { constants, closeSync, fstatSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { identityOf } from './process-identity.cjs';
import { defaultBase, isOwnDirectory, OWNER_FILE, RUN_PREFIX, type Owner } from './run-directory';

/** What a clean-up did. */
export interface CleanUp {
  /** Run directories removed. */
  readonly removed: readonly string[];
  /** Process ids of the PostgreSQL servers ended. */
  readonly ended: readonly number[];
}

const GRACE_MS = 1_000;
const KILL_DEADLINE_MS = 5_000;

/**
 * Ends the PostgreSQL servers and removes the run directories of runs whose owner is dead. A directory of
 * another user, of a living owner or without a record is left alone, and so is a process that is not the
 * very server which the directory's postmaster.pid names.
 *
 * @param base where to look; the default of createRunDirectory
 */
export async function removeAbandonedRuns(base: string = defaultBase()): Promise<CleanUp> {
  const removed: string[] = [];
  const ended: number[] = [];
  for (const name of readdirSync(base)) {
    if (!name.startsWith(RUN_PREFIX)) continue;
    const directory = join(base, name);
    if (!isOwnDirectory(directory) || !isAbandoned(directory)) continue;
    for (const pid of serversIn(directory)) {
      if (await endServer(pid)) ended.push(pid);
    }
    rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
    removed.push(directory);
  }
  return { removed, ended };
}

function isAbandoned(directory: string): boolean {
  const owner = readOwner(join(directory, OWNER_FILE));
  return owner !== undefined && identityOf(owner.pid) !== owner.identity;
}

function readOwner(path: string): Owner | undefined {
  try {
    const parsed: unknown = JSON.parse(readOwnFile(path));
    if (typeof parsed !== 'object' || parsed === null) return undefined;
    const { pid, identity } = parsed as Partial<Record<keyof Owner, unknown>>;
    return typeof pid === 'number' && typeof identity === 'string' ? { pid, identity } : undefined;
  } catch {
    return undefined;
  }
}

/** Reads a regular file of this user, refusing links, which others may have put there. */
function readOwnFile(path: string): string {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const found = fstatSync(file);
    if (!found.isFile() || (process.getuid !== undefined && found.uid !== process.getuid())) {
      throw new Error('not a file of this user');
    }
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

/** The postmasters whose data directories lie one or two levels below a run directory. */
function serversIn(directory: string): number[] {
  const found: number[] = [];
  for (const outer of subdirectories(directory)) {
    for (const data of [outer, ...subdirectories(outer)]) {
      const pid = postmasterOf(data);
      if (pid !== undefined) found.push(pid);
    }
  }
  return found;
}

function subdirectories(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(path, entry.name));
  } catch {
    return [];
  }
}

/** postmaster.pid: the process id in its first line, the data directory in its second. */
function postmasterOf(data: string): number | undefined {
  let lines: string[];
  try {
    const file = openSync(join(data, 'postmaster.pid'), constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      lines = readFileSync(file, 'utf8').split('\n');
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
  const pid = Number(lines[0]);
  if (!Number.isSafeInteger(pid) || pid <= 1 || lines[1] !== data) return undefined;
  // The record may be stale and the number in use again: the process must be a server on this directory.
  return commandLineOf(pid).includes(data) ? pid : undefined;
}

function commandLineOf(pid: number): readonly string[] {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8').split('\0');
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
      .trim()
      .split(' ');
  } catch {
    return [];
  }
}

async function endServer(pid: number): Promise<boolean> {
  const identity = identityOf(pid);
  if (identity === undefined) return false;
  const startedAt = performance.now();
  let signal: NodeJS.Signals = 'SIGQUIT'; // immediate shutdown
  while (identityOf(pid) === identity && performance.now() - startedAt < KILL_DEADLINE_MS) {
    try {
      process.kill(pid, signal);
    } catch {
      return false;
    }
    await delay(50);
    if (performance.now() - startedAt > GRACE_MS) signal = 'SIGKILL';
  }
  return identityOf(pid) !== identity;
}
