import { windowsBetween } from '../../stacks/config/calendar';
import { loadConfiguration } from '../../stacks/config/load';
import type { CredentialConfiguration } from '../../stacks/config/schema';
import { EXIT } from '../exit';
import { moment, table, type Terminal } from '../terminal';

/** Rotations that the schedules will bring, by credential. */
interface Rotation {
  readonly credential: string;
  readonly slot: 'blue' | 'green';
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
  const { prefix } = configuration;
  terminal.answer({ file, prefix, problems: [], rotations }, () => {
    const heading = `${file} can be synthesized: ${prefix}, ${Object.keys(configuration.credentials).join(', ')}.`;
    const rows = rotations.map(({ credential, slot, opens, closes }) => [
      moment(Date.parse(opens)),
      moment(Date.parse(closes)),
      credential,
      slot,
    ]);
    return `${heading}\n\n${table([['window opens', 'window closes', 'credential', 'schedule of'], ...rows])}\n\nWhichever slot a window names, the one that is the standby then is rotated.`;
  });
  return EXIT.done;
}

function rotationsOf(
  credential: string,
  { schedule }: CredentialConfiguration,
  from: number,
  until: number,
): Rotation[] {
  return windowsBetween(schedule.blue, schedule.green, from, until).map(({ slot, opens, closes }) => ({
    credential,
    slot,
    opens: new Date(opens).toISOString(),
    closes: new Date(closes).toISOString(),
  }));
}
