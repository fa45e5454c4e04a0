import type { Delivery, Strategy } from '../installation/model';
import { formatTable, seconds } from '../report';
import type { Tally } from './outages';

/** One fault of one run. Times are milliseconds. */
export interface FaultReport {
  readonly fault: string;
  /** Since the beginning of the run. */
  readonly atMs: number;
  readonly injected: string;
  readonly answered: string;
}

/** One rotation and what was done to it. */
export interface RoundReport {
  /** What it is called: `kill-set under throttling`. */
  readonly name: string;
  readonly faults: readonly FaultReport[];
  /** Since the beginning of the run. */
  readonly fromMs: number;
  readonly untilMs: number;
  /** From the first fault until everything was in order again. */
  readonly convergedMs: number;
  readonly logins: Tally;
  /** Logins that the server refused, whoever tried, except while it was in an older state. */
  readonly refused: number;
}

/** The report of a drill with faults, as `--json` writes it. */
export interface FaultsReport {
  readonly ok: boolean;
  readonly seed: number;
  readonly strategy: Strategy;
  readonly delivery: Delivery;
  readonly postgres: string;
  readonly services: number;
  readonly tasks: number;
  readonly rounds: readonly RoundReport[];
  readonly logins: Tally;
  /** Appearances of any password that was ever set in any log. */
  readonly leaks: number;
  /** Why it ended before its last round; null where it did not. */
  readonly broken: string | null;
  readonly durationMs: number;
}

/** Why a run is no success; empty where it is one. */
export function faultComplaints(report: Omit<FaultsReport, 'ok'>): string[] {
  const { logins, rounds, leaks, broken } = report;
  const refused = rounds.reduce((sum, round) => sum + round.refused, 0);
  return [
    ...(broken === null ? [] : [broken]),
    ...(logins.failed > 0 ? [`${logins.failed} logins failed`] : []),
    ...(logins.ok === 0 ? ['not one login was made'] : []),
    ...(refused > 0 ? [`the server refused ${refused} logins`] : []),
    ...(leaks > 0 ? [`passwords appear ${leaks} times in logs`] : []),
  ];
}

/** A line of figures for each round, what was injected and what Tandem did under it, and the verdict. */
export function formatFaultsReport(report: FaultsReport, problems: readonly string[]): string {
  const [head = '', rule = '', ...lines] = formatTable(faultRows(report)).split('\n');
  const told = lines.flatMap((line, index) => [
    line,
    ...(report.rounds[index]?.faults ?? []).map(
      ({ injected, answered }) => `     ${injected}\n       → ${answered}`,
    ),
  ]);
  return [head, rule, ...told, '', explanation(report), faultVerdict(report, problems), ''].join('\n');
}

/** A line of figures for each round, their head first. */
export function faultRows({ rounds }: FaultsReport): readonly (readonly string[])[] {
  const header = ['#', 'faults', 'at', 'converged', 'logins', 'failed', 'outage', 'refused'];
  const rows = rounds.map(({ name, faults, convergedMs, logins, refused }, index) => [
    String(index + 1),
    name,
    seconds(Math.min(...faults.map(({ atMs }) => atMs))),
    seconds(convergedMs),
    String(logins.ok + logins.failed + logins.outage),
    String(logins.failed),
    String(logins.outage),
    String(refused),
  ]);
  return [header, ...rows];
}

function explanation({ logins }: FaultsReport): string {
  return logins.outage === 0
    ? ''
    : `outage: ${logins.outage} logins failed because of the database itself: it was down, or it had been given back older\n` +
        'passwords and nobody had reasserted them yet. No rotation can prevent these; failed counts all the others.\n';
}

/** How a run went, in a sentence, with what it takes to have it again. */
export function faultVerdict(
  { rounds, logins, seed, durationMs }: FaultsReport,
  problems: readonly string[],
): string {
  const faults = rounds.reduce((sum, round) => sum + round.faults.length, 0);
  const replay = `Seed ${seed}, ${seconds(durationMs)}.`;
  return problems.length === 0
    ? `PASSED: ${faults} faults in ${rounds.length} rounds, ${logins.ok} logins, 0 failed; no password in any log. ${replay}`
    : `FAILED: ${problems.join('; ')}. ${replay}`;
}
