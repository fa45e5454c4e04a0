import type { Check } from '../../../lambda-src/contract/preflight';
import type { FaultBoard } from '../../../local/drill/faults/board';
import type { Stage } from '../../../local/drill/stage';

export interface Scene {
  readonly stage: Stage;
  readonly board: FaultBoard;
}

/** Does something wrong. @returns what brings back what was there before */
export type Seed = (scene: Scene) => Promise<() => Promise<unknown>>;

/** Something wrong with an installation, and what preflight has to say of it: where, how bad, and what to do. */
export type Misconfiguration = readonly [
  what: string,
  seed: Seed,
  check: string,
  status: Check['status'],
  says: RegExp,
];
