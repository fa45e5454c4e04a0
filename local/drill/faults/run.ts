import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { leaksOf, serviceNames } from '../drill';
import type { Delivery, Strategy } from '../installation/model';
import type { Output } from '../output';
import { raiseStage, type Stage } from '../stage';
import type { Timeline } from '../timeline/model';
import { timelineOf } from '../timeline/recorded';
import { DrillError } from '../wait';
import { FaultBoard } from './board';
import { untilConverged } from './converged';
import type { Fault, Scene, Switch, Switches, Told } from './model';
import { Outages } from './outages';
import { planRounds, roundName, type Round } from './plan';
import { seededRandom, type Random } from './random';
import { faultComplaints, type FaultReport, type FaultsReport, type RoundReport } from './report';
import { seeThrough, standbyOf } from './rotation';
import { startRotation } from '../rotate';

/** What a drill with faults is asked to do. */
export interface FaultOptions {
  readonly faults: readonly Fault[];
  readonly seed: number;
  readonly services: number;
  readonly tasks: number;
  readonly postgres: '15' | '16' | '17' | '18';
  /** Of two users. */
  readonly strategy: Strategy;
  readonly delivery: Delivery;
}

/** Seconds: short, because what a killed function held is free again after them, and a stale rotation after four times as many. */
const TIMEOUTS = { rotator: 5, orchestrator: 12 };

/** Each attempt is a new connection over TLS: more of them would only take the machine from what is tested. */
const ATTEMPT_EVERY_MS = 25;

const QUICK = {
  events: { rateEveryMs: 2_000 },
  ecs: { stopTimeoutMs: 3_000, healthCheckSecondMs: 100 },
  rotation: { retries: 2, backoffMs: 1_000 },
};

/**
 * Runs the whole system, injects every fault once, and counts. What a fault breaks is mended by Tandem alone, except
 * where a person is part of the answer.
 * @param keep is given what happened and when, also of a run that fails
 * @throws the signal's reason when it is aborted
 */
export async function runFaults(
  options: FaultOptions,
  output: Output,
  signal: AbortSignal,
  keep?: (timeline: Timeline) => void,
): Promise<FaultsReport> {
  const startedAt = Date.now();
  const directory = mkdtempSync(path.join(tmpdir(), 'tandem-switches-'));
  const switches = switchesIn(directory);
  const board = new FaultBoard();
  try {
    const stage = await raise(options, { directory, board }, output, signal);
    try {
      const run = { stage, board, switches, outages: new Outages() };
      const rounds: RoundReport[] = [];
      const broken = await playAll(options, run, rounds, startedAt);
      return conclude(options, run, { rounds, broken, startedAt });
    } finally {
      try {
        if (!signal.aborted) keep?.(timelineOf(stage, startedAt));
      } finally {
        await stage.close();
      }
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

type Run = Omit<Scene, 'random'>;

async function raise(
  { services, tasks, postgres, strategy, delivery }: FaultOptions,
  { directory, board }: { readonly directory: string; readonly board: FaultBoard },
  output: Output,
  signal: AbortSignal,
): Promise<Stage> {
  const environment = { DEAF_FILE: path.join(directory, 'deaf'), ATTEMPT_EVERY_MS: String(ATTEMPT_EVERY_MS) };
  const sick = path.join(directory, 'sick');
  // The file names the user whose tasks are sick; the check reads the task's own DATABASE_URL, or which slot it picks.
  const held = '$DATABASE_URL app_$TANDEM_POINTER';
  const healthCheck = `user=$(cat '${sick}' 2>/dev/null) || exit 0; case "${held}" in *"$user"*) exit 1;; esac`;
  const names = serviceNames(services);
  const plans = names.map((name, index) => ({
    name,
    environment,
    ...(index === names.length - 1 ? { healthCheck } : {}),
  }));
  const credential = { strategy, delivery };
  const stage = { postgres, services: plans, tasks, timeouts: TIMEOUTS, settings: QUICK, ...credential };
  return await raiseStage({ ...stage, faults: board.system }, output, signal);
}

function switchesIn(directory: string): Switches {
  const file = (name: string): Switch => {
    const at = path.join(directory, name);
    return {
      on: (text = '') => writeFileSync(at, text),
      off: () => {
        if (existsSync(at)) rmSync(at);
      },
    };
  };
  return { deaf: file('deaf'), sick: file('sick') };
}

/** @returns why it ended early; null where every round was played */
async function playAll(
  { faults, seed }: FaultOptions,
  run: Run,
  rounds: RoundReport[],
  startedAt: number,
): Promise<string | null> {
  const random = seededRandom(seed);
  const plan = planRounds(faults, random.branch('plan'));
  for (const [index, round] of plan.entries()) {
    const name = roundName(round);
    run.stage.output.headline(`round ${index + 1} of ${plan.length}: ${name}`);
    try {
      rounds.push(await play(round, run, random, startedAt));
    } catch (error) {
      if (run.stage.signal.aborted || !(error instanceof DrillError)) throw error;
      return `in ${name}: ${error.message.replace(/\.$/, '')}`;
    }
  }
  return null;
}

async function play(
  { incident, weather }: Round,
  run: Run,
  random: Random,
  startedAt: number,
): Promise<RoundReport> {
  const { stage, outages } = run;
  const from = Date.now();
  const scene = (fault: Fault): Scene => ({ ...run, random: random.branch(fault.name) });
  const endWeather = weather?.begin(scene(weather));
  const told: FaultReport[] = [];
  const note = (fault: string, { at, injected, answered }: Told) =>
    told.push({ fault, atMs: at - startedAt, injected, answered });
  try {
    if (incident === null) await rotateOnce(stage);
    else note(incident.name, await incident.play(scene(incident)));
    await untilConverged(stage);
  } finally {
    if (weather !== null && endWeather !== undefined) note(weather.name, endWeather());
  }
  const until = Date.now();
  const report = {
    name: roundName({ incident, weather }),
    faults: told,
    fromMs: from - startedAt,
    untilMs: until - startedAt,
    convergedMs: until - startedAt - Math.min(...told.map(({ atMs }) => atMs)),
    logins: outages.tally(stage.logins, from, until),
    refused: refusedIn(run, from, until),
  };
  for (const { injected, answered } of told) stage.output.progress(`  ${injected} → ${answered}`);
  const { ok, failed, outage } = report.logins;
  stage.output.progress(`  ${ok} logins, ${failed} failed, ${outage} in an outage of the database`);
  return report;
}

async function rotateOnce(stage: Stage): Promise<void> {
  const slot = await standbyOf(stage);
  await seeThrough(stage, slot, await startRotation(stage, slot));
}

/** What the server refused while it was in its right state. */
function refusedIn({ stage, outages }: Run, from: number, until: number): number {
  const within = (start: number, end: number) => (end > start ? stage.server.refusals(start, end) : 0);
  const explained = outages
    .restored()
    .reduce((sum, outage) => sum + within(Math.max(from, outage.from), Math.min(until, outage.until)), 0);
  return within(from, until) - explained;
}

function conclude(
  { seed, services, tasks, strategy, delivery }: FaultOptions,
  { stage, outages }: Run,
  {
    rounds,
    broken,
    startedAt,
  }: {
    readonly rounds: readonly RoundReport[];
    readonly broken: string | null;
    readonly startedAt: number;
  },
): FaultsReport {
  const leaks = leaksOf(stage);
  for (const place of leaks.places) stage.output.progress(`a password appears in ${place}`);
  for (const attempt of stage.logins.failures().filter((one) => !outages.explains(one)))
    stage.output.progress(`failed login at ${new Date(attempt.at).toISOString()}: ${attempt.error ?? ''}`);
  const report = {
    seed,
    strategy,
    delivery,
    postgres: stage.system.postgres.version,
    services,
    tasks,
    rounds,
    logins: outages.tally(stage.logins),
    leaks: leaks.count,
    broken,
    durationMs: Date.now() - startedAt,
  };
  return { ok: faultComplaints(report).length === 0, ...report };
}
