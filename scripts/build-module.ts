import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { moduleFiles } from '../stacks/module/module';
import { buildLambdas } from './build-lambda';

const ROOT = path.join(__dirname, '..');

/** What the examples call the module where they lie in the repository, and what they call it inside the module. */
const SOURCE = { repository: '"../../dist/module"', module: '"../.."' } as const;

/**
 * Writes the Terraform module: everything in it and nothing else, the same bytes at every build.
 * @param outDir emptied first
 */
export async function buildModule(outDir: string): Promise<void> {
  rmSync(outDir, { recursive: true, force: true });
  const zips = await buildLambdas({ outDir: path.join(outDir, 'lambda') });
  for (const [name, text] of moduleFiles(zips)) {
    const file = path.join(outDir, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  // The functions' zips have others' code in them, and go wherever the module goes.
  for (const name of ['LICENSE', 'THIRD-PARTY-LICENSES'])
    cpSync(path.join(ROOT, name), path.join(outDir, name));
  copyExample(path.join(ROOT, 'examples', 'plain-hcl'), path.join(outDir, 'examples', 'plain-hcl'));
}

function copyExample(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from).filter((one) => /\.(tf|md)$/.test(one))) {
    const text = readFileSync(path.join(from, name), 'utf8');
    writeFileSync(path.join(to, name), text.replaceAll(SOURCE.repository, SOURCE.module));
  }
}

if (require.main === module) {
  const outDir = path.join(ROOT, 'dist', 'module');
  buildModule(outDir).then(
    () => process.stdout.write(`${path.relative(process.cwd(), outDir)} is the module.\n`),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    },
  );
}
