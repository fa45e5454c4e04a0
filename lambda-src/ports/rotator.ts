import type { SlotVersion } from '../core/slot';

/** The rotator as the orchestrator needs it: the only function that reaches the database. */
export interface RotatorClient {
  /** Logs in with exactly this version on every endpoint, under the lock. An invocation that fails is an outage. */
  verify(
    credential: string,
    target: SlotVersion,
  ): Promise<{ readonly result: 'accepted' | 'refused' | 'outage'; readonly detail: string }>;
}
