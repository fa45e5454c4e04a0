import fc from 'fast-check';

/** How often a fuzz test runs: modestly, unless TANDEM_PROPERTY_RUNS says how often. */
export function runs(modest = 200): { numRuns: number } {
  return { numRuns: Number(process.env['TANDEM_PROPERTY_RUNS'] ?? modest) };
}

/** Texts that break what was built for friendly ones: quoting, formats, paths, markup, encodings, sizes, property names. */
const HOSTILE = [
  '',
  ' ',
  '\0',
  `a\0b`,
  `'; DROP ROLE postgres; --`,
  `o"w'n%s%d$1\\`,
  '%',
  '%00',
  '%E0%A4%A',
  '../../etc/passwd',
  '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]>&y;',
  '${jndi:ldap://x}',
  '$(id)',
  '\r\nX-Injected: 1',
  '\u202e\u200b\ufeff',
  '\ud800',
  'ü'.repeat(32),
  '𝕏'.repeat(16),
  'a'.repeat(63),
  'a'.repeat(64),
  'x'.repeat(70_000),
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'arn:aws:secretsmanager:eu-central-1:123456789012:secret:none',
  'arn:::::::',
  '9'.repeat(400),
  '-1',
  '1e999',
  'NaN',
  '{}',
  '[]',
  'null',
] as const;

export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.string({ maxLength: 80 }),
);

/** Numbers that are whole, huge, negative, broken or nearly right. */
const hostileNumber = fc.oneof(
  fc.constantFrom(0, -1, 1, 0.5, 2 ** 31, 2 ** 53, -(2 ** 53), 1e308),
  fc.integer({ min: -10, max: 100 }),
);

/** Lists in lists, or mappings in mappings, as deep as nobody means it. */
const deep = fc
  .tuple(fc.integer({ min: 50, max: 2_000 }), fc.boolean())
  .map(([depth, lists]): unknown =>
    Array.from({ length: depth }).reduce<unknown>((inner) => (lists ? [inner] : { a: inner }), 'bottom'),
  );

/** Anything that JSON can say. */
export const anyValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: hostileText },
  { weight: 2, arbitrary: hostileNumber },
  { weight: 2, arbitrary: fc.constantFrom(null, true, false, [], {}, [null], [[]], [{}], { '': null }) },
  { weight: 1, arbitrary: deep },
  {
    weight: 2,
    arbitrary: fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' }),
  },
  { weight: 1, arbitrary: fc.dictionary(hostileText, hostileText, { maxKeys: 4 }) },
  { weight: 1, arbitrary: fc.array(hostileText, { maxLength: 4 }) },
);

/** Texts that are no JSON, or not quite. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  hostileText,
  anyValue.map((value) => JSON.stringify(value)),
  anyValue.map((value) => JSON.stringify(value).slice(0, -1)),
  fc.constantFrom('{"a":1,}', `{'a':1}`, '{"a":1}{', '\ufeff{}', '{"a":NaN}', '[', '['.repeat(20_000)),
);

/** One change of a value: what it does, and at which of its places. */
interface Change {
  readonly kind: 'replace' | 'remove' | 'add';
  readonly place: number;
  readonly key: string;
  readonly value: unknown;
}

const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom('replace', 'replace', 'remove', 'add'),
  place: fc.nat({ max: 10_000 }),
  key: hostileText,
  value: anyValue,
});

/** A good value in which one to three places are not what they were: what gets past the first check. */
export function nearly(good: unknown): fc.Arbitrary<unknown> {
  return fc
    .array(change, { minLength: 1, maxLength: 3 })
    .map((changes) => changes.reduce<unknown>(changed, structuredClone(good)));
}

function changed(value: unknown, { kind, place, key, value: other }: Change): unknown {
  const places = placesOf(value);
  const path = places[place % places.length] ?? [];
  return edited(value, path, (found) => {
    switch (kind) {
      case 'replace':
        return other;
      case 'remove':
        return undefined;
      case 'add':
        if (Array.isArray(found)) return [...(found as readonly unknown[]), other];
        return isMapping(found) ? Object.fromEntries([...Object.entries(found), [key, other]]) : other;
    }
  });
}

/** The path of every place in a value, itself included; few of a deep one. */
function placesOf(value: unknown, depth = 0): string[][] {
  if (typeof value !== 'object' || value === null || depth > 8) return [[]];
  const inner = Object.entries(value).flatMap(([key, item]) =>
    placesOf(item, depth + 1).map((path) => [key, ...path]),
  );
  return [[], ...inner];
}

function edited(value: unknown, path: readonly string[], edit: (found: unknown) => unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return edit(value);
  if (Array.isArray(value)) {
    return (value as readonly unknown[]).map((item, index) =>
      String(index) === key ? edited(item, rest, edit) : item,
    );
  }
  if (!isMapping(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, name === key ? edited(item, rest, edit) : item]),
  );
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
