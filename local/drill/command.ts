import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { packageVersion } from '../../scripts/packaged-zips';
import { formatComparison, runComparison } from './compare';
import { formatCompromised, runCompromised } from './compromised';
import { expected, runDrill } from './drill';
import { parseOptions, usage, UsageError, type DrillOptions } from './options';
import { faultComplaints, formatFaultsReport } from './faults/report';
import { runFaults } from './faults/run';
import { createOutput, type Output } from './output';
import { complaints, formatReport } from './report';
import { formatSoakReport, soakComplaints } from './soak/report';
import { runSoak } from './soak/run';
import { interruption } from './interruption';
import type { Timeline } from './timeline/model';
import { renderPage, type Page } from './timeline/page';
import { brokenPage, drillPage, faultsPage, type Facts } from './timeline/pages';
import { variantOf } from './variant';
import { DrillError } from './wait';

const EXIT = { passed: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/**
 * Runs a drill as a command line asks.
 * @param command what it is run with, for its help
 * @returns the exit code
 */
export async function drillCommand(args: readonly string[], command: string): Promise<number> {
  let options: DrillOptions | 'help';
  try {
    options = parseOptions(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n\nTry ${command} --help\n`);
    return EXIT.usage;
  }
  if (options === 'help') {
    process.stdout.write(usage(command));
    return EXIT.passed;
  }
  const nowhere = [options.json, options.report].find(
    (file) => file !== null && !existsSync(path.dirname(file)),
  );
  if (typeof nowhere === 'string') {
    // Said before the run, not minutes later.
    process.stderr.write(`There is no folder ${path.dirname(nowhere)} for ${path.basename(nowhere)}.\n`);
    return EXIT.usage;
  }
  return await drill(options);
}

async function drill(options: DrillOptions): Promise<number> {
  const output = createOutput(options.json === '-' ? 2 : 1, () => Date.now());
  const { signal, end } = interruption();
  const kept: { timeline?: Timeline } = {};
  const keep = (timeline: Timeline) => {
    kept.timeline = timeline;
  };
  const writePage = (pageOf: Ran['page']) => {
    if (pageOf === null || options.report === null || kept.timeline === undefined) return;
    writeFileSync(options.report, renderPage(pageOf(kept.timeline)));
    output.text(`What happened when: ${options.report}`);
  };
  try {
    const { report, page } = await runAs(options, output, signal, options.report === null ? undefined : keep);
    if (options.json !== null) writeJson(options.json, report);
    if (page !== null) writePage(page);
    return report.ok ? EXIT.passed : EXIT.failed;
  } catch (error) {
    if (signal.aborted) {
      output.text('\nInterrupted; everything that was started has been ended.');
      return EXIT.interrupted;
    }
    if (!(error instanceof DrillError)) throw error;
    const { message } = error;
    output.text(`\nFAILED: ${message}`);
    writePage((timeline) => brokenPage(message, timeline, factsOf(options)));
    return EXIT.failed;
  } finally {
    end();
  }
}

/** What a run came to, and the page about it; null where there is none. */
interface Ran {
  readonly report: { readonly ok: boolean };
  readonly page: ((timeline: Timeline) => Page) | null;
}

/** Runs what was asked for, and says how it went. */
async function runAs(
  options: DrillOptions,
  output: Output,
  signal: AbortSignal,
  keep: ((timeline: Timeline) => void) | undefined,
): Promise<Ran> {
  const { rotations, services, tasks, postgres, faults, soak, strategy, delivery } = options;
  const on = [`${services} × ${tasks} tasks`, `PostgreSQL ${postgres}`, ...variantOf(options)].join(', ');
  if (options.compromised) {
    output.text(`Tandem drill: a leaked password, ${on}`);
    const report = await runCompromised(options, output, signal);
    output.text(`\n${formatCompromised(report)}`);
    return { report, page: null };
  }
  const facts = factsOf(options);
  if (soak) {
    output.text(`Tandem soak: ${rotations} rotations, ${on}`);
    const report = await runSoak(options, output, signal);
    output.text(`\n${formatSoakReport(report, soakComplaints(report))}`);
    return { report, page: null };
  }
  if (options.compare) {
    output.text(`Tandem drill: every strategy, ${rotations} rotations each, ${on}`);
    const report = await runComparison(options, output, signal);
    output.text(`\n${formatComparison(report)}`);
    return { report, page: null };
  }
  if (faults === null) {
    output.text(`Tandem drill: ${rotations} rotations, ${on}`);
    const report = await runDrill(options, output, signal, keep);
    output.text(`\n${formatReport(report, complaints(report, expected(options)))}`);
    return { report, page: (timeline) => drillPage(report, expected(options), timeline, facts) };
  }
  output.text(`Tandem drill: ${faults.list.length} faults, seed ${faults.seed}, ${on}`);
  const asked = { faults: faults.list, seed: faults.seed, services, tasks, postgres, strategy, delivery };
  const report = await runFaults(asked, output, signal, keep);
  output.text(`\n${formatFaultsReport(report, faultComplaints(report))}`);
  return { report, page: (timeline) => faultsPage(report, timeline, facts) };
}

/** What a page tells of the run besides its report. */
function factsOf(options: DrillOptions): Facts {
  const { services, tasks } = options;
  return [
    `${services} × ${tasks} tasks`,
    ...variantOf(options),
    `Tandem ${packageVersion()}`,
    `Node.js ${process.versions.node}`,
    `${process.platform}-${process.arch}`,
    `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`,
  ];
}

function writeJson(file: string, report: object): void {
  const text = `${JSON.stringify(report)}\n`;
  if (file === '-') process.stdout.write(text);
  else writeFileSync(file, text);
}
