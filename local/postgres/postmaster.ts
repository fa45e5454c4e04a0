import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { KeepOptions } from '../processes/keeper';
import { serverConfiguration, type ServerSettings } from './configuration';
import { SERVER_ENVIRONMENT, writeFor, type Cluster } from './cluster';

/** What of a keeper the server needs. */
export interface ServerKeeper {
  keep(pid: number, options?: KeepOptions): void;
  release(pid: number): void;
}

/** A running postmaster. */
export interface Postmaster {
  readonly port: number;
  readonly process: ChildProcess;
}

const READY_DEADLINE_MS = 60_000;
const FAST_SHUTDOWN_MS = 5_000;
const PORT_ATTEMPTS = 5;

/** The postmaster ended before it was ready because another program has the port. */
class PortTakenError extends Error {
  override readonly name = 'PortTakenError';
}

/**
 * Starts the server and waits until it accepts connections.
 *
 * @param port where to listen; undefined for any free port, trying others where one is taken meanwhile
 */
export async function startPostmaster(
  cluster: Cluster,
  options: {
    readonly port: number | undefined;
    readonly settings: ServerSettings;
    readonly logFile: string;
    readonly keeper: ServerKeeper;
  },
): Promise<Postmaster> {
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort());
    writeFor(cluster.user, join(cluster.data, 'tandem.conf'), serverConfiguration(port, options.settings));
    try {
      return { port, process: await launch(cluster, options) };
    } catch (error) {
      if (!(error instanceof PortTakenError) || attempt === PORT_ATTEMPTS) throw error;
      await delay(100 * attempt);
    }
  }
}

async function launch(
  cluster: Cluster,
  { logFile, keeper }: { readonly logFile: string; readonly keeper: ServerKeeper },
): Promise<ChildProcess> {
  const log = openSync(logFile, 'a', 0o600);
  const logged = statSync(logFile).size;
  // A group of its own, so that Ctrl-C in a terminal is ours to answer and not the server's.
  const child = spawn(join(cluster.binaries, 'bin', 'postgres'), ['-D', cluster.data], {
    cwd: cluster.data,
    detached: true,
    env: SERVER_ENVIRONMENT,
    stdio: ['ignore', log, log],
    ...cluster.user,
  });
  closeSync(log);
  const { pid } = child;
  if (pid === undefined) {
    const [error] = (await once(child, 'error')) as [Error];
    throw new Error(`PostgreSQL could not be started: ${error.message}`, { cause: error });
  }
  keeper.keep(pid, { signal: 'SIGQUIT' });
  child.once('exit', () => keeper.release(pid));
  child.unref();
  try {
    await untilReady(child, cluster.data, () => readFileSync(logFile, 'utf8').slice(logged));
  } catch (error) {
    await stopPostmaster(child);
    throw error;
  }
  return child;
}

async function untilReady(child: ChildProcess, data: string, output: () => string): Promise<void> {
  const deadline = performance.now() + READY_DEADLINE_MS;
  while (!isReady(data, child.pid)) {
    if (hasEnded(child)) {
      const said = output().trim();
      if (/could not bind .*: Address already in use/i.test(said)) throw new PortTakenError(said);
      throw new Error(`PostgreSQL ended while starting: ${said}`);
    }
    if (performance.now() > deadline) throw new Error(`PostgreSQL was not ready in time: ${output().trim()}`);
    await delay(10);
  }
}

/** The eighth line of postmaster.pid is the server's state; the first its process id. */
function isReady(data: string, pid: number | undefined): boolean {
  try {
    const lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
    return lines[0] === String(pid) && lines[7]?.trim() === 'ready';
  } catch {
    return false;
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Ends the server: a fast shutdown, an immediate one where that takes too long, a kill where nothing helps. */
export async function stopPostmaster(child: ChildProcess): Promise<void> {
  child.ref();
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (hasEnded(child)) return;
    const ended = new AbortController();
    const gone = once(child, 'exit').then(() => ended.abort());
    child.kill(signal);
    await Promise.race([
      gone,
      delay(FAST_SHUTDOWN_MS, undefined, { signal: ended.signal }).catch(() => undefined),
    ]);
  }
}

/** A port of 127.0.0.1 that was free a moment ago. */
async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
