import type { Slot } from '../core/slot';
import type { OpenSession } from '../ports/database';
import { asAdmin, loadCredential } from './credential';
import type { RotatorDependencies } from './dependencies';
import { slotsOf } from './one-secret';

/** Who is connected as the credential's users, on every instance. */
export async function sessions(
  dependencies: RotatorDependencies,
  credential: string,
  slot?: Slot,
): Promise<Partial<Record<Slot, readonly OpenSession[]>>> {
  const { config } = await loadCredential(dependencies, credential);
  const slots = slot === undefined ? slotsOf(config) : [slot];
  return await asAdmin(dependencies, credential, async (session) => {
    const found: Partial<Record<Slot, readonly OpenSession[]>> = {};
    for (const name of slots) found[name] = await session.sessionsOf(config.slots[name].user);
    return found;
  });
}
