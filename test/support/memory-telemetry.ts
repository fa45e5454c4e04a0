import type { Fields, Measure, Telemetry } from '../../lambda-src/ports/world';

export interface Line {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Fields;
}

/** Logs and metrics as lists. */
export class MemoryTelemetry implements Telemetry {
  readonly lines: Line[] = [];
  /** `metric credential`, once an occurrence. */
  readonly counts: string[] = [];
  /** `metric credential` and its latest value. */
  readonly measures = new Map<string, number>();

  info(message: string, fields: Fields = {}): void {
    this.lines.push({ level: 'info', message, fields });
  }

  warn(message: string, fields: Fields = {}): void {
    this.lines.push({ level: 'warn', message, fields });
  }

  error(message: string, error: unknown, fields: Fields = {}): void {
    this.lines.push({ level: 'error', message, fields: { ...fields, error: String(error) } });
  }

  count(metric: string, credential: string): void {
    this.counts.push(`${metric} ${credential}`);
  }

  measure(measures: readonly Measure[], credential: string): void {
    for (const { metric, value } of measures) this.measures.set(`${metric} ${credential}`, value);
  }

  /** What was said, with everything in it. */
  text(): string {
    return JSON.stringify(this.lines);
  }
}

/** Logs and metrics that nobody reads. */
export const SILENT: Telemetry = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  count: () => undefined,
  measure: () => undefined,
};
