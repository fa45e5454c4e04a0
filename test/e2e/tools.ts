import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';

export const ROOT = path.join(__dirname, '..', '..');

/** How a program ended, and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where and how a program runs. */
export interface RunOptions {
  /** @default the project's root */
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Told of the process, so that it does not outlive this one. */
  readonly keep?: (pid: number) => void;
}

/** Runs a program to its end; never rejects for how it ended. */
export function run(
  command: string,
  args: readonly string[],
  { keep, ...options }: RunOptions = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, which can be ended whole.
      detached: keep !== undefined,
      ...options,
    });
    if (child.pid !== undefined) keep?.(child.pid);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** Runs one of the project's own commands as package.json's scripts do. */
export function runTool(tool: string, ...args: readonly string[]): Promise<Ended> {
  return runWith({}, tool, ...args);
}

/** The same, in another environment. */
export function runWith(options: RunOptions, tool: string, ...args: readonly string[]): Promise<Ended> {
  return run(process.execPath, ['scripts/with-dependencies.mjs', tool, ...args], options);
}

/** `describe`, or a skip that says which program is missing and what it is needed for. */
export function describeWith(program: string, name: string, tests: () => void): void {
  const found = spawnSync(program, ['version'], { stdio: 'ignore' }).error === undefined;
  if (found) {
    describe(name, tests);
    return;
  }
  process.stderr.write(`Skipped, since ${program} is not on this machine: ${name}\n`);
  describe.skip(`${name} (${program} is not on this machine)`, tests);
}
