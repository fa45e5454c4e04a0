import { startKeeper, type Keeper } from '../../local/processes/keeper';
import { createRunDirectory, type RunDirectory } from '../../local/processes/run-directory';
import { POSTGRES_VERSIONS } from '../../local/postgres/binaries';
import { startPostgres, type PostgresOptions, type PostgresServer } from '../../local/postgres/server';

/** A server for one test file, and what it stands on. */
export interface TestServer {
  readonly server: PostgresServer;
  readonly keeper: Keeper;
  readonly runDirectory: RunDirectory;
  /** Ends the server and removes every trace of it. */
  stop(): Promise<void>;
}

/**
 * Starts a server of its own for a test file: in `beforeAll`, with `stop` in `afterAll`. Roles are shared by
 * all databases of a server, so tests give theirs distinct names. The major version is that of TANDEM_TEST_POSTGRES, where it is set.
 */
export async function startTestServer(
  options: Partial<Omit<PostgresOptions, 'keeper' | 'runDirectory'>> = {},
): Promise<TestServer> {
  const keeper = startKeeper();
  const runDirectory = createRunDirectory();
  keeper.watchDirectory(runDirectory.path);
  const version = POSTGRES_VERSIONS.find((known) => known === process.env['TANDEM_TEST_POSTGRES']);
  const server = await startPostgres({
    log: () => undefined,
    ...(version === undefined ? {} : { version }),
    ...options,
    keeper,
    runDirectory,
  }).catch(async (error: unknown) => {
    await keeper.close();
    throw error;
  });
  return {
    server,
    keeper,
    runDirectory,
    async stop() {
      await server.stop();
      runDirectory.remove();
      await keeper.close();
    },
  };
}

/** Waits until a condition holds, looking every 20 ms. */
export async function eventually(
  what: string,
  condition: () => boolean | Promise<boolean>,
  deadlineMs = 20_000,
): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
