import { execFileSync } from 'node:child_process';

/** How often to look whether they are still there. */
const CHECK_MS = 200;

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
  return () => clearInterval(timer);
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
