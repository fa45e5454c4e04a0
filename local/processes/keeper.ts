import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, lstatSync, mkdtempSync, openSync, realpathSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProcessKeeper } from '../endpoint/seams';
import { identityOf } from './process-identity.cjs';

/** How a kept process is asked to end before it is killed a second later. */
export interface KeepOptions {
  /** SIGTERM unless told otherwise; a PostgreSQL postmaster wants SIGQUIT (immediate shutdown). */
  readonly signal?: NodeJS.Signals;
}

/**
 * Ends processes and removes directories when this process ends, by whatever cause, SIGKILL included. A
 * detached supervisor does it, within five seconds.
 */
export interface Keeper extends ProcessKeeper {
  keep(pid: number, options?: KeepOptions): void;
  /** Has the directory removed at the end. It must exist; a link to a directory is refused. */
  watchDirectory(path: string): void;
  /** The directory is somebody else's concern from now on. */
  forgetDirectory(path: string): void;
  /** Ends what is still kept, removes the directories and waits for the supervisor to be gone. */
  close(): Promise<void>;
}

/**
 * Starts the supervisor. Every `keep` is on record before it returns, so that no later death of this
 * process can lose it: the record is a file, which the supervisor reads once its pipe closes.
 */
export function startKeeper(): Keeper {
  const directory = mkdtempSync(join(realpathSync(tmpdir()), 'tandem-keeper-'));
  const journalFile = join(directory, 'journal');
  const journal = openSync(journalFile, 'ax', 0o600);
  const note = (entry: object): void => void writeSync(journal, `${JSON.stringify(entry)}\n`);
  const supervisor = startSupervisor(journalFile, directory);
  let closing: Promise<void> | undefined;

  return {
    keep(pid, options = {}) {
      const leader = process.platform !== 'win32' && leadsGroup(pid);
      note({ op: 'keep', pid, leader, identity: identityOf(pid), signal: options.signal ?? 'SIGTERM' });
    },
    release: (pid) => note({ op: 'release', pid }),
    watchDirectory(path) {
      const found = lstatSync(path, { bigint: true });
      if (!found.isDirectory()) throw new Error(`${path} is not a directory: it cannot be watched`);
      note({ op: 'directory', path, ino: String(found.ino), dev: String(found.dev) });
    },
    forgetDirectory: (path) => note({ op: 'forget-directory', path }),
    close() {
      closing ??= endSupervisor(supervisor).finally(() => closeSync(journal));
      return closing;
    },
  };
}

function startSupervisor(journalFile: string, directory: string): ChildProcess {
  // A bare environment: a loader in NODE_OPTIONS must not reach a process that outlives the checkout.
  const supervisor = spawn(process.execPath, [join(__dirname, 'supervisor.cjs'), journalFile, directory], {
    cwd: '/',
    detached: true,
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin' },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  supervisor.unref();
  supervisor.stdin.on('error', () => undefined); // a dead supervisor shows in close(), not as a crash
  if (supervisor.stdin instanceof Socket) supervisor.stdin.unref();
  return supervisor;
}

async function endSupervisor(supervisor: ChildProcess): Promise<void> {
  if (supervisor.exitCode !== null || supervisor.signalCode !== null) return;
  supervisor.ref();
  const gone = once(supervisor, 'exit');
  supervisor.stdin?.end();
  await gone;
}

function leadsGroup(pid: number): boolean {
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    return false;
  }
}
