import { labelsOf, notePasswords } from '../passwords';
import { readRecord } from '../record';
import { startRotation } from '../rotate';
import type { Stage } from '../stage';
import { DrillError, until } from '../wait';
import { CONVERGENCE_MS, pendingOf } from './converged';

export type SlotName = 'blue' | 'green';

export function otherSlot(slot: SlotName): SlotName {
  return slot === 'blue' ? 'green' : 'blue';
}

/** The slot that may be rotated now. */
export async function standbyOf(stage: Stage): Promise<SlotName> {
  return otherSlot((await readRecord(stage)).active.slot);
}

/** What became of a rotation. */
type Outcome = 'active' | 'rejected' | 'given up';

/** How often a rotation that was given up is started anew: the next date of the calendar, as it were. */
const ATTEMPTS = 3;

/**
 * Waits until a rotation that was started is rolled out everywhere. One that Secrets Manager gave up, and that was
 * cleared, is followed by the next one, as the calendar would.
 * @returns what happened, in words
 * @throws DrillError where it does not come to that, or its version was rejected
 */
export async function seeThrough(stage: Stage, slot: SlotName, token: string): Promise<string> {
  let version = token;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const outcome = await outcomeOf(stage, slot, version);
    await notePasswords(stage);
    if (outcome === 'active') {
      return attempt === 1
        ? `settled on ${slot}`
        : `given up by Secrets Manager, cleared, and settled on ${slot} at rotation ${attempt}`;
    }
    if (outcome === 'rejected') throw new DrillError(`The rotation of ${slot} to ${version} was rejected.`);
    version = await startRotation(stage, slot);
  }
  throw new DrillError(`${ATTEMPTS} rotations of ${slot} were given up, one after the other.`);
}

async function outcomeOf(stage: Stage, slot: SlotName, version: string): Promise<Outcome> {
  let seen = 'nothing yet';
  return await until(
    `the rotation of ${slot} to be rolled out`,
    stage.signal,
    async () => {
      const labels = await labelsOf(stage, slot);
      const { phase, active, rejected, reason } = await readRecord(stage);
      seen = `the record is ${phase} on ${active.slot}${reason === null ? '' : ` (${reason})`}`;
      if (phase === 'halted') throw new DrillError(`The credential halted: ${reason ?? 'no reason noted'}.`);
      if (phase !== 'settled') return undefined;
      if (active.version === version) return 'active';
      if (rejected.some((target) => target.version === version)) return 'rejected';
      const current = labels[version]?.includes('AWSCURRENT') === true;
      return pendingOf(labels) === undefined && !current ? 'given up' : undefined;
    },
    { deadlineMs: CONVERGENCE_MS, explain: () => `Last seen: ${seen}.` },
  );
}
