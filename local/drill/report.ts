import type { Delivery, Strategy } from './installation/model';
import type { RolloutOptions } from './rollout-options';

/** What the drill counted in one rotation. Times are milliseconds. */
export interface RotationReport {
  /** Its name. */
  readonly credential: string;
  readonly slot: string;
  /** From RotateSecret to the end of finishSecret. */
  readonly rotationMs: number;
  /** From the end of finishSecret until the record was settled. */
  readonly rolloutMs: number;
  /** From the publish until the last login of the reader with the former credential; null without a reader. */
  readonly readerMs: number | null;
  /** From when the canary was seen to have moved until the next service was redeployed; null without a canary. */
  readonly canaryMs: number | null;
  readonly logins: Logins;
  /** In which logins failed, before the record was settled. */
  readonly window: FailureWindow;
  /** What the rotator's four steps called, by `service:Operation`. */
  readonly awsCalls: Readonly<Record<string, number>>;
  /** Connections of the rotator's four steps. */
  readonly postgresConnections: number;
  /** Failed logins on the server, whoever made them. */
  readonly failedAuthentications: number;
}

export interface Logins {
  readonly ok: number;
  readonly failed: number;
}

export interface FailureWindow {
  readonly failed: number;
  /** From the first of them to the end of the last. */
  readonly ms: number;
}

/** The drill's report, as `--json` writes it. */
export interface DrillReport extends RolloutOptions {
  readonly ok: boolean;
  readonly strategy: Strategy;
  readonly delivery: Delivery;
  /** For instance `17.10`. */
  readonly postgres: string;
  /** Whether the services ran before Tandem did, and were adopted. */
  readonly adopted: boolean;
  readonly services: number;
  readonly tasks: number;
  readonly rotations: readonly RotationReport[];
  readonly logins: Logins;
  /** Rollouts that began while the other credential of the group was being rolled out. */
  readonly overlaps: number;
  /** Appearances of any password that was ever set in any log. */
  readonly leaks: number;
}

/** Why a run is no success; empty where it is one. */
export function complaints(report: Omit<DrillReport, 'ok'>, asked: number): string[] {
  const { strategy, rotations } = report;
  const allowed = strategy === 'single' ? sumOf(rotations.map(({ window }) => window.failed)) : 0;
  const failed = report.logins.failed - allowed;
  const refused = strategy === 'single' ? 0 : sumOf(rotations.map((one) => one.failedAuthentications));
  const where = strategy === 'single' ? ' outside of a rotation and its rollout' : '';
  const hurried = rotations.filter(
    ({ canaryMs }) => canaryMs !== null && canaryMs < (report.canary ?? 0) * 1_000,
  );
  return [
    ...(report.rotations.length < asked
      ? [`only ${report.rotations.length} of ${asked} rotations were made`]
      : []),
    ...(failed > 0 ? [`${failed} logins failed${where}`] : []),
    ...(report.logins.ok === 0 ? ['not one login was made'] : []),
    ...(refused > 0 ? [`the server refused ${refused} logins`] : []),
    ...(report.overlaps > 0 ? [`${report.overlaps} rollouts of the group began during another one`] : []),
    ...(hurried.length > 0 ? [`the canary was not waited for in ${hurried.length} rollouts`] : []),
    ...(report.leaks > 0 ? [`passwords appear ${report.leaks} times in logs`] : []),
  ];
}

/** Milliseconds of the longest window in which logins failed. */
export function longestWindow({ rotations }: Pick<DrillReport, 'rotations'>): number {
  return Math.max(0, ...rotations.map(({ window }) => window.ms));
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/** The summary table and the verdict. */
export function formatReport(report: DrillReport, problems: readonly string[]): string {
  const notes = notesOf(report).map((note) => `  ${note}\n`);
  const legend = notes.length === 0 ? '' : `${notes.join('')}\n`;
  return `${formatTable(reportRows(report))}\n\n${legend}${verdictOf(report, problems)}\n`;
}

/** What the rollouts had besides, in sentences. */
function notesOf({ group, reader, canary, retire }: DrillReport): readonly string[] {
  return [
    ...(group ? ['group: each service uses both credentials; of their rollouts, one came at a time.'] : []),
    ...(reader === null
      ? []
      : [
          `reader: how long it went on with the former credential, which its cache keeps for ${reader} s; rollouts wait.`,
        ]),
    ...(canary === null
      ? []
      : [`canary: in each rollout the first service moved alone, the others ${canary} s later or more.`]),
    ...(retire === null
      ? []
      : [`retire: ${retire} s after each rollout or later, the former user could log in no more.`]),
  ];
}

/** The summary, its head first. */
export function reportRows({ rotations, reader, group }: DrillReport): readonly (readonly string[])[] {
  const ofReader = (cell: string) => (reader === null ? [] : [cell]);
  const header = [
    '#',
    'slot',
    'rotation',
    'rollout',
    ...ofReader('reader'),
    'logins',
    'failed',
    'AWS calls',
    'connections',
    'refused',
  ];
  const rows = rotations.map((rotation, index) => [
    String(index + 1),
    group ? `${rotation.credential} ${rotation.slot}` : rotation.slot,
    seconds(rotation.rotationMs),
    seconds(rotation.rolloutMs),
    ...ofReader(rotation.readerMs === null ? '-' : seconds(rotation.readerMs)),
    String(rotation.logins.ok + rotation.logins.failed),
    String(rotation.logins.failed),
    String(callsOf(rotation)),
    String(rotation.postgresConnections),
    String(rotation.failedAuthentications),
  ]);
  return [header, ...rows];
}

/** How a run went, in a sentence. */
export function verdictOf(report: DrillReport, problems: readonly string[]): string {
  const { strategy, rotations, logins } = report;
  const window = longestWindow(report);
  const where =
    strategy === 'single' ? `, each within the window of its rotation (the longest ${window} ms)` : '';
  return problems.length === 0
    ? `PASSED: ${rotations.length} rotations, ${logins.ok + logins.failed} logins, ${logins.failed} failed${where}; no password in any log.`
    : `FAILED: ${problems.join('; ')}.`;
}

export function callsOf({ awsCalls }: RotationReport): number {
  return Object.values(awsCalls).reduce((sum, count) => sum + count, 0);
}

/** As the drill tells durations: `1.40 s`. */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(2)} s`;
}

/** Columns as wide as their widest cell; words to the left, figures to the right. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        column === 1 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ');
  const [header = [], ...body] = rows;
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [line(header), rule, ...body.map(line)].map((text) => `  ${text}`).join('\n');
}
