import { configurationSchema } from './schema';

/** A mapping's entries; nothing for anything else. */
export function mapping(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** What lies at a path, undefined where it leads nowhere. */
export function at(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    input,
  );
}

/** The keys that a mapping at this place may have. */
export function knownKeys(path: readonly PropertyKey[]): string[] {
  let schema: unknown = configurationSchema;
  for (const key of path) schema = child(schema, String(key));
  return Object.keys(mapping(at(unwrapped(schema), ['shape'])));
}

function child(schema: unknown, key: string): unknown {
  const inner = unwrapped(schema);
  return at(inner, ['shape', key]) ?? at(inner, ['valueType']) ?? at(inner, ['element']);
}

/** What optional, default and prefault wrap; of a union its last option, the mapping. */
function unwrapped(schema: unknown): unknown {
  const options = at(schema, ['def', 'options']);
  const inner =
    at(schema, ['def', 'innerType']) ?? (Array.isArray(options) ? (options.at(-1) as unknown) : undefined);
  return inner === undefined ? schema : unwrapped(inner);
}

/** What to say about a key that nobody knows. */
export function suggestion(key: string, known: readonly string[]): string {
  const hint = likely(key, known);
  return hint === ''
    ? `is not known here; known are ${[...known].sort().join(', ')}`
    : `is not known here${hint}`;
}

/** @returns ` (did you mean …?)`, or nothing where no candidate is close */
export function likely(word: string, known: readonly string[]): string {
  const bearable = (candidate: string) => Math.max(1, Math.floor(candidate.length / 3));
  const [best] = known
    // Every edit changes the length by one at most; a word of any length is compared with few.
    .filter((candidate) => Math.abs(candidate.length - word.length) <= bearable(candidate))
    .map((candidate) => ({ candidate, edits: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, edits }) => edits <= bearable(candidate))
    .sort((a, b) => a.edits - b.edits);
  return best === undefined ? '' : ` (did you mean ${best.candidate}?)`;
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of Array.from(a).entries()) {
    const current = [i + 1];
    for (const [j, other] of Array.from(b).entries()) {
      const change = (previous[j] ?? 0) + (letter === other ? 0 : 1);
      current.push(Math.min(change, (previous[j + 1] ?? 0) + 1, (current[j] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? a.length;
}
