import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { Fault } from './faults/model';
import { strangers } from '../arguments';
import { faultsHelp, parseFaults } from './faults/table';
import type { Delivery, Strategy } from './installation/model';
import { ROLLOUT_HELP, ROLLOUT_OPTIONS, rolloutOptionsOf, type RolloutOptions } from './rollout-options';
import { deliveryOf, strategyOf } from './strategy-options';

/** What a drill is asked to do. */
export interface DrillOptions extends RolloutOptions {
  readonly rotations: number;
  readonly services: number;
  /** Tasks of each service. */
  readonly tasks: number;
  readonly postgres: '15' | '16' | '17' | '18';
  readonly strategy: Strategy;
  readonly delivery: Delivery;
  /** Whether every strategy is run, one after the other. */
  readonly compare: boolean;
  /** Whether the services run before Tandem does, and are adopted. */
  readonly adopt: boolean;
  /** Whether what could grow with the number of rotations is measured. */
  readonly soak: boolean;
  /** Whether the active password leaks, instead of ordinary rotations. */
  readonly compromised: boolean;
  /** Where the JSON report goes: a file, `-` for standard output, or nowhere. */
  readonly json: string | null;
  /** The file for the page about the run; null for none. */
  readonly report: string | null;
  /** What is done to the system; null for an ordinary drill. */
  readonly faults: { readonly list: readonly Fault[]; readonly seed: number } | null;
}

/** @param command what it is run with: `npm start --`, or `tandem drill` */
export function usage(command: string): string {
  const more = ' '.repeat(`usage: ${command}`.length);
  return `usage: ${command} [--rotations N] [--services N] [--tasks N] [--postgres MAJOR] [--adopt]
${more} [--strategy S] [--delivery D] [--group] [--reader SECONDS] [--canary SECONDS] [--retire SECONDS]
${more} [--json FILE] [--report FILE.html]
       ${command} --soak [--rotations N] [--services N] [--tasks N] [--postgres MAJOR] [--strategy S] [--delivery D]
${more} [--json FILE]
       ${command} --compromised [--delivery D] [--services N] [--tasks N] [--postgres MAJOR] [--json FILE]
       ${command} --compare [--rotations N] [--services N] [--tasks N] [--postgres MAJOR] [--json FILE]
       ${command} --faults all|NAME,NAME [--seed N] [--services N] [--tasks N] [--postgres MAJOR]
${more} [--strategy S] [--delivery D] [--json FILE] [--report FILE.html]

Runs the whole system on this machine: PostgreSQL, an AWS endpoint, both Lambda functions from their real zips,
and services whose tasks open new connections all the time. Rotates the standby user's password again and again,
lets events roll every service onto it, and counts: no login may fail, no password may appear in a log.

  --rotations N     how many rotations to run, 1 to 1000         (6)
  --services N      how many ECS services use the credential, 1 to 20  (2)
  --tasks N         tasks of each service, 1 to 20               (2)
  --postgres MAJOR  PostgreSQL 15, 16, 17 or 18                  (17)
  --strategy S      dual-user: two users, each with its secret; alternating: two users, one secret; single: one
                    user, whose logins fail until its services are restarted  (dual-user)
  --delivery D      how the tasks get their credential: secret, a secret of Secrets Manager; parameter, a parameter of
                    Parameter Store; entrypoint, a script that picks from both users' secrets  (secret)
${ROLLOUT_HELP}
  --compare         run every strategy under the same load, and print the logins that failed side by side
  --adopt           an application runs already, on a user, a schema and a secret of its own: Tandem adopts it
                    without a restart, and then rotates
  --compromised     the active password leaks, and somebody has sessions open with it: every service is moved off it,
                    its user locked out, the sessions ended, the password replaced; prints how long it took
  --json FILE       write the report as JSON; - for standard output, and then nothing else goes there
                    (${quietly(command)} --json -)
  --report FILE     write a page to look at, of one file without a script: what happened when, to whom, and every
                    login; for a browser, a phone or paper
  --soak            rotate many times (200) and measure what must not grow with them: processes, sessions, file
                    handles, versions of the secrets, the record, logs
  --faults LIST     break things while it rotates: every fault of the list once, each in a rotation, and see that
                    Tandem gets over it; all, or names from below with commas between them
  --seed N          what decides order, moments and combinations of faults, 0 to 4294967295; printed at the end, so
                    that a run can be had again (a new one each time)
  --help            this text

Faults:
${faultsHelp()}

Exit codes: 0 no login failed, nothing leaked and nothing grew; 1 the drill found something; 2 it could not be run as asked;
130 interrupted.
`;
}

/** npm says what it runs, unless it is told not to. */
function quietly(command: string): string {
  return command.replace('npm start', 'npm start --silent');
}

/** What is wrong with the command line: every problem at once. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const MAJORS = ['15', '16', '17', '18'] as const;

const OPTIONS = {
  rotations: { type: 'string' },
  services: { type: 'string' },
  tasks: { type: 'string' },
  postgres: { type: 'string' },
  strategy: { type: 'string' },
  delivery: { type: 'string' },
  compare: { type: 'boolean' },
  ...ROLLOUT_OPTIONS,
  adopt: { type: 'boolean' },
  compromised: { type: 'boolean' },
  json: { type: 'string' },
  report: { type: 'string' },
  soak: { type: 'boolean' },
  faults: { type: 'string' },
  seed: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/**
 * @param args without the program's name
 * @returns `help` where the usage was asked for
 * @throws UsageError
 */
export function parseOptions(args: readonly string[]): DrillOptions | 'help' {
  const { values, tokens } = parseArgs({
    args: [...args],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: OPTIONS,
  });
  if (values.help === true) return 'help';
  const problems = strangers(tokens, Object.keys(OPTIONS));
  const count = (
    name: string,
    value: string | boolean | undefined,
    fallback: number,
    most: number,
  ): number => {
    if (value === undefined) return fallback;
    const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : 0;
    if (number < 1 || number > most)
      problems.push(`--${name} takes a whole number from 1 to ${most}, not ${JSON.stringify(value)}`);
    return number;
  };
  const major = values.postgres ?? '17';
  const postgres = MAJORS.find((candidate) => candidate === major);
  if (postgres === undefined)
    problems.push(`--postgres takes ${MAJORS.join(', ')}, not ${JSON.stringify(major)}`);
  const strategy = strategyOf(values, problems);
  const faults = faultsOf(values, strategy, problems);
  const soak = values.soak === true;
  const options: DrillOptions = {
    rotations: count('rotations', values.rotations, soak ? SOAK_ROTATIONS : 6, 1_000),
    services: count('services', values.services, 2, 20),
    tasks: count('tasks', values.tasks, 2, 20),
    postgres: postgres ?? '17',
    ...{ strategy, delivery: deliveryOf(values, problems) },
    ...rolloutOptionsOf(values, problems),
    compare: values.compare === true,
    adopt: values.adopt === true,
    ...{ soak, faults },
    compromised: compromisedOf(values, problems),
    ...filesOf(values, problems),
  };
  if (soak) problems.push(...againstSoak(options));
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  return options;
}

function filesOf(
  { json, report }: Readonly<Record<string, string | boolean | undefined>>,
  problems: string[],
): Pick<DrillOptions, 'json' | 'report'> {
  if (json !== undefined && (typeof json !== 'string' || json === ''))
    problems.push('--json takes a file name, or - for standard output');
  if (report !== undefined && (typeof report !== 'string' || report === ''))
    problems.push('--report takes the name of the file to write, such as drill.html');
  return {
    json: typeof json === 'string' ? json : null,
    report: typeof report === 'string' ? report : null,
  };
}

const SOAK_ROTATIONS = 200;

/** What shows a growth: a few rotations to warm up, and as many at the end. */
const LEAST_SOAK_ROTATIONS = 10;

function againstSoak({ rotations, adopt, faults, report }: DrillOptions): string[] {
  return [
    ...(rotations < LEAST_SOAK_ROTATIONS
      ? [`--soak takes ${LEAST_SOAK_ROTATIONS} rotations or more, not ${rotations}`]
      : []),
    ...(adopt ? ['--adopt does not go with --soak'] : []),
    ...(report === null ? [] : ['--report does not go with --soak: what matters of it is a table']),
    ...(faults === null ? [] : ['--faults does not go with --soak']),
  ];
}

function compromisedOf(
  {
    compromised,
    rotations,
    adopt,
    faults,
    report,
    soak,
  }: Readonly<Record<string, string | boolean | undefined>>,
  problems: string[],
): boolean {
  if (compromised !== true) return false;
  const others = Object.entries({ rotations, adopt, faults, report, soak }).filter(
    ([, value]) => value !== undefined,
  );
  for (const [name] of others) problems.push(`--${name} does not go with --compromised`);
  return true;
}

const MOST_SEED = 2 ** 32 - 1;

function faultsOf(
  { faults, seed, rotations, adopt }: Readonly<Record<string, string | boolean | undefined>>,
  strategy: Strategy,
  problems: string[],
): DrillOptions['faults'] {
  if (faults === undefined) {
    if (seed !== undefined) problems.push('--seed is of use with --faults only');
    return null;
  }
  if (rotations !== undefined) problems.push('--rotations does not go with --faults: each fault has its own');
  if (adopt !== undefined) problems.push('--adopt does not go with --faults');
  const number = typeof seed === 'string' && /^\d+$/.test(seed) ? Number(seed) : -1;
  if (seed !== undefined && (number < 0 || number > MOST_SEED))
    problems.push(`--seed takes a whole number from 0 to ${MOST_SEED}, not ${JSON.stringify(seed)}`);
  const parsed = parseFaults(typeof faults === 'string' ? faults : '', strategy);
  problems.push(...parsed.problems);
  return { list: parsed.faults, seed: seed === undefined ? randomInt(MOST_SEED) : number };
}
