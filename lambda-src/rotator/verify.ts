import type { CredentialDocument } from '../contract/config-document';
import type { Verdict } from '../contract/events';
import { ContractError } from '../contract/parse';
import type { Sensitive } from '../core/sensitive';
import type { SlotVersion } from '../core/slot';
import { DatabaseError } from '../ports/database';
import { asAdmin, isStartable, loadCredential, loginFrom } from './credential';
import type { RotatorDependencies } from './dependencies';
import { tryLogins } from './logins';

/**
 * Whether exactly this version logs in, asked under the lock: an ALTER that had passed the guard is over then.
 * Refused means that a server that answers refuses it, or that there is no such value; anything else is an outage.
 */
export async function verify(
  dependencies: RotatorDependencies,
  credential: string,
  target: SlotVersion,
): Promise<Verdict> {
  const { slot, version } = target;
  const { config } = await loadCredential(dependencies, credential);
  try {
    return await asAdmin(dependencies, credential, async () => {
      const value = await dependencies.secrets.read(config.slots[slot].secretArn, { version });
      if (value === null) return { result: 'refused', detail: `${slot} has no version ${version}` };
      return await verdictOn(dependencies, config, target, value);
    });
  } catch (error) {
    if (error instanceof DatabaseError) return { result: 'outage', detail: error.message };
    throw error;
  }
}

/** The verdict on a value; one that is not a login for this slot at all is refused like a wrong password. */
export async function verdictOn(
  dependencies: RotatorDependencies,
  config: CredentialDocument,
  { slot, version }: SlotVersion,
  value: Sensitive,
): Promise<Verdict> {
  let login;
  try {
    login = loginFrom(config, slot, value);
  } catch (error) {
    if (error instanceof ContractError) return { result: 'refused', detail: error.message };
    throw error;
  }
  const { result, detail } = await tryLogins(dependencies, config, login);
  if (result !== 'accepted' || isStartable(config, version, value)) return { result, detail };
  return {
    result: 'unusable',
    detail: `no container could start with the value of ${slot} of ${config.credential}: its key versioned is not "${version} <url>"`,
  };
}
