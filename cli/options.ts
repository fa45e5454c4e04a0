import { InvalidArgumentError, type Command } from 'commander';
import { EXIT_CODES } from './exit';
import type { Whereabouts } from './installation';
import { createTerminal, type Terminal } from './terminal';

/** Runs a command's work and sees to its exit code. */
export type Run = (work: () => Promise<number>) => Promise<void>;

export interface Common extends Whereabouts {
  readonly json?: true;
}

/** What every command that asks AWS takes. */
export function asking(
  parent: Command,
  usage: string,
  description: string,
  examples: readonly string[],
): Command {
  return parent
    .command(usage)
    .description(description)
    .option('--config <file>', 'the configuration that says which installation (tandem.yaml)')
    .option('--prefix <path>', 'the installation, without a configuration: tandem/prod')
    .option('--profile <name>', 'profile of the AWS configuration files')
    .option('--region <name>', 'AWS region (the configuration says it, or the environment)')
    .option('--endpoint-url <url>', 'another AWS endpoint, such as that of tandem local')
    .option('--json', 'answer as one line of JSON')
    .addHelpText('after', `\nExamples:\n${examples.map((line) => `  ${line}`).join('\n')}\n\n${EXIT_CODES}`);
}

export function terminalOf({ json }: Common): Terminal {
  return createTerminal(json === true);
}

/** Parses an option. */
export const seconds = (text: string): number => {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (value < 1) throw new InvalidArgumentError('It takes a whole number of seconds, at least 1.');
  return value;
};
