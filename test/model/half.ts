import { search, type Found, type Protocol } from './stories';

/** Stories that are played under one seed. */
const BATCH = 500;

/** What one half has to play. */
export interface Share extends Protocol {
  readonly seed: number;
  /** A path that an earlier failure printed: that one story. */
  readonly path?: string | undefined;
  readonly runs: number;
  /** At least for so long. */
  readonly minutes: number;
}

async function play({ strategy, delivery, seed, path, runs, minutes }: Share): Promise<Found> {
  const until = Date.now() + minutes * 60_000;
  let played = 0;
  for (let batch = 0; played < runs || Date.now() < until; batch += 1) {
    const left = minutes > 0 ? BATCH : Math.min(BATCH, runs - played);
    const found = await search({ strategy, delivery, runs: left, seed: seed + 2 * batch, path });
    if (found.violation !== null || path !== undefined) return found;
    played += found.runs;
  }
  return { runs: played, violation: null };
}

// Refusals are thrown by the thousand, and nobody asks where from.
Error.stackTraceLimit = 0;
void play(JSON.parse(process.argv[2] ?? '') as Share).then((found) =>
  process.stdout.write(JSON.stringify(found)),
);
