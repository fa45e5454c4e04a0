import { closeSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs';

/** What PostgreSQL's log says of connections; every line of it begins with the time. */
export interface ServerLog {
  /** Connections of applications so named, in a span of time in milliseconds since the epoch. */
  connections(applicationName: RegExp, from: number, until: number): number;
  /** Logins that the server refused in a span of time, whoever tried. */
  refusals(from: number, until: number): number;
  /** When a user was given a password, in milliseconds since the epoch; statements that were not logged are not seen. */
  passwordChanges(user: string): readonly number[];
  /** How long it is, in bytes. */
  size(): number;
  text(): string;
}

const AUTHORIZED = /connection authorized: .*application_name=(\S+)/;
const REFUSED =
  /FATAL: {2}(password authentication failed|no pg_hba\.conf entry|role ".*" is not permitted to log in|role ".*" does not exist)/;
const ALTERED = /statement: ALTER ROLE (".*?") PASSWORD/;
const TIME = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d{3}) UTC/;
const LINE_BREAK = 0x0a;

/** A line that somebody may ask about. */
interface Noted {
  readonly at: number;
  readonly line: string;
}

/** Reads at each question what the server has written since the last one: the log of a long run is long. */
export function serverLog(file: string): ServerLog {
  const all: Noted[] = [];
  let read = 0;
  const noted = (): readonly Noted[] => {
    const lines = linesFrom(file, read);
    read += lines.length;
    for (const line of lines.toString('utf8').split('\n')) all.push(...notedIn(line));
    return all;
  };
  const within = (from: number, until: number) => noted().filter(({ at }) => at >= from && at < until);
  return {
    connections: (name, from, until) =>
      within(from, until).filter(({ line }) => name.test(AUTHORIZED.exec(line)?.[1] ?? '')).length,
    refusals: (from, until) => within(from, until).filter(({ line }) => REFUSED.test(line)).length,
    passwordChanges: (user) =>
      noted()
        .filter(({ line }) => ALTERED.exec(line)?.[1] === `"${user}"`)
        .map(({ at }) => at),
    size: () => statSync(file).size,
    text: () => readFileSync(file, 'utf8'),
  };
}

/** What follows a position, as far as its lines are whole. */
function linesFrom(file: string, position: number): Buffer {
  const descriptor = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(Math.max(0, fstatSync(descriptor).size - position));
    const length = readSync(descriptor, buffer, 0, buffer.length, position);
    return buffer.subarray(0, buffer.subarray(0, length).lastIndexOf(LINE_BREAK) + 1);
  } finally {
    closeSync(descriptor);
  }
}

function notedIn(line: string): readonly Noted[] {
  const [, day, time] = TIME.exec(line) ?? [];
  if (day === undefined || time === undefined) return [];
  if (![AUTHORIZED, REFUSED, ALTERED].some((kind) => kind.test(line))) return [];
  return [{ at: Date.parse(`${day}T${time}Z`), line }];
}
