import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import { format } from 'prettier';
import { exponent, measure, SIZES } from '../../scripts/bench-synth';
import { rounded, type Figures, type Machine, type SynthesisFigures } from './model';
import { page } from './page';
import { measureRotations } from './rotations';
import { raiseBench } from './stage';
import { measureZips } from './zips';

const ROOT = path.join(__dirname, '..', '..');
const DOCS = path.join(ROOT, 'docs');

const progress = (line: string) => void process.stderr.write(`${line}\n`);

function machine(): Machine {
  const [first] = cpus();
  return {
    cpus: cpus().length,
    model: first?.model ?? 'unknown',
    memoryGiB: rounded(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
    loadAverage: rounded(loadavg()[0] ?? 0, 1),
  };
}

async function withDirectory<T>(parent: string, work: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(path.join(parent, 'tandem-bench-'));
  try {
    return await work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function measureSynthesis(directory: string): Promise<SynthesisFigures> {
  const bySize: SynthesisFigures['bySize'][number][] = [];
  for (const size of SIZES) {
    const { credentials, seconds, megabytes } = await measure(directory, size);
    bySize.push({ credentials, seconds: rounded(seconds, 2), megabytes: rounded(megabytes) });
    progress(`${credentials} credentials synthesized in ${seconds.toFixed(2)} s`);
  }
  const points = bySize.map(({ credentials, seconds }) => [credentials, seconds] as const);
  return { bySize, timeExponent: rounded(exponent(points), 2) };
}

async function measureAll(): Promise<Figures> {
  const described = machine();
  progress('The zips, and how long they take to load');
  const zips = await withDirectory(path.join(ROOT, 'node_modules'), measureZips);
  progress('Rotations and rollouts with 1 to 50 consumers');
  const stage = await raiseBench(progress);
  const { rotation, rollout } = await measureRotations(stage, progress).finally(() => stage.close());
  progress('Synthesis of 10 to 100 credentials');
  const synthesis = await withDirectory(tmpdir(), measureSynthesis);
  const date = new Date().toISOString().slice(0, 10);
  return { date, machine: described, rotation, rollout, zips, synthesis };
}

async function main(): Promise<void> {
  const figures = await measureAll();
  const json = JSON.stringify(figures, null, 2);
  process.stdout.write(`${json}\n`);
  writeFileSync(path.join(DOCS, 'benchmarks.json'), await format(json, { parser: 'json' }));
  writeFileSync(path.join(DOCS, 'benchmarks.md'), page(figures));
  progress('Written: docs/benchmarks.json and docs/benchmarks.md.');
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
