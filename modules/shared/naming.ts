import { createHash } from 'node:crypto';

/**
 * A name for services that allow no slashes: `tandem/prod`, `rotator` becomes `tandem-prod-rotator`. A name that would be
 * too long is cut and ends in a hash of the whole, so that it stays unique and the same at every synthesis.
 * @param limit characters
 */
export function resourceName(prefix: string, parts: readonly string[], limit = 64): string {
  const whole = [prefix, ...parts].join('-').replaceAll(/[^A-Za-z0-9-]+/g, '-');
  if (whole.length <= limit) return whole;
  const hash = createHash('sha256').update(whole).digest('hex').slice(0, 8);
  return `${whole.slice(0, limit - 9)}-${hash}`;
}

/** The same for RDS: lower case, no two hyphens in a row. */
export function databaseName(prefix: string, parts: readonly string[], limit = 63): string {
  return resourceName(prefix, parts, limit).toLowerCase().replaceAll(/-{2,}/g, '-');
}

/**
 * Keeps Terraform from reading `${` and `%{` in somebody's text as an expression.
 * Source: Terraform language documentation, "Strings and templates", escape sequences.
 */
export function literals<T>(value: T): T;
export function literals(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('${', () => '$${').replaceAll('%{', () => '%%{');
  if (Array.isArray(value)) return value.map((item: unknown) => literals(item));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, literals<unknown>(item)]));
  }
  return value;
}
