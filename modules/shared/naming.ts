import { createHash } from 'node:crypto';

/** A prefix of two plain words needs no hash: of these, no two read the same without their slash. */
const PLAIN = /^[a-z][a-z0-9]*\/[a-z0-9]+$/;
const HASH = /^[0-9a-f]{8}$/;

/** What tells two texts apart that would otherwise read the same: eight characters of their SHA-256. */
function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

/**
 * An installation's prefix without slashes: `tandem/prod` becomes `tandem-prod`. Others, such as `tandem-prod` or
 * `tandem/prod/eu`, end in a hash, so that two installations never share a name, whatever follows it. Of a reference
 * (`${…}`) it is a Terraform expression of the same rule.
 */
export function stem(prefix: string): string {
  const [, reference] = /^\$\{(.*)\}$/.exec(prefix) ?? [];
  if (reference !== undefined) return stemExpression(reference);
  const words = prefix.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const plain = PLAIN.test(prefix) && !HASH.test(words.at(-1) ?? '');
  return [...words, ...(plain ? [] : [hashOf(prefix)])].join('-');
}

/**
 * A name for services that allow no slashes: `tandem/prod`, `rotator` becomes `tandem-prod-rotator`. A name that would be
 * too long is cut and ends in a hash of the whole, so that it stays unique and the same at every synthesis.
 * Of a reference (`${…}`) it is a Terraform expression of the same rule.
 * @param parts letters, digits, `_` and `-`
 * @param limit characters
 */
export function resourceName(prefix: string, parts: readonly string[], limit = 64): string {
  const whole = [stem(prefix), ...parts].join('-');
  if (whole.includes('${')) return nameExpression(whole, limit);
  if (whole.length <= limit) return whole;
  return `${whole.slice(0, limit - 9)}-${hashOf(whole)}`;
}

/** The rule of {@link stem} for Terraform to follow, which alone knows the prefix. */
function stemExpression(reference: string): string {
  const words = `regexall("[A-Za-z0-9]+", ${reference})`;
  const plain = `can(regex("${PLAIN.source.replace('\\/', '/')}", ${reference}))`;
  const hash = `can(regex("/${HASH.source.slice(1)}", ${reference}))`;
  return `\${join("-", concat(${words}, ${plain} && !${hash} ? [] : [substr(sha256(${reference}), 0, 8)]))}`;
}

/** The rule of {@link resourceName}. */
function nameExpression(template: string, limit: number): string {
  const cut = `format("%s-%s", substr(whole, 0, ${limit - 9}), substr(sha256(whole), 0, 8))`;
  return `\${one([for whole in ["${template}"] : length(whole) <= ${limit} ? whole : ${cut}])}`;
}

/** Finds names that Terraform works out, once their stem is a reference: groups are template and limit. */
export const NAME_EXPRESSION =
  /\$\{one\(\[for whole in \["([^"]*)"\] : .*? <= (\d+) \? whole : .*?, 8\)\)\]\)\}/g;

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
