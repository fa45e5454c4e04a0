import type { Attempt, LoginLog } from '../logins';

/**
 * A time in which logins fail because of the database itself: `down`, it does not answer; `restored`, it knows the
 * passwords of an older state. No rotation tool can prevent these, so they are counted, and counted apart.
 */
export interface Outage {
  readonly kind: 'down' | 'restored';
  /** Milliseconds since the epoch. */
  readonly from: number;
  until: number;
}

/** Invalid authorization specification: 28P01 wrong password, 28000 no login (PostgreSQL, "Error Codes"). */
const REFUSED = '28';

/** Counted in one span of time. */
export interface Tally {
  readonly ok: number;
  /** Every failure that no outage explains, and every login that a server in its right state refused. */
  readonly failed: number;
  /** Failures that an outage of the database explains. */
  readonly outage: number;
}

/** The outages of a run. */
export class Outages {
  readonly #outages: Outage[] = [];

  /** Begins one. @returns what ends it */
  begin(kind: Outage['kind'], from: number): (until: number) => void {
    const outage: Outage = { kind, from, until: Number.POSITIVE_INFINITY };
    this.#outages.push(outage);
    return (until) => {
      outage.until = until;
    };
  }

  /** Whether the database, and nothing else, is why an attempt failed. */
  explains({ at, ms, code }: Attempt): boolean {
    const kind = code?.startsWith(REFUSED) === true ? 'restored' : 'down';
    return this.#outages.some(
      (outage) => outage.kind === kind && at < outage.until && at + (ms ?? 0) >= outage.from,
    );
  }

  /** Spans of time in which the server refuses what it should accept. */
  restored(): readonly Outage[] {
    return this.#outages.filter(({ kind }) => kind === 'restored');
  }

  tally(logins: LoginLog, from = 0, until = Number.POSITIVE_INFINITY): Tally {
    const { ok } = logins.count(from, until);
    const failures = logins.failures().filter(({ at }) => at >= from && at < until);
    const outage = failures.filter((attempt) => this.explains(attempt)).length;
    return { ok, failed: failures.length - outage, outage };
  }
}
