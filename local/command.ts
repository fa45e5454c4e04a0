import { parseArgs } from 'node:util';
import { strangers } from './arguments';
import { interruption } from './drill/interruption';
import { startSystem, type LocalSystem } from './system';

const DATABASE = 'app';

export const USAGE = `usage: tandem local [--port N] [--json]

Runs, on this machine and until Ctrl-C, the AWS endpoint and the PostgreSQL server that the drill uses, and prints
what a client needs to connect. The endpoint serves Secrets Manager, SSM parameters, ECS, CodeDeploy, EventBridge,
Lambda, SQS and STS; what it does not serve is forwarded to MOTO_URL where that is set. Everything is gone when it ends.

  --port N   port of the AWS endpoint, 1 to 65535   (any free one)
  --json     print one line of JSON instead
  --help     this text

Examples:
  tandem local
  tandem local --port 4566 --json

Exit codes: 0 ended by Ctrl-C; 1 it could not start; 2 it could not be run as asked; 130 ended before it was ready, or not in time.
`;

/** What `tandem local` was asked for. */
interface LocalOptions {
  readonly port: number | undefined;
  readonly json: boolean;
}

/** @returns the exit code: 0 after Ctrl-C, 2 for a command line that cannot be understood, 1 where it cannot start */
export async function localCommand(args: readonly string[]): Promise<number> {
  const options = parse(args);
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n\nTry tandem local --help\n`);
    return 2;
  }
  if (options === null) {
    process.stdout.write(USAGE);
    return 0;
  }
  const { signal, end } = interruption();
  try {
    return await serve(options, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    process.stderr.write(`Port ${options.port ?? 0} is taken: name another with --port, or leave it out.\n`);
    return 1;
  } finally {
    end();
  }
}

async function serve({ port, json }: LocalOptions, signal: AbortSignal): Promise<number> {
  const forwardTo = process.env['MOTO_URL'];
  const system = await startSystem({
    postgres: '17',
    database: DATABASE,
    log: (sentence) => process.stderr.write(`${sentence}\n`),
    ...(port === undefined ? {} : { port }),
    ...(forwardTo === undefined ? {} : { forwardTo: new URL(forwardTo) }),
  });
  try {
    process.stdout.write(json ? `${JSON.stringify(connection(system))}\n` : describe(system));
    await aborted(signal);
    return 0;
  } finally {
    await system.close();
  }
}

const OPTIONS = {
  port: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** @returns null where help was asked for, every problem where the arguments cannot be understood */
function parse(args: readonly string[]): LocalOptions | string | null {
  const { values, tokens } = parseArgs({
    args: [...args],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: OPTIONS,
  });
  if (values.help === true) return null;
  const problems = strangers(tokens, Object.keys(OPTIONS));
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && (!Number.isInteger(port) || port < 1 || port > 65_535))
    problems.push(`--port takes a whole number from 1 to 65535, not ${JSON.stringify(values.port)}`);
  return problems.length > 0 ? problems.join('\n') : { port, json: values.json === true };
}

/** What a client needs; the credentials open nothing but this endpoint. */
function connection({ url, place, postgres, admin, database }: LocalSystem) {
  return {
    endpoint: url,
    region: place.region,
    accountId: place.accountId,
    accessKeyId: 'local',
    secretAccessKey: 'local',
    postgres: {
      host: 'localhost',
      port: postgres.port,
      database,
      user: admin.username,
      password: admin.password,
      caFile: postgres.caFile,
      version: postgres.version,
    },
  };
}

function describe(system: LocalSystem): string {
  const { endpoint, region, accessKeyId, secretAccessKey, postgres } = connection(system);
  return `AWS endpoint
  export AWS_ENDPOINT_URL=${endpoint}
  export AWS_REGION=${region} AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey}

PostgreSQL ${postgres.version}
  export PGHOST=${postgres.host} PGPORT=${postgres.port} PGDATABASE=${postgres.database}
  export PGUSER=${postgres.user} PGPASSWORD=${postgres.password}
  export PGSSLMODE=verify-full PGSSLROOTCERT=${postgres.caFile}

Both are gone after Ctrl-C.
`;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    // A promise alone does not keep a process alive; the endpoint's socket does.
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
