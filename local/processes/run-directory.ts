import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { identityOf } from './process-identity.cjs';

/** The beginning of every run directory's name. */
export const RUN_PREFIX = 'tandem-run-';
/** The file in a run directory that says whose it is. */
export const OWNER_FILE = 'owner.json';

/** Whose a run directory is: a process, told from a later one with the same id by its start time. */
export interface Owner {
  readonly pid: number;
  readonly identity: string;
}

/** A directory of this process alone, for everything that one run leaves on disk. */
export interface RunDirectory {
  readonly path: string;
  /**
   * Makes a directory in it, mode 0700.
   * @param name one path segment
   */
  subdirectory(name: string): string;
  /** Removes it with everything in it. Servers in it must have ended. */
  remove(): void;
}

/**
 * Makes a run directory with its owner record. Only its user may list it; where that user is root, others
 * may pass through it, since a server that refuses to run as root lives in a subdirectory.
 *
 * @param base the directory to make it in; by default the system's temporary directory, or /tmp where root's
 *   own temporary directory shuts others out
 */
export function createRunDirectory(base: string = defaultBase()): RunDirectory {
  const identity = identityOf(process.pid);
  if (identity === undefined)
    throw new Error('the start time of this process cannot be read: is `ps` installed?');
  const path = mkdtempSync(join(base, RUN_PREFIX));
  if (isRoot()) chmodSync(path, 0o711);
  const owner: Owner = { pid: process.pid, identity };
  // Written aside and renamed, so that nobody ever reads half a record.
  const draft = join(path, `${OWNER_FILE}.draft`);
  writeFileSync(draft, JSON.stringify(owner), { flag: 'wx', mode: 0o600 });
  renameSync(draft, join(path, OWNER_FILE));
  return {
    path,
    subdirectory(name) {
      const made = join(path, name);
      mkdirSync(made, { mode: 0o700 });
      return made;
    },
    remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }),
  };
}

/** The directory that run directories are made in, and looked for when cleaning up. */
export function defaultBase(): string {
  const base = realpathSync(tmpdir());
  return isRoot() && !othersMayEnter(base) ? realpathSync('/tmp') : base;
}

/** Whether any user may pass through a directory and all those above it. */
function othersMayEnter(directory: string): boolean {
  for (let at = realpathSync(directory); ; at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

/** Whether a path is a directory, no link, and belongs to the user of this process. */
export function isOwnDirectory(path: string): boolean {
  try {
    const found = lstatSync(path);
    return found.isDirectory() && (process.getuid === undefined || found.uid === process.getuid());
  } catch {
    return false;
  }
}

/** Whether this process runs as root, which PostgreSQL refuses to. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}
