/** One line of a function's log, as Powertools writes it. */
export type LogEntry = Readonly<Record<string, unknown>>;

/** @returns null for a line that is no entry, such as START and END */
export function parseEntry(line: string): LogEntry | null {
  if (!line.startsWith('{')) return null;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as LogEntry) : null;
  } catch {
    return null;
  }
}

/** The entries of a whole log, oldest first. */
export function entriesOf(log: string): readonly LogEntry[] {
  return log
    .split('\n')
    .map(parseEntry)
    .filter((entry) => entry !== null);
}

/** A field of an entry; empty where it is no text. */
export function textOf(entry: LogEntry, key: string): string {
  const value = entry[key];
  return typeof value === 'string' ? value : '';
}

/** When an entry was written, in milliseconds since the epoch. */
export function timeOf(entry: LogEntry): number {
  return Date.parse(textOf(entry, 'timestamp'));
}

/** Message of the error that an entry tells of; empty where it tells of none. */
export function errorOf({ error }: LogEntry): string {
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : '';
}
