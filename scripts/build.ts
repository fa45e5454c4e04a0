import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildLambdas } from './build-lambda';
import { toCdktn } from './cdktn';

const ROOT = path.join(__dirname, '..');

/** What is compiled, by folder. */
const COMPILED = ['cli', 'lambda-src', 'local', 'modules', 'scripts', 'stacks'] as const;

/** What of it makes up the constructs, which are there twice: on CDKTF, and on CDK Terrain. */
const CONSTRUCTS =
  /^(lambda-src\/(contract|core)|modules|stacks|scripts\/(likely|packaged-zips|build-lambda\.d))\b/;

/** Files of local/ that are no TypeScript: what is compiled looks for them beside itself. */
const OTHERS = /\.(cjs|json)$/;

/** Builds what the package consists of into dist, from nothing: the same bytes for the same sources. */
async function build(dist: string): Promise<void> {
  for (const folder of [...COMPILED, 'cdktn', 'main.js', 'main.d.ts']) {
    rmSync(path.join(dist, folder), { recursive: true, force: true });
  }
  compile(dist);
  for (const file of filesIn(path.join(ROOT, 'local')).filter((name) => OTHERS.test(name))) {
    cpSync(path.join(ROOT, 'local', file), path.join(dist, 'local', file));
  }
  for (const file of filesIn(dist).filter((name) => CONSTRUCTS.test(name))) {
    write(path.join(dist, 'cdktn', file), toCdktn(readFileSync(path.join(dist, file), 'utf8')));
  }
  await buildLambdas({ outDir: path.join(dist, 'lambda') });
}

function compile(dist: string): void {
  const tsc = require.resolve('typescript/bin/tsc');
  const args = [tsc, '-p', path.join(ROOT, 'tsconfig.build.json'), '--outDir', dist];
  const { status } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error('The sources do not compile: see above.');
}

/** Paths in a folder, with forward slashes; what is installed there is left out. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .filter((file) => !file.split('/').includes('node_modules'));
}

function write(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

build(path.join(ROOT, 'dist')).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
