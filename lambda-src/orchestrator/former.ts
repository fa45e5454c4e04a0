import type { Action } from '../core/action';
import type { CredentialRecord, Retired } from '../core/record';
import { RetirementRefused } from '../ports/rotator';
import type { OrchestratorDependencies } from './dependencies';
import type { Look } from './observe';
import { writeRecord } from './write-record';

type OnFormer = Extract<Action, { readonly kind: 'retire' | 'restore' | 'terminate' }>;

/**
 * Has the rotator do something to the former user, and notes it. To lock it out is noted before as well: where the answer
 * is lost, a revert then knows that it must be let in again.
 * @returns false where the rotator refused to lock it out: it is asked again at a sweep to come
 */
export async function actOnFormer(
  dependencies: OrchestratorDependencies,
  { config, observation: { record } }: Look,
  action: OnFormer,
): Promise<boolean> {
  if (record === null) return true;
  const { rotator, telemetry } = dependencies;
  const note = (change: Partial<CredentialRecord>) =>
    writeRecord(dependencies, config, { ...record, ...change });
  switch (action.kind) {
    case 'retire': {
      const { slot } = action.target;
      const retired = (done: boolean): { retired: Retired } => ({ retired: { slot, done } });
      if (record.retired?.slot !== slot) await note(retired(false));
      try {
        await rotator.retire(config.credential, action.target);
      } catch (error) {
        // Of a leak it is a failure: what was to end its sessions next must not wait quietly.
        if (!(error instanceof RetirementRefused) || record.compromised !== null) throw error;
        telemetry.warn('the former user is not locked out yet', {
          credential: config.credential,
          why: error.message,
        });
        return false;
      }
      await note(retired(true));
      break;
    }
    case 'restore':
      await rotator.restore(config.credential, action.slot);
      await note({ retired: null });
      break;
    case 'terminate': {
      const { compromised } = record;
      await rotator.terminate(config.credential, action.target);
      if (compromised !== null) await note({ compromised: { ...compromised, ended: true } });
      break;
    }
  }
  return true;
}
