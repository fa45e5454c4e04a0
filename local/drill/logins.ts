import type { TaskOutput } from '../ecs/ecs';
import type { FailureWindow, Logins } from './report';

/** One attempt of one task: a new connection, a write and a read. */
export interface Attempt {
  /** When it began, in milliseconds since the epoch. */
  readonly at: number;
  readonly ok: boolean;
  /** The user that the session belonged to. */
  readonly user: string | null;
  readonly taskArn: string;
  /** Of the task; empty where a person started it. */
  readonly service: string;
  /** How long it took, in milliseconds. */
  readonly ms: number | null;
  /** SQLSTATE or errno of what went wrong. */
  readonly code: string | null;
  /** What went wrong. */
  readonly error: string | null;
}

/** Every attempt that the tasks report, and everything else that they say. */
export class LoginLog {
  readonly #attempts: Attempt[] = [];
  readonly #lines: string[] = [];

  /** Takes one line of a task's output; what is no report of an attempt is only kept. */
  note({ line, taskArn, group }: TaskOutput): void {
    this.#lines.push(line);
    const attempt = parseAttempt(line);
    if (attempt !== null) this.#attempts.push({ ...attempt, taskArn, service: serviceOf(group) });
  }

  /** Attempts that began in a span of time. */
  count(from = 0, until = Number.POSITIVE_INFINITY): Logins {
    const within = this.#attempts.filter(({ at }) => at >= from && at < until);
    const ok = within.filter((attempt) => attempt.ok).length;
    return { ok, failed: within.length - ok };
  }

  /** The failed attempts that began in a span of time, from the begin of the first to the end of the last. */
  window(from: number, until: number): FailureWindow {
    const failed = this.failures().filter(({ at }) => at >= from && at < until);
    const begin = Math.min(...failed.map(({ at }) => at));
    const end = Math.max(...failed.map(({ at, ms }) => at + (ms ?? 0)));
    return { failed: failed.length, ms: failed.length === 0 ? 0 : end - begin };
  }

  /** How many tasks reported a login as this user since then. */
  tasksOn(user: string, since: number): number {
    const tasks = this.#attempts.filter(
      (attempt) => attempt.ok && attempt.user === user && attempt.at >= since,
    );
    return new Set(tasks.map(({ taskArn }) => taskArn)).size;
  }

  /** In the order in which they were reported. */
  attempts(): readonly Attempt[] {
    return this.#attempts;
  }

  failures(): readonly Attempt[] {
    return this.#attempts.filter((attempt) => !attempt.ok);
  }

  /** All output of all tasks. */
  text(): string {
    return this.#lines.join('\n');
  }
}

/** `web` of the group `service:web`. */
export function serviceOf(group: string): string {
  return group.startsWith(SERVICE_GROUP) ? group.slice(SERVICE_GROUP.length) : '';
}

const SERVICE_GROUP = 'service:';

function parseAttempt(line: string): Omit<Attempt, 'taskArn' | 'service'> | null {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null || !('ok' in value) || !('at' in value)) return null;
    const { ok, at } = value;
    if (typeof ok !== 'boolean' || typeof at !== 'number') return null;
    const user = 'user' in value && typeof value.user === 'string' ? value.user : null;
    const error = 'error' in value && typeof value.error === 'string' ? value.error : null;
    const code = 'code' in value && typeof value.code === 'string' ? value.code : null;
    const ms = 'ms' in value && typeof value.ms === 'number' ? value.ms : null;
    return { ok, at, user, ms, code, error };
  } catch {
    return null;
  }
}
