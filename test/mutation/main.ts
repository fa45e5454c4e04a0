import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { subPackage } from '../../local/processes/sub-package';

/** What is mutated, each with a configuration of its own. */
const SUITES = ['core', 'use-cases'];

const program = path.join(__dirname, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js');

/** Mutates the code and runs its tests against every mutant: `npm run test:mutation -- core --concurrency 1`. */
async function main(): Promise<void> {
  const [first, ...rest] = process.argv.slice(2);
  const named = first !== undefined && SUITES.includes(first);
  const options = first === undefined || named ? rest : [first, ...rest];
  const stryker = await subPackage({
    folder: __dirname,
    name: 'Stryker (78 MB)',
    find: () => (existsSync(program) ? program : undefined),
    announce: (sentence) => process.stderr.write(`${sentence}\n`),
  });
  for (const suite of named ? [first] : SUITES) {
    const configuration = path.join('test', 'mutation', `stryker.${suite}.config.json`);
    const { status } = spawnSync(process.execPath, [stryker, 'run', configuration, ...options], {
      cwd: path.join(__dirname, '..', '..'),
      stdio: 'inherit',
    });
    if (status !== 0) process.exitCode = status ?? 1;
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
