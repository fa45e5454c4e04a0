import type { Delivery, Strategy } from '../installation/model';
import { formatTable, type Logins } from '../report';
import type { Reading, Total } from './readings';

/** Some rotations in a row, and what was measured of them. */
export interface Block {
  readonly first: number;
  readonly last: number;
  /** Milliseconds. */
  readonly durationMs: number;
  /** The least that was read between two of them: what comes and goes is not counted. */
  readonly least: Reading;
  readonly labelled: number;
  readonly versions: number;
  readonly old: number;
  /** Bytes of the record. */
  readonly record: number;
  /** Bytes that the functions logged at one invocation. */
  readonly logPerInvocation: number;
  /** Bytes that PostgreSQL logged at one login of a task. */
  readonly logPerLogin: number;
}

/** The report of a soak, as `--json` writes it. */
export interface SoakReport {
  readonly ok: boolean;
  readonly strategy: Strategy;
  readonly delivery: Delivery;
  /** For instance `17.10`. */
  readonly postgres: string;
  readonly services: number;
  readonly tasks: number;
  readonly rotations: number;
  /** The first is the warm-up. */
  readonly blocks: readonly Block[];
  readonly logins: Logins;
  /** Logins that the server refused, whoever tried. */
  readonly refused: number;
  /** Appearances of any password that was ever set in any log. */
  readonly leaks: number;
  readonly durationMs: number;
}

/** A figure that must not grow from the end of the warm-up to the end of the run. */
interface Gauge {
  readonly name: string;
  readonly of: (block: Block) => number | null;
  /** Up to here it is no growth. */
  readonly bound: (before: number) => number;
}

const GAUGES: readonly Gauge[] = [
  // A second environment of a function may have come up between the two.
  { name: 'processes', of: ({ least }) => least.processes, bound: (before) => before + 2 },
  { name: 'sessions', of: ({ least }) => least.sessions, bound: (before) => before + 1 },
  // Each environment of a function keeps a few connections, of which the drill holds the other ends.
  { name: 'file handles', of: ({ least }) => least.handles, bound: (before) => before + 40 },
  { name: 'labelled versions', of: ({ labelled }) => labelled, bound: (before) => before },
  { name: 'the bytes of the record', of: ({ record }) => record, bound: (before) => before * 1.1 },
  {
    name: 'the bytes that the functions log at an invocation',
    of: ({ logPerInvocation }) => logPerInvocation,
    bound: (before) => before * 1.5,
  },
  {
    name: 'the bytes that PostgreSQL logs at a login',
    of: ({ logPerLogin }) => logPerLogin,
    bound: (before) => before * 1.5,
  },
];

/** "Secrets Manager removes deprecated versions when there are more than 100" (User Guide, "Quotas"). */
const MOST_VERSIONS = 100;

/** What one block measured, from what there was before and after it. */
export function blockOf(
  span: Pick<Block, 'first' | 'last' | 'durationMs'>,
  readings: readonly Reading[],
  before: Total,
  after: Total,
): Block {
  return {
    ...span,
    least: {
      processes: leastOf(readings.map(({ processes }) => processes)),
      sessions: leastOf(readings.map(({ sessions }) => sessions)) ?? 0,
      handles: leastOf(readings.map(({ handles }) => handles)),
    },
    labelled: after.labelled,
    versions: after.versions,
    old: after.old,
    record: after.record,
    logPerInvocation: ratio(after.functionLog - before.functionLog, after.invocations - before.invocations),
    logPerLogin: ratio(after.serverLog - before.serverLog, after.logins - before.logins),
  };
}

function leastOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.min(...known);
}

function ratio(amount: number, count: number): number {
  return Math.round(amount / Math.max(1, count));
}

/** Why a run is no success; empty where it is one. */
export function soakComplaints(report: Omit<SoakReport, 'ok'>): string[] {
  const { blocks, rotations, logins, refused, leaks } = report;
  const made = blocks.at(-1)?.last ?? 0;
  return [
    ...(made < rotations ? [`only ${made} of ${rotations} rotations were made`] : []),
    ...growth(blocks),
    ...(logins.failed > 0 ? [`${logins.failed} logins failed`] : []),
    ...(logins.ok === 0 ? ['not one login was made'] : []),
    ...(refused > 0 ? [`the server refused ${refused} logins`] : []),
    ...(leaks > 0 ? [`passwords appear ${leaks} times in logs`] : []),
  ];
}

/** What grew between the block after the warm-up and the last one. */
function growth(blocks: readonly Block[]): string[] {
  const [, before] = blocks;
  const after = blocks.at(-1);
  if (before === undefined || after === undefined) return ['too few rotations to compare'];
  const grown = GAUGES.flatMap(({ name, of, bound }) => {
    const [from, to] = [of(before), of(after)];
    if (from === null || to === null || to <= bound(from)) return [];
    return [`${name} grew from ${from} to ${to}`];
  });
  return after.old > MOST_VERSIONS
    ? [...grown, `a secret has ${after.old} versions, more than the ${MOST_VERSIONS} that are kept`]
    : grown;
}

/** A line of figures for each block, and the verdict. */
export function formatSoakReport(report: SoakReport, problems: readonly string[]): string {
  const header = [
    '#',
    'rotations',
    'each',
    'processes',
    'sessions',
    'handles',
    'labelled',
    'versions',
    'record',
    'log/call',
    'log/login',
  ];
  const rows = report.blocks.map((block, index) => [
    String(index + 1),
    spanOf(block),
    `${(block.durationMs / 1_000 / (block.last - block.first + 1)).toFixed(2)} s`,
    String(block.least.processes ?? '?'),
    String(block.least.sessions),
    String(block.least.handles ?? '?'),
    String(block.labelled),
    String(block.versions),
    `${block.record} B`,
    `${block.logPerInvocation} B`,
    `${block.logPerLogin} B`,
  ]);
  return [formatTable([header, ...rows]), '', LEGEND, '', verdict(report, problems), ''].join('\n');
}

const LEGEND = `  Processes, sessions and handles: the least between two rotations. labelled, versions: of the secret that has most.
  log/call: of the functions, at each invocation. log/login: of PostgreSQL, which logs every statement here.`;

/** As the table names a block: `21 to 40`. */
export function spanOf({ first, last }: Pick<Block, 'first' | 'last'>): string {
  return `${first} to ${last}`;
}

function verdict({ rotations, logins, durationMs }: SoakReport, problems: readonly string[]): string {
  const took = `${Math.round(durationMs / 1_000)} s`;
  return problems.length === 0
    ? `PASSED: ${rotations} rotations in ${took}, ${logins.ok} logins, 0 failed; nothing grew; no password in any log.`
    : `FAILED after ${took}: ${problems.join('; ')}.`;
}
