import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../endpoint/seams';
import type { RunDirectory } from '../processes/run-directory';
import { binariesPackage, copyBinaries, DEFAULT_POSTGRES_VERSION, type PostgresVersion } from './binaries';
import { makeCertificates } from './certificates';
import { makeCluster, SUPERUSER, type Cluster } from './cluster';
import type { ServerSettings } from './configuration';
import { startPostmaster, stopPostmaster, type Postmaster, type ServerKeeper } from './postmaster';
import { serverUser } from './server-user';
import { superuserQuery, type Query } from './superuser';

/** What to start. */
export interface PostgresOptions {
  /** Major version; 17, which is installed with the project, unless told otherwise. */
  readonly version?: PostgresVersion;
  readonly keeper: ServerKeeper;
  readonly runDirectory: RunDirectory;
  /** Told in sentences what takes time or goes wrong. */
  readonly log: (sentence: string) => void;
  /** Further settings of postgresql.conf. */
  readonly settings?: ServerSettings;
  /** DNS names of the server's certificate; `localhost` unless told otherwise. */
  readonly certificateNames?: readonly string[];
  readonly clock?: Clock;
  readonly random?: (bytes: number) => Buffer;
}

/** A PostgreSQL server of this run: TLS only, SCRAM only, on 127.0.0.1. */
export interface PostgresServer {
  readonly host: '127.0.0.1';
  readonly port: number;
  /** The superuser. */
  readonly adminUser: string;
  readonly adminPassword: string;
  /** The certification authority that signed the server's certificate. */
  readonly caFile: string;
  readonly caPem: string;
  /** Everything the server says, statements included (log_statement=all). */
  readonly logFile: string;
  /** The database that always exists. */
  readonly database: 'postgres';
  /** For instance `17.10`. */
  readonly version: string;
  readonly pid: number;
  /** Runs one statement as the superuser, over a connection of its own, and answers its rows. */
  readonly query: Query;
  /** As `query`, for a statement that holds a secret: it appears in no log, not even when it fails. */
  queryUnlogged(text: string): Promise<void>;
  /** Stops and starts on the same port; open sessions end. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts a PostgreSQL server with a cluster of its own, as a child process that ends with this one.
 *
 * @throws Error that says what to do, where binaries are missing or the server does not start
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const { keeper, settings = {}, log } = options;
  const { cluster, adminPassword, caFile, caPem, logFile, major } = await prepare(options);
  let stopping = false;
  let running: Postmaster | undefined;
  const start = async (wanted: number | undefined): Promise<Postmaster> => {
    stopping = false;
    const started = await startPostmaster(cluster, { port: wanted, settings, logFile, keeper });
    started.process.once('exit', (code, signal) => {
      if (!stopping) log(`PostgreSQL ended by itself (${signal ?? String(code)}): see ${logFile}.`);
    });
    running = started;
    return started;
  };
  const stop = async (): Promise<void> => {
    stopping = true;
    if (running !== undefined) await stopPostmaster(running.process);
    running = undefined;
  };
  const { port } = await start(undefined);
  const superuser = { port, password: adminPassword, caPem };
  const query = superuserQuery(superuser);
  const unlogged = superuserQuery(superuser, '-c log_statement=none -c log_min_error_statement=panic');
  const versions = await query<{ server_version: string }>('SHOW server_version');
  return {
    host: '127.0.0.1',
    port,
    adminUser: SUPERUSER,
    adminPassword,
    caFile,
    caPem,
    logFile,
    database: 'postgres',
    version: versions[0]?.server_version.split(' ')[0] ?? major,
    get pid() {
      if (running?.process.pid === undefined) throw new Error('the server is stopped');
      return running.process.pid;
    },
    query,
    async queryUnlogged(text) {
      await unlogged(text);
    },
    stop,
    async restart() {
      await stop();
      await start(port);
    },
  };
}

/** Everything on disk that a server needs. */
interface Prepared {
  readonly major: PostgresVersion;
  readonly cluster: Cluster;
  readonly adminPassword: string;
  readonly caFile: string;
  readonly caPem: string;
  readonly logFile: string;
}

async function prepare(options: PostgresOptions): Promise<Prepared> {
  const { runDirectory, log, random = randomBytes, clock = { now: Date.now } } = options;
  const major = options.version ?? DEFAULT_POSTGRES_VERSION;
  const packageFolder = await binariesPackage(major, log);
  const user = serverUser();
  const name = `postgres-${major}-${random(4).toString('hex')}`;
  const directory = runDirectory.subdirectory(name);
  const binaries = join(directory, 'binaries');
  copyBinaries(packageFolder, binaries);
  const certificates = await makeCertificates(clock.now(), `CA of ${name}`, options.certificateNames);
  const caFile = join(runDirectory.path, `${name}-ca.pem`);
  writeFileSync(caFile, certificates.caPem, { mode: 0o644, flag: 'wx' });
  const adminPassword = random(24).toString('hex');
  return {
    major,
    cluster: await makeCluster({ directory, binaries, user, password: adminPassword, certificates }),
    adminPassword,
    caFile,
    caPem: certificates.caPem,
    logFile: join(runDirectory.path, `${name}.log`),
  };
}
