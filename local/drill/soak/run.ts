import { leaksOf, serviceNames } from '../drill';
import type { Delivery, Strategy } from '../installation/model';
import type { Output } from '../output';
import { rotateStandby } from '../rotate';
import { raiseStage, type Stage } from '../stage';
import { read, total, type Reading, type Total } from './readings';
import { blockOf, soakComplaints, spanOf, type Block, type SoakReport } from './report';

/** What a soak is asked to do. */
export interface SoakOptions {
  readonly rotations: number;
  readonly services: number;
  /** Tasks of each service. */
  readonly tasks: number;
  readonly postgres: '15' | '16' | '17' | '18';
  /** Of two users. */
  readonly strategy: Strategy;
  readonly delivery: Delivery;
}

const BLOCKS = 10;

/** Few: what could grow grows with rotations. */
const LOGINS_PER_ROTATION = 20;

/** AWS keeps an unlabelled version for a day; here that day is short, so that a run of minutes sees them go. */
const KEPT_MS = 20_000;

/** Each attempt is a new connection over TLS: more of them would only make the rotations slower. */
const ATTEMPT_EVERY_MS = 50;

/**
 * Rotates many times and measures what must not grow with the number of rotations.
 * @throws DrillError where something did not come about; the signal's reason when it is aborted
 */
export async function runSoak(
  options: SoakOptions,
  output: Output,
  signal: AbortSignal,
): Promise<SoakReport> {
  const startedAt = Date.now();
  const { postgres, tasks, rotations, strategy, delivery } = options;
  const environment = { ATTEMPT_EVERY_MS: String(ATTEMPT_EVERY_MS) };
  const services = serviceNames(options.services).map((name) => ({ name, environment }));
  const settings = { versions: { keptMs: KEPT_MS } };
  const quiet = quietable(output);
  const asked = { postgres, services, tasks, settings, strategy, delivery };
  const stage = await raiseStage(asked, quiet.output, signal);
  try {
    quiet.hush();
    const blocks: Block[] = [];
    let before = await total(stage, KEPT_MS);
    for (const { first, last } of spansOf(rotations)) {
      const { block, after } = await rotateThrough(stage, { first, last }, before);
      blocks.push(block);
      before = after;
      output.progress(
        `rotations ${spanOf(block)} of ${rotations}: ${Math.round(block.durationMs / 1_000)} s`,
      );
    }
    return conclude(options, stage, { blocks, startedAt, say: quiet.say });
  } finally {
    await stage.close();
  }
}

/** So many rotations in blocks of about the same length. */
function spansOf(rotations: number): readonly Pick<Block, 'first' | 'last'>[] {
  const ends = Array.from({ length: BLOCKS }, (_, index) => Math.round(((index + 1) * rotations) / BLOCKS));
  return ends.map((last, index) => ({ first: (ends[index - 1] ?? 0) + 1, last }));
}

async function rotateThrough(
  stage: Stage,
  span: Pick<Block, 'first' | 'last'>,
  before: Total,
): Promise<{ readonly block: Block; readonly after: Total }> {
  const startedAt = Date.now();
  const readings: Reading[] = [];
  for (let round = span.first; round <= span.last; round += 1) {
    await rotateStandby(stage, LOGINS_PER_ROTATION);
    readings.push(await read(stage));
  }
  const after = await total(stage, KEPT_MS);
  return { block: blockOf({ ...span, durationMs: Date.now() - startedAt }, readings, before, after), after };
}

/** An output that can be told to only remember: nobody reads what the 150th rotation did. */
function quietable(output: Output): {
  readonly output: Output;
  readonly hush: () => void;
  /** Progress that is told nevertheless. */
  readonly say: (line: string) => void;
} {
  const remembered: string[] = [];
  let quiet = false;
  const unlessQuiet = (say: (line: string) => void) => (line: string) => {
    if (quiet) remembered.push(line);
    else say(line);
  };
  return {
    output: {
      progress: unlessQuiet((line) => output.progress(line)),
      headline: unlessQuiet((line) => output.headline(line)),
      text: (text) => output.text(text),
      said: () => [output.said(), ...remembered].join('\n'),
    },
    hush: () => {
      quiet = true;
    },
    say: (line) => output.progress(line),
  };
}

function conclude(
  { rotations, services, tasks, strategy, delivery }: SoakOptions,
  stage: Stage,
  {
    blocks,
    startedAt,
    say,
  }: {
    readonly blocks: readonly Block[];
    readonly startedAt: number;
    readonly say: (line: string) => void;
  },
): SoakReport {
  const { system, logins, server } = stage;
  const leaks = leaksOf(stage);
  for (const place of leaks.places) say(`a password appears in ${place}`);
  const report = {
    ...{ strategy, delivery },
    postgres: system.postgres.version,
    services,
    tasks,
    rotations,
    blocks,
    logins: logins.count(),
    refused: server.refusals(startedAt, Date.now()),
    leaks: leaks.count,
    durationMs: Date.now() - startedAt,
  };
  return { ok: soakComplaints(report).length === 0, ...report };
}
