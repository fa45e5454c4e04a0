import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import { format } from 'prettier';
import { measure, SIZES } from '../../scripts/bench-synth';
import {
  fitted,
  rounded,
  type Figures,
  type Machine,
  type SynthesisFigures,
  type SynthesisSize,
} from './model';
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

const SYNTHESES = 3;

/** The sizes take turns, so that what else the machine does weighs on all of them. */
async function measureSynthesis(directory: string): Promise<SynthesisFigures> {
  const fastest = new Map<number, SynthesisSize>();
  for (let turn = 0; turn < SYNTHESES; turn += 1)
    for (const size of SIZES) {
      const { credentials, seconds, cpuSeconds, megabytes } = await measure(directory, size);
      const found = {
        ...{ credentials, seconds: rounded(seconds, 2), cpuSeconds: rounded(cpuSeconds, 2) },
        megabytes: rounded(megabytes),
      };
      if (found.cpuSeconds < (fastest.get(size)?.cpuSeconds ?? Infinity)) fastest.set(size, found);
      progress(
        `  ${credentials} credentials: ${seconds.toFixed(2)} s, ${cpuSeconds.toFixed(2)} s of a processor`,
      );
    }
  const bySize = [...fastest.values()];
  return {
    bySize,
    cpuExponent: fitted(bySize.map(({ credentials, cpuSeconds }) => [credentials, cpuSeconds])),
  };
}

async function measureAll(): Promise<Figures> {
  const described = machine();
  progress('The zips, and how long they take to load');
  const zips = await withDirectory(path.join(ROOT, 'node_modules'), measureZips);
  progress('Rotations and rollouts with 1 to 50 consumers');
  const stage = await raiseBench();
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
