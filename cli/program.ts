import { Command } from 'commander';
import { localCommand } from '../local/command';
import { drillCommand } from '../local/drill/command';
import { EXIT_CODES } from './exit';
import { addOnCall } from './on-call';
import type { Run } from './options';
import { addPlanning } from './planning';
import { addInit } from './writing';

/** Builds the command line. */
export function buildProgram(run: Run): Command {
  const tandem = new Command('tandem')
    .description('Rotates the passwords of PostgreSQL users that ECS services read at container start.')
    .showHelpAfterError('(tandem --help tells what there is)')
    .helpCommand(true)
    .configureHelp({ helpWidth: 110 })
    .exitOverride();
  tandem.addHelpText(
    'after',
    `
An installation is found by ./tandem.yaml, --config, TANDEM_CONFIG, or without a configuration by --prefix or TANDEM_PREFIX.
AWS credentials come from where the AWS SDK finds them; AWS_ENDPOINT_URL or --endpoint-url names another endpoint.

${EXIT_CODES}`,
  );
  tandem.commandsGroup('On call:');
  addOnCall(tandem, run);
  tandem.commandsGroup('Before it is deployed:');
  addInit(tandem, run);
  addPlanning(tandem, run);
  tandem.commandsGroup('On this machine:');
  addLocal(tandem, run);
  return tandem;
}

function addLocal(tandem: Command, run: Run): void {
  tandem
    .command('local')
    .description('run the AWS endpoint and PostgreSQL of the drill on this machine, until Ctrl-C')
    .helpOption(false)
    .allowUnknownOption()
    .argument('[arguments...]')
    .action(async (args: string[]) => run(() => localCommand(args)));
  tandem
    .command('drill')
    .description('run the whole system on this machine, rotate, and count failed logins')
    .helpOption(false)
    .allowUnknownOption()
    .argument('[arguments...]')
    .action(async (args: string[]) => run(() => drillCommand(args)));
}
