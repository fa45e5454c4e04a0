import { startKeeper } from '../../../local/processes/keeper';
import { createRunDirectory } from '../../../local/processes/run-directory';
import { startPostgres } from '../../../local/postgres/server';

/** A process to be killed: it starts a server, with or without a supervisor, and says where. */
async function main(kept: boolean): Promise<void> {
  const keeper = kept ? startKeeper() : { keep: () => undefined, release: () => undefined };
  const runDirectory = createRunDirectory();
  if ('watchDirectory' in keeper) keeper.watchDirectory(runDirectory.path);
  const server = await startPostgres({ keeper, runDirectory, log: console.error });
  console.log(JSON.stringify({ pid: server.pid, directory: runDirectory.path }));
  setInterval(() => undefined, 1e6);
}

void main(process.argv[2] === 'kept');
