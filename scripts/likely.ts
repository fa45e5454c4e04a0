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
