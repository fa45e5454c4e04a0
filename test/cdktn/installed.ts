import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { subPackage } from '../../local/processes/sub-package';

interface Manifest {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const manifest = (...at: readonly string[]): Manifest =>
  JSON.parse(readFileSync(path.join(__dirname, ...at, 'package.json'), 'utf8')) as Manifest;

/** CDK Terrain and what goes with it: the exact version of each package. */
export const PINNED: Readonly<Record<string, string>> = manifest().dependencies ?? {};

const modules = path.join(__dirname, 'node_modules');

function installed(): string | undefined {
  const complete = Object.entries(PINNED).every(
    ([name, version]) =>
      existsSync(path.join(modules, name, 'package.json')) &&
      manifest('node_modules', name).version === version,
  );
  return complete ? modules : undefined;
}

/** Once for all test files: installs CDK Terrain beside this file where it is not installed yet. */
export default async function install(): Promise<void> {
  await subPackage({
    folder: __dirname,
    name: 'CDK Terrain and its AWS bindings (480 MB)',
    find: installed,
    announce: (sentence) => process.stderr.write(`${sentence}\n`),
  });
}
