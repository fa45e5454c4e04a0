import { longestOf } from './measure';

/** A rule's pattern may have this many characters. Source: Amazon EventBridge User Guide, "Quotas". */
export const LONGEST_PATTERN = 2_048;

/** Fills each pattern as far as it goes; what alone is too long gets one of its own. */
export function splitPattern<T>(all: readonly T[], pattern: (some: readonly T[]) => string): string[] {
  const patterns: string[] = [];
  let some: T[] = [];
  for (const one of all) {
    if (some.length > 0 && longestOf(pattern([...some, one])).length > LONGEST_PATTERN) {
      patterns.push(pattern(some));
      some = [];
    }
    some.push(one);
  }
  return some.length === 0 ? patterns : [...patterns, pattern(some)];
}
