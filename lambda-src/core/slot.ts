/** A user and its secret. One of the two is active, the other is the standby. */
export type Slot = 'blue' | 'green';

export const SLOTS: readonly Slot[] = ['blue', 'green'];

/** The slot that is not this one. */
export function other(slot: Slot): Slot {
  return slot === 'blue' ? 'green' : 'blue';
}

/** One value of one slot: the secret's version id stands for the password. */
export interface SlotVersion {
  readonly slot: Slot;
  /** Secrets Manager version id (= ClientRequestToken of the rotation that made it). */
  readonly version: string;
}

export function sameSlotVersion(a: SlotVersion, b: SlotVersion): boolean {
  return a.slot === b.slot && a.version === b.version;
}
