import { build, type Plugin } from 'esbuild';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.join(__dirname, '../..');
const SEAMS = path.join(__dirname, 'seams.ts');

/** Parsers that need not parse the same text twice, by module: a third of a run's time would be theirs. */
const PARSERS: Readonly<Record<string, readonly string[]>> = {
  'lambda-src/contract/record': ['parseRecord', 'parseRequest'],
  'lambda-src/contract/config-document': ['parseCredentialDocument'],
  'lambda-src/contract/tokens': [
    'mirrorVersion',
    'requestToken',
    'overdueToken',
    'replacementToken',
    'standInToken',
  ],
};

/** Modules whose functions the mutations replace. */
const MUTABLE = [
  'canary',
  'guard',
  'record',
  'rows/aged',
  'deployments',
  'rows/flip',
  'rows/rollout',
  'rows/settled',
  'rows/compromised',
]
  .map((name) => `lambda-src/core/${name}`)
  .concat(
    'lambda-src/ports/active-parameter',
    'lambda-src/orchestrator/mirror',
    'lambda-src/rotator/credential',
  );

/** The module as it is, for whoever mutates it or stands in its place. */
const AS_IT_IS = 'as-it-is';

function seams(mutable: boolean): Plugin {
  const inPlace = new Map<string, string>();
  for (const name of mutable ? MUTABLE : []) inPlace.set(file(name), 'seamOf(actual)');
  for (const [name, parsers] of Object.entries(PARSERS))
    inPlace.set(file(name), `rememberingSeamOf(actual, ${JSON.stringify(parsers)})`);
  return {
    name: 'seams',
    setup(bundler) {
      bundler.onResolve({ filter: /^\./ }, ({ path: name, resolveDir, importer, namespace }) => {
        const found = `${path.resolve(resolveDir, name)}.ts`;
        if (namespace === AS_IT_IS || importer.endsWith('mutant.ts') || !inPlace.has(found)) return null;
        return { path: found, namespace: AS_IT_IS };
      });
      bundler.onLoad({ filter: /./, namespace: AS_IT_IS }, ({ path: found }) => ({
        contents: [
          `const actual = require(${JSON.stringify(`./${path.basename(found)}`)});`,
          `const { seamOf, rememberingSeamOf } = require(${JSON.stringify(SEAMS)});`,
          `module.exports = ${inPlace.get(found) ?? 'actual'};`,
        ].join('\n'),
        resolveDir: path.dirname(found),
      }));
    },
  };
}

function file(name: string): string {
  return path.join(ROOT, `${name}.ts`);
}

/**
 * Runs a file of this folder, with all that it imports, in a Node process of its own: in jest's sandbox, where every
 * global and every promise is watched, a story takes three times as long.
 * @param entry its name without the ending
 * @param mutable whether {@link MUTABLE} modules can be changed while they are in use
 * @returns what it printed
 * @throws Error with what it wrote to standard error where it fails
 */
export async function runApart(entry: string, args: readonly string[], mutable = false): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'tandem-model-'));
  try {
    const outfile = path.join(folder, 'model.cjs');
    await build({
      entryPoints: [path.join(__dirname, `${entry}.ts`)],
      outfile,
      bundle: true,
      platform: 'node',
      target: 'node20',
      logLevel: 'error',
      plugins: [seams(mutable)],
    });
    return await new Promise((resolve, reject) => {
      execFile(process.execPath, [outfile, ...args], { maxBuffer: 1e8 }, (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else
          reject(
            new Error(`${error.message}${error.signal ? ` (ended by ${error.signal})` : ''}\n${stderr}`),
          );
      });
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
