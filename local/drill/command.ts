import { writeFileSync } from 'node:fs';
import { runDrill } from './drill';
import { parseOptions, USAGE, UsageError, type DrillOptions } from './options';
import { faultComplaints, formatFaultsReport } from './faults/report';
import { runFaults } from './faults/run';
import { createOutput, type Output } from './output';
import { complaints, formatReport } from './report';
import { interruption } from './interruption';
import { DrillError } from './wait';

const EXIT = { passed: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Runs a drill as a command line asks. @returns the exit code */
export async function drillCommand(args: readonly string[]): Promise<number> {
  let options: DrillOptions | 'help';
  try {
    options = parseOptions(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n\nTry npm start -- --help\n`);
    return EXIT.usage;
  }
  if (options === 'help') {
    process.stdout.write(USAGE);
    return EXIT.passed;
  }
  return await drill(options);
}

async function drill(options: DrillOptions): Promise<number> {
  const output = createOutput(options.json === '-' ? 2 : 1, () => Date.now());
  const { signal, end } = interruption();
  try {
    const report = await runAs(options, output, signal);
    if (options.json !== null) writeJson(options.json, report);
    return report.ok ? EXIT.passed : EXIT.failed;
  } catch (error) {
    if (signal.aborted) {
      output.text('\nInterrupted; everything that was started has been ended.');
      return EXIT.interrupted;
    }
    if (!(error instanceof DrillError)) throw error;
    output.text(`\nFAILED: ${error.message}`);
    return EXIT.failed;
  } finally {
    end();
  }
}

/** Runs what was asked for, and says how it went. */
async function runAs(
  options: DrillOptions,
  output: Output,
  signal: AbortSignal,
): Promise<{ readonly ok: boolean }> {
  const { rotations, services, tasks, postgres, faults } = options;
  const on = `${services} × ${tasks} tasks, PostgreSQL ${postgres}`;
  if (faults === null) {
    output.text(`Tandem drill: ${rotations} rotations, ${on}`);
    const report = await runDrill(options, output, signal);
    output.text(`\n${formatReport(report, complaints(report, rotations))}`);
    return report;
  }
  output.text(`Tandem drill: ${faults.list.length} faults, seed ${faults.seed}, ${on}`);
  const asked = { faults: faults.list, seed: faults.seed, services, tasks, postgres };
  const report = await runFaults(asked, output, signal);
  output.text(`\n${formatFaultsReport(report, faultComplaints(report))}`);
  return report;
}

function writeJson(file: string, report: object): void {
  const text = `${JSON.stringify(report)}\n`;
  if (file === '-') process.stdout.write(text);
  else writeFileSync(file, text);
}
