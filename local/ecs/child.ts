import { spawn, type ChildProcess } from 'node:child_process';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import type { ProcessKeeper } from '../endpoint/seams';

/** A process that leads a group of its own, as a container's first process does. */
export interface Child {
  readonly pid: number;
  /** Resolves with the exit code (128 and the signal's number where a signal ended it), all output delivered. */
  readonly ended: Promise<number>;
  signal(name: 'SIGTERM' | 'SIGKILL'): void;
}

export interface ChildSpec {
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory?: string | undefined;
  readonly keeper: ProcessKeeper;
  readonly onLine: (stream: 'stdout' | 'stderr', line: string) => void;
}

const signalNumbers: Readonly<Partial<Record<NodeJS.Signals, number>>> = {
  SIGINT: 2,
  SIGKILL: 9,
  SIGTERM: 15,
};

/** How long output is waited for once the process is gone: someone outside the group may hold the pipe. */
const outputGraceMs = 1_000;

/**
 * Starts a process with exactly the environment given.
 * @throws Error as the operating system gives it (ENOENT, EACCES) where it cannot be started
 */
export async function startChild(spec: ChildSpec): Promise<Child> {
  const [file, ...args] = spec.argv;
  if (file === undefined) throw new Error('no command given');
  const child = spawn(file, args, {
    cwd: spec.workingDirectory ?? tmpdir(),
    env: { ...spec.environment },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = endOf(child, spec);
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error('the process has no id');
  return { pid, ended, signal: (name) => signalGroup(pid, name) };
}

function endOf(child: ChildProcess, spec: ChildSpec): Promise<number> {
  const pid = child.pid;
  if (pid !== undefined) spec.keeper.keep(pid);
  for (const stream of ['stdout', 'stderr'] as const) {
    const source = child[stream];
    if (source !== null) createInterface({ input: source }).on('line', (line) => spec.onLine(stream, line));
  }
  return new Promise<number>((resolve) => {
    child.once('exit', (code, signal) => {
      if (pid !== undefined) {
        signalGroup(pid, 'SIGKILL');
        spec.keeper.release(pid);
      }
      const exitCode = code ?? 128 + (signal === null ? 0 : (signalNumbers[signal] ?? 0));
      const give = setTimeout(() => resolve(exitCode), outputGraceMs);
      child.once('close', () => {
        clearTimeout(give);
        resolve(exitCode);
      });
    });
  });
}

function signalGroup(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(-pid, name);
  } catch (error) {
    // ESRCH: the whole group is gone, which is what a signal to it would have brought about. EPERM: macOS
    // answers so for a group whose only member has ended and is not yet reaped.
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}
