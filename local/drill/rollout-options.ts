/** What a rollout of the drill has besides. Seconds; null where it was not asked for. */
export interface RolloutOptions {
  /** Whether the services use two credentials, which form a group. */
  readonly group: boolean;
  /** How long the cache of a reader keeps a value. */
  readonly reader: number | null;
  /** How long the first service is watched before the others follow. */
  readonly canary: number | null;
  /** From the end of a rollout until the former user is locked out. */
  readonly retire: number | null;
}

/** A rollout as it is by default. */
export const PLAIN_ROLLOUT: RolloutOptions = { group: false, reader: null, canary: null, retire: null };

/** As `parseArgs` takes them. */
export const ROLLOUT_OPTIONS = {
  group: { type: 'boolean' },
  reader: { type: 'string' },
  canary: { type: 'string' },
  retire: { type: 'string' },
} as const;

export const ROLLOUT_HELP = `\
  --group           every service uses a second credential as well, in a database of its own: both are rotated, one
                    right after the other, and rolled out one at a time
  --reader SECONDS  a further service, which nobody redeploys, reads the active secret in code, through a cache that
                    keeps it so long: every rollout waits until it has let go of the former credential
  --canary SECONDS  the first service moves alone; the others follow so long after it has moved
  --retire SECONDS  so long after a rollout the former user may not log in any more, until its own next rotation`;

type Values = Readonly<Record<string, string | boolean | undefined>>;

/** The least that the configuration takes for each. */
const LEAST = { reader: 1, canary: 0, retire: 0 } as const;
const MOST_SECONDS = 600;

/** What is a drill of its own, with a rollout of its own. */
const OTHER_DRILLS = ['faults', 'soak', 'compromised', 'compare'] as const;

/** @param problems what is wrong is added to them */
export function rolloutOptionsOf(values: Values, problems: string[]): RolloutOptions {
  const of = (name: keyof typeof LEAST): number | null => {
    const value = values[name];
    if (value === undefined) return null;
    for (const drill of OTHER_DRILLS)
      if (values[drill] !== undefined) problems.push(`--${name} does not go with --${drill}`);
    const { strategy = 'dual-user' } = values;
    if (strategy !== 'dual-user') problems.push(`--${name} goes with the strategy dual-user only`);
    const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : -1;
    if (number < LEAST[name] || number > MOST_SECONDS)
      problems.push(
        `--${name} takes whole seconds from ${LEAST[name]} to ${MOST_SECONDS}, not ${JSON.stringify(value)}`,
      );
    return number;
  };
  const group = groupOf(values, problems);
  const found = { group, reader: of('reader'), canary: of('canary'), retire: of('retire') };
  if (found.reader !== null) problems.push(...againstReader(values));
  if (found.retire !== null && values['adopt'] !== undefined)
    problems.push('--retire does not go with --adopt: in the end both users log in and use everything');
  if (found.canary !== null && values['services'] === '1')
    problems.push('--canary takes two services or more: with one, nobody follows it');
  return found;
}

function groupOf(values: Values, problems: string[]): boolean {
  const { group, strategy, delivery } = values;
  if (group === undefined) return false;
  for (const name of [...OTHER_DRILLS, 'adopt', 'report'])
    if (values[name] !== undefined) problems.push(`--${name} does not go with --group`);
  if (strategy === 'single')
    problems.push('--group goes with two users only: a rollout of the strategy single waits for no group');
  if (delivery === 'entrypoint')
    problems.push('--group does not go with --delivery entrypoint: a container picks from one credential');
  return true;
}

function againstReader({ adopt, delivery = 'secret' }: Values): string[] {
  return [
    ...(adopt === undefined ? [] : ['--reader does not go with --adopt']),
    ...(delivery === 'secret' ? [] : ['--reader goes with the delivery secret only: that is what it reads']),
  ];
}
