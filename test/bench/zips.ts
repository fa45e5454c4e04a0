import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { orchestratorVariables, rotatorVariables } from '../../lambda-src/contract/environment';
import { bundleOf, type LambdaName } from '../../scripts/build-lambda';
import { zipDeterministic } from '../../scripts/zip';
import { rounded, type ZipFigures } from './model';

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

/** A bundle of a function, on disk. */
interface Written {
  readonly file: string;
  readonly kilobytes: number;
}

/** @param directory inside the project: without the SDK in the zip, Node finds it there, file by file as in the runtime */
export async function measureZips(directory: string): Promise<ZipFigures[]> {
  const variants: { name: LambdaName; bundled: Written; bare: Written }[] = [];
  for (const name of ['rotator', 'orchestrator'] as const)
    variants.push({
      name,
      bundled: await written(directory, name, 'bundled', []),
      bare: await written(directory, name, 'bare', SDK),
    });
  const fastest = new Map<string, number>();
  for (let start = 0; start < STARTS; start += 1)
    for (const { name, bundled, bare } of variants)
      for (const { file } of [bundled, bare])
        fastest.set(file, Math.min(coldStart(name, file), fastest.get(file) ?? Infinity));
  const timeOf = ({ file }: Written) => fastest.get(file) ?? Number.NaN;
  return variants.map(({ name, bundled, bare }) => ({
    function: name,
    kilobytes: bundled.kilobytes,
    coldStartMs: rounded(timeOf(bundled)),
    withoutSdkKilobytes: bare.kilobytes,
    withoutSdkColdStartMs: rounded(timeOf(bare)),
    coldStartRatio: rounded(timeOf(bundled) / timeOf(bare), 2),
  }));
}

async function written(
  directory: string,
  name: LambdaName,
  variant: string,
  external: readonly string[],
): Promise<Written> {
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
