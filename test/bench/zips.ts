import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { orchestratorVariables, rotatorVariables } from '../../lambda-src/contract/environment';
import { bundleOf, type LambdaName } from '../../scripts/build-lambda';
import { zipDeterministic } from '../../scripts/zip';
import { median, rounded, type ZipFigures } from './model';

const STARTS = 7;
const SDK = ['@aws-sdk/*', '@smithy/*'];

/** Loads the function as the runtime does, and tells how long that took. */
const LOAD = `const began = performance.now(); require(process.argv[1]); process.stdout.write(String(performance.now() - began)); process.exit(0);`;

const VARIABLES: Readonly<Record<LambdaName, Readonly<Record<string, string>>>> = {
  rotator: rotatorVariables({
    prefix: 'tandem/bench',
    database: {
      writer: { host: 'localhost', port: 5432 },
      lockDatabase: 'app',
      adminSecretArn: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:admin-AAAAAA',
    },
  }),
  orchestrator: orchestratorVariables({ prefix: 'tandem/bench', rotator: 'tandem-bench-rotator' }),
};

/** @param directory inside the project: without the SDK in the zip, Node finds it there, file by file as in the runtime */
export async function measureZips(directory: string): Promise<ZipFigures[]> {
  const figures: ZipFigures[] = [];
  for (const name of ['rotator', 'orchestrator'] as const) {
    const bundled = await written(directory, name, 'bundled', []);
    const bare = await written(directory, name, 'bare', SDK);
    const times = { bundled: [] as number[], bare: [] as number[] };
    // They take turns, so that what else the machine does weighs on both.
    for (let start = 0; start < STARTS; start += 1) {
      times.bundled.push(coldStart(name, bundled.file));
      times.bare.push(coldStart(name, bare.file));
    }
    const [coldStartMs, withoutSdkColdStartMs] = [median(times.bundled), median(times.bare)];
    figures.push({
      function: name,
      kilobytes: bundled.kilobytes,
      coldStartMs: rounded(coldStartMs),
      withoutSdkKilobytes: bare.kilobytes,
      withoutSdkColdStartMs: rounded(withoutSdkColdStartMs),
      coldStartRatio: rounded(coldStartMs / withoutSdkColdStartMs, 2),
    });
  }
  return figures;
}

async function written(
  directory: string,
  name: LambdaName,
  variant: string,
  external: readonly string[],
): Promise<{ readonly file: string; readonly kilobytes: number }> {
  const code = await bundleOf(name, external);
  const file = path.join(directory, `${name}-${variant}`, 'index.js');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, code);
  return { file, kilobytes: rounded(zipDeterministic({ 'index.js': code }).byteLength / 1024, 1) };
}

function coldStart(name: LambdaName, file: string): number {
  const env = { PATH: process.env['PATH'], AWS_REGION: 'us-east-1', ...VARIABLES[name] };
  return Number(
    execFileSync(process.execPath, ['-e', LOAD, file], {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );
}
