import { hasOneSecret } from '../../lambda-src/contract/config-document';
import { windowsBetween, type Scheduled } from '../../stacks/config/calendar';
import { loadConfiguration } from '../../stacks/config/load';
import type { CredentialConfiguration } from '../../stacks/config/schema';
import { rateHours } from '../../stacks/config/strategy';
import { EXIT } from '../exit';
import { moment, table, type Terminal } from '../terminal';

/** Rotations that the schedules will bring, by credential. */
interface Rotation {
  readonly credential: string;
  /** Whose schedule it is: a slot's, or the one secret's. */
  readonly slot: Scheduled;
  /** ISO 8601, UTC: Secrets Manager picks a moment between the two. */
  readonly opens: string;
  readonly closes: string;
}

/**
 * Reads a configuration as synthesis does, and lists the rotation windows that come.
 * @returns the exit code
 * @throws ConfigurationError with every problem
 */
export function check(terminal: Terminal, file: string, months: number, now: number): number {
  const configuration = loadConfiguration(file);
  const from = new Date(now);
  const until = Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months, from.getUTCDate());
  const rotations = Object.entries(configuration.credentials)
    .flatMap(([name, credential]) => rotationsOf(name, credential, now, until))
    .sort((a, b) => a.opens.localeCompare(b.opens));
  const rates = ratesOf(configuration.credentials);
  const { prefix } = configuration;
  terminal.answer({ file, prefix, problems: [], rotations, rates }, () => {
    const names = Object.keys(configuration.credentials).join(', ');
    return [
      `${file} can be synthesized: ${prefix}, ${names}.`,
      ...(rotations.length === 0 ? [] : ['', calendar(rotations)]),
      ...rates.map(
        ({ credential, expression }) => `\n${credential} is rotated at ${expression}, ${COUNTED}.`,
      ),
      ...(rotations.some(({ slot }) => slot !== 'secret') ? ['', WHICHEVER] : []),
    ].join('\n');
  });
  return EXIT.done;
}

const COUNTED = 'which Secrets Manager counts from the apply that sets it';
const WHICHEVER = 'Whichever slot a window names, the one that is the standby then is rotated.';

function calendar(rotations: readonly Rotation[]): string {
  const rows = rotations.map(({ credential, slot, opens, closes }) => [
    moment(Date.parse(opens)),
    moment(Date.parse(closes)),
    credential,
    slot === 'secret' ? 'its secret' : slot,
  ]);
  return table([['window opens', 'window closes', 'credential', 'schedule of'], ...rows]);
}

/** Rotations at a rate have no dates that a configuration could tell. */
function ratesOf(
  credentials: Readonly<Record<string, CredentialConfiguration>>,
): { readonly credential: string; readonly expression: string }[] {
  return Object.entries(credentials).flatMap(([credential, { strategy, schedule }]) => {
    const { expression } = schedule.secret;
    return hasOneSecret(strategy) && rateHours(expression) !== null ? [{ credential, expression }] : [];
  });
}

function rotationsOf(
  credential: string,
  { strategy, schedule }: CredentialConfiguration,
  from: number,
  until: number,
): Rotation[] {
  const { blue, green, secret } = schedule;
  const { expression: cron, windowHours } = secret;
  const one = rateHours(cron) === null ? { secret: { cron, windowHours } } : {};
  return windowsBetween(hasOneSecret(strategy) ? one : { blue, green }, from, until).map(
    ({ slot, opens, closes }) => ({
      credential,
      slot,
      opens: new Date(opens).toISOString(),
      closes: new Date(closes).toISOString(),
    }),
  );
}
