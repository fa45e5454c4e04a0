import type { Action } from '../../../../lambda-src/core/action';
import { nextAction } from '../../../../lambda-src/core/next-action';
import type { Observation } from '../../../../lambda-src/core/observation';
import type { CredentialRecord } from '../../../../lambda-src/core/record';
import { look } from '../examples';

/** What is said of an action, and how loudly; a record that it writes is told of elsewhere. */
export type Words = Record<string, unknown>;
/** What it is about, the record, what else is seen, and what is said. */
export type Case = readonly [
  what: string,
  record: CredentialRecord | null,
  seen: Partial<Observation>,
  words: Words,
];

export const written = (row: string, why: string, more: Words = {}): Words => ({
  kind: 'write-record',
  row,
  why,
  ...more,
});
export const waits = (row: string, reason: string, more: Words = {}): Words => ({
  kind: 'wait',
  row,
  reason,
  ...more,
});

function wordsOf(action: Action): Words {
  if (action.kind !== 'write-record') return action;
  return Object.fromEntries(Object.entries(action).filter(([name]) => name !== 'record'));
}

/** Declares that what people are told is this, word by word. */
export function tells(cases: readonly Case[]): void {
  it.each(cases)('of %s', (_what, record, seen, words) => {
    expect(wordsOf(nextAction(look(record, seen)))).toEqual(words);
  });
}
