import { readFileSync } from 'node:fs';

/** What PostgreSQL's log says of connections; every line of it begins with the time. */
export interface ServerLog {
  /** Connections of applications so named, in a span of time in milliseconds since the epoch. */
  connections(applicationName: RegExp, from: number, until: number): number;
  /** Logins that the server refused in a span of time, whoever tried. */
  refusals(from: number, until: number): number;
  text(): string;
}

const AUTHORIZED = /connection authorized: .*application_name=(\S+)/;
const REFUSED =
  /FATAL: {2}(password authentication failed|no pg_hba\.conf entry|role ".*" is not permitted to log in|role ".*" does not exist)/;
const TIME = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d{3}) UTC/;

/** Reads the log afresh at each question: the server goes on writing it. */
export function serverLog(file: string): ServerLog {
  const within = (from: number, until: number) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => {
        const [, day, time] = TIME.exec(line) ?? [];
        if (day === undefined || time === undefined) return false;
        const at = Date.parse(`${day}T${time}Z`);
        return at >= from && at < until;
      });
  return {
    connections: (name, from, until) =>
      within(from, until).filter((line) => name.test(AUTHORIZED.exec(line)?.[1] ?? '')).length,
    refusals: (from, until) => within(from, until).filter((line) => REFUSED.test(line)).length,
    text: () => readFileSync(file, 'utf8'),
  };
}
