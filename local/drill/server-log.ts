import { readFileSync } from 'node:fs';

/** What PostgreSQL's log says of connections; every line of it begins with the time. */
export interface ServerLog {
  /** Connections of applications so named, in a span of time in milliseconds since the epoch. */
  connections(applicationName: RegExp, from: number, until: number): number;
  /** Logins that the server refused in a span of time, whoever tried. */
  refusals(from: number, until: number): number;
  /** When a user was given a password, in milliseconds since the epoch; statements that were not logged are not seen. */
  passwordChanges(user: string): readonly number[];
  text(): string;
}

const AUTHORIZED = /connection authorized: .*application_name=(\S+)/;
const REFUSED =
  /FATAL: {2}(password authentication failed|no pg_hba\.conf entry|role ".*" is not permitted to log in|role ".*" does not exist)/;
const TIME = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d{3}) UTC/;

const ALTERED = /statement: ALTER ROLE (".*?") PASSWORD/;

/** Reads the log afresh at each question: the server goes on writing it. */
export function serverLog(file: string): ServerLog {
  const lines = () => readFileSync(file, 'utf8').split('\n');
  const within = (from: number, until: number) =>
    lines().filter((line) => {
      const at = timeOf(line);
      return at !== null && at >= from && at < until;
    });
  return {
    connections: (name, from, until) =>
      within(from, until).filter((line) => name.test(AUTHORIZED.exec(line)?.[1] ?? '')).length,
    refusals: (from, until) => within(from, until).filter((line) => REFUSED.test(line)).length,
    passwordChanges: (user) =>
      lines()
        .filter((line) => ALTERED.exec(line)?.[1] === `"${user}"`)
        .flatMap((line) => timeOf(line) ?? []),
    text: () => readFileSync(file, 'utf8'),
  };
}

function timeOf(line: string): number | null {
  const [, day, time] = TIME.exec(line) ?? [];
  return day === undefined || time === undefined ? null : Date.parse(`${day}T${time}Z`);
}
