/**
 * How often any of the passwords appears in any of the texts, as it is or as a URL would spell it.
 * @param texts by what they are, for the places
 */
export function findLeaks(
  passwords: Iterable<string>,
  texts: Readonly<Record<string, string>>,
): { readonly count: number; readonly places: readonly string[] } {
  const needles = new Set([...passwords].flatMap((password) => [password, encodeURIComponent(password)]));
  const places: string[] = [];
  let count = 0;
  for (const [place, text] of Object.entries(texts)) {
    const found = [...needles].reduce((sum, needle) => sum + occurrences(text, needle), 0);
    if (found > 0) places.push(place);
    count += found;
  }
  return { count, places };
}

function occurrences(text: string, needle: string): number {
  return needle === '' ? 0 : text.split(needle).length - 1;
}
