import { readFileSync } from 'node:fs';

/** What a PostgreSQL server has logged (log_statement=all), read from a point in time onward. */
export class ServerLog {
  constructor(private readonly file: string) {}

  text(): string {
    return readFileSync(this.file, 'utf8');
  }

  /** The present end of the log. */
  mark(): number {
    return this.text().length;
  }

  /** What a role ran that changes something, oldest first: statements alone, without BEGIN and COMMIT. */
  effectsOf(role: string, since = 0): string[] {
    const shape = new RegExp(
      ` ${role}@.*?LOG: {2}(?:statement|execute [^:]*): ((?:ALTER|CREATE|GRANT|REVOKE|COMMENT|DROP|REASSIGN) .*)`,
      'g',
    );
    return [...this.text().slice(since).matchAll(shape)].map((match) => match[1] ?? '');
  }

  /** Connections of the rotator that were let in, as any of these roles. */
  connectionsOf(roles: readonly string[], since = 0): number {
    return this.count(
      new RegExp(`connection authorized: user=(?:${roles.join('|')}) .*application_name=tandem-rotator`, 'g'),
      since,
    );
  }

  /** Logins of a role that failed. */
  refusalsOf(role: string, since = 0): number {
    return this.count(
      new RegExp(`FATAL: {2}(?:password authentication failed for user|role) "${role}"`, 'g'),
      since,
    );
  }

  private count(shape: RegExp, since: number): number {
    return [...this.text().slice(since).matchAll(shape)].length;
  }
}
