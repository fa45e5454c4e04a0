import { execFile } from 'node:child_process';
import { relative } from 'node:path';
import { promisify } from 'node:util';
import { withInstallLock } from './install-lock';

/** A package of dependencies that only some runs need, with a lock file of its own. */
export interface SubPackage<Found> {
  /** Where its package.json is. */
  readonly folder: string;
  /** What people call what it holds. */
  readonly name: string;
  /** What was installed, or undefined where it was not. */
  readonly find: () => Found | undefined;
  /** Is told, in a sentence, when an installation begins. */
  readonly announce: (sentence: string) => void;
}

/**
 * What a sub-package holds, installed if it is not: by one process at a time, as its lock file says.
 *
 * @throws Error that says what to run, where it cannot be installed
 */
export async function subPackage<Found>({ folder, name, find, announce }: SubPackage<Found>): Promise<Found> {
  const found = find();
  if (found !== undefined) return found;
  return withInstallLock(folder, async () => {
    const meanwhile = find();
    if (meanwhile !== undefined) return meanwhile;
    announce(`Installing ${name}, once.`);
    await install(folder, name);
    const installed = find();
    if (installed === undefined) throw new Error(`There is no ${name} for this machine.`);
    return installed;
  });
}

async function install(folder: string, name: string): Promise<void> {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  try {
    await promisify(execFile)(npm, ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--silent'], {
      cwd: folder,
      shell: process.platform === 'win32',
    });
  } catch (cause) {
    throw new Error(
      `${name} could not be installed. Run \`npm ci --ignore-scripts\` in ${relative(process.cwd(), folder)}, and see what it says.`,
      { cause },
    );
  }
}
