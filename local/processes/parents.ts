import { execFileSync } from 'node:child_process';
import { Worker } from 'node:worker_threads';

/** How often to look whether they are still there. */
const CHECK_MS = 200;

/** How long this process may take to end by itself, once they are gone. */
const PATIENCE_MS = 1_000;

/**
 * Looks from a thread of its own: while programs are compiled at the start, the main thread looks at nothing for seconds. The
 * supervisor ends the children of a process that was killed.
 */
const WATCHER = `
  const { parent, npm, checkMs, patienceMs } = require('node:worker_threads').workerData;
  function isThere() {
    try {
      process.kill(npm, 0);
    } catch (error) {
      if (error.code !== 'EPERM') return false;
    }
    return process.ppid === parent;
  }
  const timer = setInterval(() => {
    if (isThere()) return;
    clearInterval(timer);
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), patienceMs);
  }, checkMs);
`;

const SHELLS = new Set(['sh', 'dash', 'bash', 'zsh', 'ash', 'busybox']);

/**
 * Calls back once when the npm that started this process is gone, SIGKILL included: a shell that npm put in between
 * goes on living, so its parent is watched too. Started by hand, a process may outlive its shell: nothing is watched.
 * @returns what ends the watch
 */
export function watchNpm(gone: () => void): () => void {
  if (process.env['npm_lifecycle_event'] === undefined) return () => undefined;
  const parent = process.ppid;
  const described = describe(parent);
  const npm = described !== null && SHELLS.has(described.program) ? described.parent : parent;
  const timer = setInterval(() => {
    if (process.ppid === parent && isAlive(npm)) return;
    clearInterval(timer);
    gone();
  }, CHECK_MS).unref();
  const workerData = { parent, npm, checkMs: CHECK_MS, patienceMs: PATIENCE_MS };
  const watcher = new Worker(WATCHER, { eval: true, execArgv: [], workerData });
  watcher.unref();
  return () => {
    clearInterval(timer);
    void watcher.terminate();
  };
}

/** Parent and program of a process; null where `ps` is missing or the process is. */
function describe(pid: number): { readonly parent: number; readonly program: string } | null {
  try {
    const line = execFileSync('ps', ['-o', 'ppid=,comm=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
    const [, parent, command] = /^\s*(\d+)\s+(.*?)\s*$/s.exec(line) ?? [];
    if (parent === undefined || command === undefined) return null;
    const program = command.replace(/^-/, '').split('/').at(-1) ?? '';
    return { parent: Number(parent), program };
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
