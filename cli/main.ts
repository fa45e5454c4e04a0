import { Command } from 'commander';
import { drillCommand } from '../local/drill/command';
import { localCommand } from '../local/command';

/** Builds the command line; each command answers its exit code. */
function program(finish: (code: number) => void): Command {
  const tandem = new Command('tandem')
    .description('Rotates the passwords of PostgreSQL users that ECS services read at container start.')
    .showHelpAfterError('(tandem --help tells what there is)')
    .helpCommand(true);
  tandem
    .command('local')
    .description('run the AWS endpoint and PostgreSQL of the drill on this machine, until Ctrl-C')
    .helpOption(false)
    .allowUnknownOption()
    .argument('[arguments...]')
    .action(async (args: string[]) => finish(await localCommand(args)));
  tandem
    .command('drill')
    .description('run the whole system on this machine, rotate, and count failed logins')
    .helpOption(false)
    .allowUnknownOption()
    .argument('[arguments...]')
    .action(async (args: string[]) => finish(await drillCommand(args)));
  return tandem;
}

program((code) => {
  process.exitCode = code;
})
  .parseAsync(process.argv)
  .catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  });
