/** Milliseconds since the epoch. */
export interface Clock {
  now(): number;
}

/** Waits between retries; injected so that tests need not. */
export type Pause = (milliseconds: number) => Promise<void>;

/** A cryptographically secure source of random bytes. */
export type RandomBytes = (count: number) => Uint8Array;

/** Facts beside a message: identifiers and counts, never a value. */
export type Fields = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/** One thing measured, under the unit that CloudWatch knows it by. */
export interface Measure {
  readonly metric: string;
  readonly value: number;
  readonly unit: 'None' | 'Seconds';
}

/** Structured logs and metrics. */
export interface Telemetry {
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  /** With the error's name, message and stack; errors here never carry a value. */
  error(message: string, error: unknown, fields?: Fields): void;
  /** Counts one occurrence of a metric for a credential. */
  count(metric: string, credential: string): void;
  /** Reports how things stand with a credential now. */
  measure(measures: readonly Measure[], credential: string): void;
}
