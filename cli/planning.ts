import { existsSync } from 'node:fs';
import { InvalidArgumentError, type Command } from 'commander';
import { check } from './commands/check';
import { synth } from './commands/synth';
import { CommandError, EXIT, EXIT_CODES } from './exit';
import { terminalOf, type Run } from './options';

/** What `check` and `synth` take. */
interface Flags {
  readonly config: string;
  readonly json?: true;
  readonly months: number;
}

/** The commands that need no AWS. */
export function addPlanning(tandem: Command, run: Run): void {
  addCheck(tandem, run);
  addSynth(tandem, run);
}

const configuration = ['--config <file>', 'the configuration (TANDEM_CONFIG, or tandem.yaml)'] as const;
const json = ['--json', 'answer as one line of JSON'] as const;

/** @throws CommandError where there is none */
function found(config = process.env['TANDEM_CONFIG'] ?? 'tandem.yaml'): string {
  if (existsSync(config)) return config;
  throw new CommandError(
    `There is no ${config} here: name another with --config, or begin one with tandem init.`,
    EXIT.usage,
  );
}

function addCheck(tandem: Command, run: Run): void {
  tandem
    .command('check')
    .description('read the configuration as synthesis does, and list the rotation windows that come')
    .option(...configuration)
    .option('--months <count>', 'how far to look', months, 24)
    .option(...json)
    .addHelpText('after', help('tandem check', 'tandem check --config prod.yaml --months 6'))
    .action(async ({ config, months, ...flags }: Partial<Flags> & Pick<Flags, 'months'>) =>
      run(() => Promise.resolve(check(terminalOf(flags), found(config), months, Date.now()))),
    );
}

function addSynth(tandem: Command, run: Run): void {
  tandem
    .command('synth')
    .description('write the Terraform of a configuration to cdktf.out, one stack per state file')
    .option(...configuration)
    .option(...json)
    .addHelpText('after', help('tandem synth', 'tandem synth --config prod.yaml'))
    .action(async ({ config, ...flags }: Partial<Flags>) =>
      run(() => synth(terminalOf(flags), found(config))),
    );
}

function help(...examples: readonly string[]): string {
  return `\nExamples:\n${examples.map((line) => `  ${line}`).join('\n')}\n\n${EXIT_CODES}`;
}

function months(text: string): number {
  const value = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > 240)
    throw new InvalidArgumentError('It takes a whole number of months, 1 to 240.');
  return value;
}
