import type { Stage } from '../stage';
import type { FaultBoard } from './board';
import type { Outages } from './outages';
import type { Random } from './random';

/** What a fault works with. */
export interface Scene {
  readonly stage: Stage;
  readonly board: FaultBoard;
  readonly outages: Outages;
  /** Draws for this fault in this round. */
  readonly random: Random;
  /** Switches that the applications of the drill look at. */
  readonly switches: Switches;
}

/** Files that exist while something is switched on. */
export interface Switches {
  /** Tasks ignore SIGTERM. */
  readonly deaf: Switch;
  /** Holds a user's name: tasks of the last service that hold its credential fail their health check. */
  readonly sick: Switch;
}

export interface Switch {
  on(text?: string): void;
  off(): void;
}

/** What is told of a fault in the summary. */
export interface Told {
  /** When it was injected, in milliseconds since the epoch. */
  readonly at: number;
  /** What was injected, in words. */
  readonly injected: string;
  /** What Tandem did, in words. */
  readonly answered: string;
}

interface Named {
  readonly name: string;
  /** One line for --help. */
  readonly description: string;
  /** Whether it is of a credential with a secret for each user only. @default false */
  readonly ofTwoSecrets?: boolean;
}

/** Something that happens once, in a rotation of its own. */
export interface Incident extends Named {
  readonly kind: 'incident';
  /**
   * Makes a rotation with the fault in it, and waits until Tandem has answered it.
   * @throws DrillError where it did not
   */
  play(scene: Scene): Promise<Told>;
}

/** Something that lasts through a rotation and whatever else happens in it. */
export interface Weather extends Named {
  readonly kind: 'weather';
  /** @returns what ends it and tells what it came to */
  begin(scene: Scene): () => Told;
}

export type Fault = Incident | Weather;
