import type { Command } from 'commander';
import { init } from './commands/init';
import type { InitFlags } from './init/questions';
import type { Told } from './init/adoption';
import { EXIT_CODES } from './exit';
import { terminalOf, type Run } from './options';

interface Flags extends InitFlags {
  readonly file: string;
  readonly force?: true;
  readonly dryRun?: true;
  readonly yes?: true;
  readonly json?: true;
  readonly fromAccount?: true;
  readonly server?: string;
  readonly adminSecret?: string;
  readonly clientSecurityGroup?: readonly string[];
  readonly profile?: string;
  readonly endpointUrl?: string;
}

/** The command that a beginning is made with. */
export function addInit(tandem: Command, run: Run): void {
  const command = tandem
    .command('init')
    .description(
      'write a commented configuration: for an installation from nothing, or for what an account has',
    )
    .option('--file <file>', 'what to write', 'tandem.yaml')
    .option('--force', 'write over a file that is there')
    .option('--yes', 'take what is usual, and ask nothing')
    .option('--dry-run', 'print it, and write nothing')
    .option('--json', 'answer as one line of JSON')
    .option('--prefix <path>', 'what every name in AWS starts with')
    .option('--region <name>', 'AWS region (the environment says it)')
    .option('--operator-role <arns...>', 'roles of people who may rotate by hand')
    .option('--database <name>', 'name of the database (app; in an account: what the secrets say)');
  command
    .optionsGroup('From nothing:')
    .option('--credential <name>', 'the login that the application uses (named as the database)')
    .option('--service <names...>', 'Fargate services to make (web)')
    .option('--image <image>', 'their container image (a loop that logs in)');
  addAccount(command)
    .addHelpText('after', HELP)
    .action(async (flags: Flags) =>
      run(() =>
        init(terminalOf(flags), {
          ...flags,
          force: flags.force === true,
          dryRun: flags.dryRun === true,
          yes: flags.yes === true,
          told: toldBy(flags),
          fromAccount: flags.fromAccount,
        }),
      ),
    );
}

function addAccount(command: Command): Command {
  return command
    .optionsGroup('From an account:')
    .option('--from-account', 'describe RDS, ECS and the secrets that services read; changes nothing')
    .option('--server <identifier>', 'instance or cluster, where services use several')
    .option('--admin-secret <arn>', "the admin's secret, where RDS does not manage it")
    .option('--client-security-group <ids...>', 'groups that may connect to it (those of the services)')
    .option('--profile <name>', 'profile of the AWS configuration files')
    .option('--endpoint-url <url>', 'another AWS endpoint, such as that of tandem local');
}

function toldBy({ server, adminSecret, clientSecurityGroup }: Flags): Told {
  return {
    ...(server === undefined ? {} : { server }),
    ...(adminSecret === undefined ? {} : { adminSecretArn: adminSecret }),
    ...(clientSecurityGroup === undefined ? {} : { clientSecurityGroupIds: clientSecurityGroup }),
  };
}

const HELP = `
What is not given is asked for on a terminal; elsewhere it is as usual. --from-account reads the values of the secrets
that services use, and keeps user, host and database of them, never a password.

Examples:
  tandem init
  tandem init --yes --region eu-central-1 --service web worker
  tandem init --from-account --region eu-central-1 --dry-run

${EXIT_CODES}`;
