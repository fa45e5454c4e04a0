import { inspect } from 'node:util';
import type { Fields, Measure, Telemetry } from '../../../lambda-src/ports/world';

/** Telemetry that keeps what it is told. */
export class CollectedTelemetry implements Telemetry {
  readonly messages: { readonly message: string; readonly fields: Fields }[] = [];
  readonly errors: { readonly message: string; readonly error: unknown }[] = [];
  readonly counts: { readonly metric: string; readonly credential: string }[] = [];
  readonly measures: { readonly measures: readonly Measure[]; readonly credential: string }[] = [];

  info(message: string, fields: Fields = {}): void {
    this.messages.push({ message, fields });
  }

  warn(message: string, fields: Fields = {}): void {
    this.messages.push({ message, fields });
  }

  error(message: string, error: unknown, fields: Fields = {}): void {
    this.messages.push({ message, fields });
    this.errors.push({ message, error });
  }

  count(metric: string, credential: string): void {
    this.counts.push({ metric, credential });
  }

  measure(measures: readonly Measure[], credential: string): void {
    this.measures.push({ measures, credential });
  }

  /** All of it, as deep as a log could show it. */
  text(): string {
    return shownWhole([this.messages, this.errors, this.counts, this.measures]);
  }
}

/** Everything that a log could show of a thing. */
export function shownWhole(thing: unknown): string {
  const message = thing instanceof Error ? `${thing.message}\n${thing.stack ?? ''}` : '';
  return `${message}\n${inspect(thing, { depth: 12, showHidden: true })}\n${JSON.stringify(thing)}`;
}
