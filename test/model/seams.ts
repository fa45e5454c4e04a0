type Replacement = (...args: never[]) => unknown;

const replaced = new Map<string, Replacement>();

/**
 * A module of the product whose functions a test can replace while they are in use. For `jest.mock`: what imports the
 * module gets these in place of its functions; they are the same until {@link replace} is called.
 */
export function seamOf(path: string): object {
  const actual = jest.requireActual<Record<string, unknown>>(path);
  const open = Object.entries(actual).map(([name, value]) => {
    if (typeof value !== 'function') return [name, value];
    return [
      name,
      (...args: unknown[]): unknown => Reflect.apply(replaced.get(name) ?? value, undefined, args),
    ];
  });
  return Object.fromEntries<unknown>(open.map(([name, value]) => [String(name), value]));
}

/** Lets a function of a module that is mocked by {@link seamOf} be another one, until {@link restore}. */
export function replace(name: string, by: Replacement): void {
  replaced.set(name, by);
}

export function restore(): void {
  replaced.clear();
}

/**
 * As {@link seamOf}, for parsers: the same text is parsed once. A third of a run's time is the parsing of texts that
 * were parsed before.
 */
export function rememberingSeamOf(path: string, parsers: readonly string[]): object {
  const actual = jest.requireActual<Record<string, unknown>>(path);
  const quick = Object.fromEntries(parsers.map((name) => [name, remembering(actual[name])]));
  return { ...actual, ...quick };
}

/** Enough for the texts of one run. */
const REMEMBERED = 50;

function remembering(parse: unknown): Replacement {
  if (typeof parse !== 'function') throw new Error('no such parser');
  const known = new Map<string, unknown>();
  return (...args: unknown[]) => {
    const key = args.join('\n');
    if (known.has(key)) return known.get(key);
    const answer: unknown = Reflect.apply(parse, undefined, args);
    if (known.size >= REMEMBERED) known.clear();
    known.set(key, answer);
    return answer;
  };
}
