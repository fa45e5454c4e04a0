import { likely } from '../../scripts/likely';
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
