import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { binariesPackage, POSTGRES_VERSIONS, type PostgresVersion } from '../../local/postgres/binaries';
import { ADMIN_KINDS, type AdminKind } from '../support/rotator/admins';

const ROOT = path.join(__dirname, '..', '..');

const USAGE = `usage: npm run test:postgres -- [MAJOR ...] [--admin KIND ...]

Runs what works on a database, on each of PostgreSQL ${POSTGRES_VERSIONS.join(', ')} and with each kind of admin:
${ADMIN_KINDS.join(', ')}. Servers are installed when first asked for (60 MB each).
`;

/** A server, and who administers it. */
interface Run {
  readonly version: PostgresVersion;
  readonly admin: AdminKind;
  readonly folders: readonly string[];
}

/** How it went. */
interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** @throws Error that says what can be asked for */
function plan(args: readonly string[]): Run[] {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { admin: { type: 'string', multiple: true }, help: { type: 'boolean' } },
  });
  if (values.help === true) {
    process.stdout.write(USAGE);
    return [];
  }
  const versions = chosen('PostgreSQL', POSTGRES_VERSIONS, positionals);
  const admins = chosen('--admin', ADMIN_KINDS, values.admin ?? []);
  return versions.flatMap((version) =>
    admins.map((admin, index) => ({
      version,
      admin,
      // The adapter's tests are about every kind of admin by themselves.
      folders: index === 0 ? ['rotator', 'adapters/postgres'] : ['rotator'],
    })),
  );
}

function chosen<T extends string>(
  what: string,
  known: readonly T[],
  wanted: readonly string[],
): readonly T[] {
  const unknown = wanted.filter((one) => !known.some((other) => other === one));
  if (unknown.length > 0)
    throw new Error(
      `${what} ${unknown.join(', ')} cannot be run; there are ${known.join(', ')}.\n\n${USAGE}`,
    );
  return wanted.length === 0 ? known : known.filter((one) => wanted.includes(one));
}

/** Runs jest, and shows what it said where something failed. */
async function run({ version, admin, folders }: Run, directory: string): Promise<Counts> {
  const report = path.join(directory, `${version}-${admin}.json`);
  const tests = folders.map((folder) => `test/lambda-src/${folder}/`);
  const child = spawn(
    process.execPath,
    [path.join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js'), ...tests, '--json', `--outputFile=${report}`],
    {
      cwd: ROOT,
      env: { ...process.env, TANDEM_TEST_POSTGRES: version, TANDEM_TEST_ADMIN: admin },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  });
  if (code !== 0) process.stderr.write(said);
  return countsIn(report, code);
}

function countsIn(report: string, code: number | null): Counts {
  try {
    const counts = JSON.parse(readFileSync(report, 'utf8')) as Record<string, number>;
    const {
      numPassedTests = 0,
      numFailedTests = 0,
      numRuntimeErrorTestSuites = 0,
      numPendingTests = 0,
    } = counts;
    const failed = numFailedTests + numRuntimeErrorTestSuites;
    return {
      passed: numPassedTests,
      failed: failed === 0 && code !== 0 ? 1 : failed,
      skipped: numPendingTests,
    };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

async function main(): Promise<void> {
  const runs = plan(process.argv.slice(2));
  const say = (sentence: string) => void process.stderr.write(`${sentence}\n`);
  for (const version of new Set(runs.map((one) => one.version))) await binariesPackage(version, say);
  const directory = mkdtempSync(path.join(tmpdir(), 'tandem-postgres-'));
  try {
    for (const [index, one] of runs.entries()) {
      say(`PostgreSQL ${one.version}, admin ${one.admin}: ${index + 1} of ${runs.length}`);
      const began = performance.now();
      const { passed, failed, skipped } = await run(one, directory);
      if (failed > 0) process.exitCode = 1;
      const seconds = ((performance.now() - began) / 1_000).toFixed(0);
      process.stdout.write(
        `PostgreSQL ${one.version}  ${one.admin.padEnd(13)}  ${passed} passed, ${failed} failed, ${skipped} skipped  ${seconds} s\n`,
      );
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});
