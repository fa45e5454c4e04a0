import type { Hall } from './hall';
import type { Place } from './page';

/** One way in which an alarm goes off, and what a person does about it. */
export interface Rehearsal {
  /** What goes wrong. */
  readonly fault: string;
  /**
   * Makes it go wrong, and waits until the alarm's metric is there.
   * @returns what a person mends by other means than a command of the page
   */
  readonly inject: (hall: Hall) => Promise<() => Promise<void>>;
  /** What the commands to look must show. */
  readonly shows: RegExp;
  /** Where in that the words in capitals are, each a group of its name. @default none is needed, or `shows` has them */
  readonly reads?: RegExp;
  /** Which block of the section mends it: 1 is the first one to act. @default 1 */
  readonly does?: number;
  /** Where the section sends to instead: the first block there mends it. */
  readonly elsewhere?: Place;
  /** Whether services cannot log in until it is mended: it is the one thing that takes the database away from them. */
  readonly locksOut?: true;
}

/** Where commands are all that it takes. */
export const noMending = (): Promise<void> => Promise.resolve();
