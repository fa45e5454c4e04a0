import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { startKeeper } from '../../../local/processes/keeper';

/** A process to be killed: it keeps two children, releases a third, watches a directory, and says which. */
async function main(directory: string): Promise<void> {
  const keeper = startKeeper();
  keeper.watchDirectory(directory);
  const start = async (script: string): Promise<number> => {
    const child = spawn(
      process.execPath,
      ['-e', `${script}; setInterval(() => {}, 1e6); console.log('up')`],
      {
        detached: true,
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    keeper.keep(child.pid ?? 0);
    await once(child.stdout, 'data');
    return child.pid ?? 0;
  };
  const kept = await start('');
  const stubborn = await start(`process.on('SIGTERM', () => undefined)`);
  const released = await start('');
  keeper.release(released);
  console.log(JSON.stringify({ kept, stubborn, released }));
  setInterval(() => undefined, 1e6);
}

void main(process.argv[2] ?? '');
