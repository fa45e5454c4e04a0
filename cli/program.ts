import { Command } from 'commander';
import { localCommand, USAGE as LOCAL_USAGE } from '../local/command';
import { drillCommand } from '../local/drill/command';
import { usage as drillUsage } from '../local/drill/options';
import { packageVersion } from '../scripts/packaged-zips';
import { EXIT_CODES } from './exit';
import { addOnCall } from './on-call';
import type { Run } from './options';
import { addPlanning } from './planning';
import { addInit } from './writing';

/** Builds the command line. */
export function buildProgram(run: Run): Command {
  const tandem = new Command('tandem')
    .description('Rotates the passwords of PostgreSQL users that ECS services read at container start.')
    .version(packageVersion(), '-V, --version', 'the number of this version')
    .showHelpAfterError('(tandem --help tells what there is)')
    .helpCommand(true)
    .configureHelp({ helpWidth: 110 })
    .exitOverride();
  tandem.addHelpText(
    'after',
    `
An installation is found by ./tandem.yaml, --config, TANDEM_CONFIG, or without a configuration by --prefix or TANDEM_PREFIX.
AWS credentials come from where the AWS SDK finds them; AWS_ENDPOINT_URL or --endpoint-url names another endpoint.
With --json one line on standard output is the answer; of what could not be done that is {"error":"...","exitCode":2}.

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
  withOwnHelp(
    tandem,
    'local',
    LOCAL_USAGE,
    'run the AWS endpoint and PostgreSQL of the drill, until Ctrl-C',
  ).action(async (args: string[]) => run(() => localCommand(args)));
  const drill = 'tandem drill';
  withOwnHelp(
    tandem,
    'drill',
    drillUsage(drill),
    'run the whole system on this machine, rotate, and count failed logins',
  ).action(async (args: string[]) => run(() => drillCommand(args, drill)));
}

/** A command that reads its arguments itself: what it says of them is its help here too. */
function withOwnHelp(tandem: Command, name: string, usage: string, description: string): Command {
  return tandem
    .command(name)
    .description(description)
    .helpOption(false)
    .configureHelp({ formatHelp: () => usage })
    .allowUnknownOption()
    .argument('[options...]');
}
