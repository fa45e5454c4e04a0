import type { Verification } from '../core/observation';
import type { Slot, SlotVersion } from '../core/slot';

/** The rotator as the orchestrator needs it: the only function that reaches the database. */
export interface RotatorClient {
  /** Logs in with exactly this version on every endpoint, under the lock. An invocation that fails is an outage. */
  verify(
    credential: string,
    target: SlotVersion,
  ): Promise<{ readonly result: Verification['result']; readonly detail: string }>;
  /**
   * NOLOGIN for the former user, which the record must name as retired or compromised.
   * @throws RetirementRefused where somebody uses it; RotatorError
   */
  retire(credential: string, target: SlotVersion): Promise<void>;
  /** LOGIN. @throws RotatorError */
  restore(credential: string, slot: Slot): Promise<void>;
  /** Ends every session of the former user, whose password leaked and that may not log in. @throws RotatorError */
  terminate(credential: string, target: SlotVersion): Promise<void>;
}

/** The rotator could not be invoked, or refused; the message is its own. */
export class RotatorError extends Error {
  override readonly name: string = 'RotatorError';
}

/** The user was not locked out: a session of it is open, or the record changed meanwhile. Nothing was changed. */
export class RetirementRefused extends RotatorError {
  override readonly name = 'RetirementRefused';
}
