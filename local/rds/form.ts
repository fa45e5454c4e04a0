/** The fields of a request in the query protocol, by name. */
export type Form = ReadonlyMap<string, string>;

export function formOf(body: Buffer): Form {
  return new Map(new URLSearchParams(body.toString('utf8')));
}

/**
 * The items of a list, which the query protocol numbers: `Tags.Tag.1.Key` or `Tags.member.1.Key`.
 * @returns one map of fields an item; the empty name holds a scalar item
 */
export function listIn(form: Form, name: string): Form[] {
  const items = new Map<number, Map<string, string>>();
  const pattern = new RegExp(`^${name}\\.\\w+\\.(\\d+)(?:\\.(.+))?$`);
  for (const [key, value] of form) {
    const match = pattern.exec(key);
    if (match === null) continue;
    const index = Number(match[1]);
    const item = items.get(index) ?? new Map<string, string>();
    items.set(index, item.set(match[2] ?? '', value));
  }
  return [...items.entries()].sort(([a], [b]) => a - b).map(([, item]) => item);
}

/** The items of a list of scalars. */
export function textsIn(form: Form, name: string): string[] {
  return listIn(form, name).flatMap((item) => {
    const text = item.get('');
    return text === undefined ? [] : [text];
  });
}
