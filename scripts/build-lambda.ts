import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { zipDeterministic } from './zip';

/** The functions that are built, each from `lambda-src/<name>/handler.ts`. */
const FUNCTIONS = ['rotator', 'orchestrator'] as const;
export type LambdaName = (typeof FUNCTIONS)[number];

/** The largest zip accepted, in bytes: code is fetched and unpacked at every cold start. */
const LARGEST_ZIP = 400 * 1024;

/** A zip on disk. */
export interface LambdaZip {
  readonly path: string;
  readonly bytes: number;
  /** SHA-256 of the zip in base64: Lambda's `CodeSha256`, Terraform's `source_code_hash`. */
  readonly sha256base64: string;
}

export interface BuildOptions {
  /** Where the zips go; made when missing. */
  readonly outDir: string;
  /** The directory that holds lambda-src/ and node_modules/. @default the project's */
  readonly root?: string;
  /** In bytes. @default {@link LARGEST_ZIP} */
  readonly largestZip?: number;
}

/**
 * Bundles the functions, everything they import included, into zips that are the same bytes for the same input
 * in every directory and on every machine.
 * @throws Error when a source does not compile or a zip is larger than allowed
 */
export async function buildLambdas(options: BuildOptions): Promise<Record<LambdaName, LambdaZip>> {
  const root = path.resolve(options.root ?? path.join(__dirname, '..'));
  mkdirSync(options.outDir, { recursive: true });
  const [rotator, orchestrator] = await Promise.all([
    buildOne(root, 'rotator', options),
    buildOne(root, 'orchestrator', options),
  ]);
  refuseLarge({ rotator, orchestrator }, options.largestZip ?? LARGEST_ZIP);
  return { rotator, orchestrator };
}

function refuseLarge(zips: Record<LambdaName, LambdaZip>, largest: number): void {
  const large = FUNCTIONS.filter((name) => zips[name].bytes > largest);
  if (large.length === 0) return;
  const which = large.map((name) => `${name}.zip has ${zips[name].bytes} bytes`).join(', ');
  throw new Error(`${which}; at most ${largest} are allowed. Import less.`);
}

async function buildOne(root: string, name: LambdaName, options: BuildOptions): Promise<LambdaZip> {
  const zip = zipDeterministic({ 'index.js': await bundle(root, `lambda-src/${name}/handler.ts`) });
  const file = path.join(options.outDir, `${name}.zip`);
  writeFileSync(file, zip);
  const sha256base64 = createHash('sha256').update(zip).digest('base64');
  return { path: file, bytes: zip.byteLength, sha256base64 };
}

/** Files that a function's bundle has code of, relative to the project, with forward slashes. */
export async function bundledFiles(name: LambdaName): Promise<string[]> {
  const { metafile } = await bundled(path.join(__dirname, '..'), `lambda-src/${name}/handler.ts`);
  return Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.keys(inputs).filter((file) => (inputs[file]?.bytesInOutput ?? 0) > 0),
  );
}

/** The code of a function. @param external packages left out, for whoever has them already */
export async function bundleOf(name: LambdaName, external: readonly string[] = []): Promise<Uint8Array> {
  const { outputFiles } = await bundled(
    path.join(__dirname, '..'),
    `lambda-src/${name}/handler.ts`,
    external,
  );
  return outputFiles[0]?.contents ?? new Uint8Array();
}

async function bundle(root: string, entry: string): Promise<Uint8Array> {
  const output = (await bundled(root, entry)).outputFiles[0];
  if (output === undefined) throw new Error(`esbuild made nothing of ${entry}`);
  if (output.text.includes(root)) {
    throw new Error(`the bundle of ${entry} names the directory it was built in, so its bytes depend on it`);
  }
  return output.contents;
}

async function bundled(root: string, entry: string, external: readonly string[] = []) {
  // Only a clone has it: what is installed as a package comes with its zips.
  const { build } = await import('esbuild');
  return build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: 'index.js',
    write: false,
    metafile: true,
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    // The module builds of the AWS SDK let unused code be dropped: a fifth of the zip.
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    charset: 'utf8',
    sourcemap: false,
    // Not the project's: a compiler option of the checks must not change what is deployed.
    tsconfigRaw: {},
    // pg asks for it only where a native client is wanted.
    external: ['pg-native', ...external],
    logLevel: 'silent',
  });
}

async function main(): Promise<void> {
  const built = await buildLambdas({ outDir: path.join(__dirname, '..', 'dist', 'lambda') });
  for (const name of FUNCTIONS) {
    const { bytes, sha256base64 } = built[name];
    process.stdout.write(`${name}.zip  ${(bytes / 1024).toFixed(1)} KB  ${sha256base64}\n`);
  }
}

if (require.main === module) {
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
