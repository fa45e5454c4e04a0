import type { Observation } from '../observation';

/** Why no flip may begin: the group first, then what a person must mend; null where one may. */
export function barredBy({ busyGroup, blockers }: Observation): string | null {
  if (busyGroup.length > 0) return `waiting for the group to settle: ${busyGroup.join(', ')}`;
  return blockers.length > 0 ? `no flip before this is mended: ${blockers.join('; ')}` : null;
}
