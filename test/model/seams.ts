type Replacement = (...args: never[]) => unknown;

const replaced = new Map<string, Replacement>();

/**
 * A module of the product whose functions can be replaced while they are in use: what imports the module gets these in
 * place of its functions (see bundle.ts); they are the same until {@link replace} is called.
 */
export function seamOf(actual: object): object {
  const open = Object.entries(actual).map(([name, value]: [string, unknown]) => {
    if (typeof value !== 'function') return [name, value];
    return [
      name,
      (...args: unknown[]): unknown => Reflect.apply(replaced.get(name) ?? value, undefined, args),
    ];
  });
  return Object.fromEntries<unknown>(open.map(([name, value]) => [String(name), value]));
}

/** Lets a function of a module that stands behind {@link seamOf} be another one, from now on. */
export function replace(name: string, by: Replacement): void {
  replaced.set(name, by);
}

/** As {@link seamOf}, for functions of texts alone: what was answered once is not worked out again. */
export function rememberingSeamOf(actual: object, names: readonly string[]): object {
  const quick = names.map((name) => [name, remembering(Reflect.get(actual, name))] as const);
  return { ...actual, ...Object.fromEntries(quick) };
}

/** Enough for the texts of one run. */
const REMEMBERED = 200;

function remembering(work: unknown): Replacement {
  if (typeof work !== 'function') throw new Error('no such function');
  const known = new Map<unknown, Map<string, unknown>>();
  return (text: unknown, ...others: unknown[]) => {
    let answers = known.get(text);
    if (answers === undefined) {
      if (known.size >= REMEMBERED) known.clear();
      known.set(text, (answers = new Map<string, unknown>()));
    }
    const rest = others.join('\n');
    if (!answers.has(rest)) answers.set(rest, Reflect.apply(work, undefined, [text, ...others]));
    return answers.get(rest);
  };
}
