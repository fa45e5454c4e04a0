import { runDrill } from './drill';
import { STRATEGIES, type Strategy } from './installation/model';
import type { DrillOptions } from './options';
import type { Output } from './output';
import { complaints, formatReport, formatTable, longestWindow, type Logins } from './report';

/** Every strategy under the same load, as `--json` writes it. */
export interface Comparison {
  readonly ok: boolean;
  readonly strategies: readonly {
    readonly strategy: Strategy;
    readonly logins: Logins;
    /** Milliseconds of the longest window in which logins failed. */
    readonly windowMs: number;
  }[];
}

/** Runs a drill of each strategy, one after the other. */
export async function runComparison(
  options: DrillOptions,
  output: Output,
  signal: AbortSignal,
): Promise<Comparison> {
  const strategies: Comparison['strategies'][number][] = [];
  let ok = true;
  for (const strategy of STRATEGIES) {
    output.headline(`strategy ${strategy}`);
    const report = await runDrill({ ...options, strategy }, output, signal);
    output.text(`\n${formatReport(report, complaints(report, options.rotations))}`);
    ok &&= report.ok;
    strategies.push({ strategy, logins: report.logins, windowMs: longestWindow(report) });
  }
  return { ok, strategies };
}

export function formatComparison({ ok, strategies }: Comparison): string {
  const rows = strategies.map(({ strategy, logins, windowMs }) => [
    String(logins.ok + logins.failed),
    strategy,
    String(logins.failed),
    `${windowMs} ms`,
  ]);
  const table = formatTable([['logins', 'strategy', 'failed', 'longest window'], ...rows]);
  const verdict = ok
    ? 'PASSED: two users, no failed login; one user, failed logins in its window only.'
    : 'FAILED: see above.';
  return `${table}\n\n${verdict}\n`;
}
