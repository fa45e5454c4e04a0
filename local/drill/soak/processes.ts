import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';

/** One process, as `ps` lists it. */
export interface Listed {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** Every process of this machine but the one that lists them; null where there is no `ps`. */
export function listProcesses(): readonly Listed[] | null {
  const { status, stdout, pid } = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' });
  if (status !== 0) return null;
  return stdout.split('\n').flatMap((line) => {
    const [, own, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    if (own === undefined || parent === undefined || Number(own) === pid) return [];
    return [{ pid: Number(own), parent: Number(parent), command: command ?? '' }];
  });
}

/**
 * What a process has started, and what that has started.
 * @param except whose own children are left out
 */
export function descendants(all: readonly Listed[], of: number, except: number): readonly Listed[] {
  if (of === except) return [];
  return all
    .filter(({ parent }) => parent === of)
    .flatMap((child) => [child, ...descendants(all, child.pid, except)]);
}

/** The files, sockets and pipes that a process has open; null where they cannot be counted. */
export function openHandles(pid: number): number | null {
  try {
    // Linux tells them of every process, macOS of this one.
    return readdirSync(pid === process.pid ? '/dev/fd' : `/proc/${pid}/fd`).length;
  } catch {
    return null;
  }
}
