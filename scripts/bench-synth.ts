import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ConfigurationInput } from '../stacks/config/schema';

const ROOT = path.join(__dirname, '..');
export const SIZES = [10, 30, 100];
const SERVICES_EACH = 5;

/** How long a synthesis took, and how much memory it had at its peak. */
export interface Figure {
  readonly credentials: number;
  /** From beginning to end. */
  readonly seconds: number;
  /** Of a processor: much less than `seconds` depends on what else the machine does. */
  readonly cpuSeconds: number;
  readonly megabytes: number;
}

/** An installation with so many credentials, each of five services. */
export function installation(credentials: number): ConfigurationInput {
  const input: ConfigurationInput = {
    prefix: 'tandem/scale',
    region: 'eu-central-1',
    database: { name: 'app', create: {} },
    credentials: {},
    services: {},
  };
  for (let credential = 1; credential <= credentials; credential += 1) {
    const consumers = Array.from(
      { length: SERVICES_EACH },
      (_, index) => `service-${credential}-${index + 1}`,
    );
    input.credentials[`credential-${credential}`] = { consumers };
    for (const name of consumers) Object.assign(input.services ?? {}, { [name]: { image: 'example/app:1' } });
  }
  return input;
}

/** Said by the child when it ends, since only it knows its own: kilobytes, and microseconds. */
const USED = /^peak (\d+) cpu (\d+)$/m;

/** Loaded into the synthesis, to tell what it used. */
const TELL = `process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  process.stderr.write('peak ' + maxRSS + ' cpu ' + (userCPUTime + systemCPUTime) + '\\n');
});`;

/** Runs `tsx main.ts` as a person does. */
export async function measure(directory: string, credentials: number): Promise<Figure> {
  const configuration = path.join(directory, `${credentials}.json`);
  const tell = path.join(directory, 'tell.cjs');
  writeFileSync(configuration, JSON.stringify(installation(credentials)));
  writeFileSync(tell, TELL);
  const began = performance.now();
  const child = spawn(process.execPath, ['--require', tell, '--import', 'tsx', path.join(ROOT, 'main.ts')], {
    cwd: ROOT,
    env: {
      ...process.env,
      TANDEM_CONFIG: configuration,
      CDKTF_OUTDIR: path.join(directory, String(credentials)),
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  });
  const seconds = (performance.now() - began) / 1_000;
  if (code !== 0)
    throw new Error(`The synthesis of ${credentials} credentials ended with ${String(code)}:\n${said}`);
  const [, peak = 0, cpu = 0] = USED.exec(said) ?? [];
  return {
    ...{ credentials, seconds },
    cpuSeconds: Number(cpu) / 1_000_000,
    megabytes: Number(peak) / 1_024,
  };
}

/**
 * The exponent with which a quantity grows, over what it is at the smallest size: 1 is linear, 2 quadratic. The fixed part
 * of a run, such as loading, is taken off as what a line through the two smaller sizes has at nothing.
 */
export function exponent(points: readonly (readonly [number, number])[]): number {
  const [small, middle, large] = points;
  if (small === undefined || middle === undefined || large === undefined)
    throw new Error('three sizes are needed');
  const slope = (middle[1] - small[1]) / (middle[0] - small[0]);
  const fixed = Math.max(0, small[1] - slope * small[0]);
  return Math.log((large[1] - fixed) / (middle[1] - fixed)) / Math.log(large[0] / middle[0]);
}

async function main(): Promise<void> {
  const directory = mkdtempSync(path.join(tmpdir(), 'tandem-bench-'));
  try {
    process.stdout.write('credentials  services  seconds  CPU seconds  peak MB\n');
    const figures: Figure[] = [];
    for (const size of SIZES) {
      const figure = await measure(directory, size);
      figures.push(figure);
      const cells = [
        String(size),
        String(size * SERVICES_EACH),
        figure.seconds.toFixed(2),
        figure.cpuSeconds.toFixed(2),
        figure.megabytes.toFixed(0),
      ];
      const widths = [11, 8, 7, 11, 7];
      process.stdout.write(`${cells.map((cell, index) => cell.padStart(widths[index] ?? 0)).join('  ')}\n`);
    }
    const grown = exponent(figures.map(({ credentials, cpuSeconds }) => [credentials, cpuSeconds]));
    const told = Number.isFinite(grown)
      ? `CPU time grows with the number of credentials to the power of ${grown.toFixed(2)}`
      : 'the machine is too busy to tell how time grows';
    process.stdout.write(`${told}\n`);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

if (require.main === module) {
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
