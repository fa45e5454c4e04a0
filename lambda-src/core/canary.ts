import type { Settings } from './observation';
import type { CredentialRecord } from './record';

/** What is needed to know whose turn it is. */
interface Turn {
  readonly record: CredentialRecord;
  /** When the publish was read back. */
  readonly flippedAt: number;
  readonly settings: Settings;
}

/**
 * When a consumer's turn to move began: the canary's with the flip, the others' once it has moved and baked. A revert
 * waits for no canary.
 * @param place in the order of the configuration
 * @returns milliseconds since the epoch; Infinity while the canary has not moved
 */
export function turnOf(place: number, { record, flippedAt, settings: { bake } }: Turn): number {
  if (bake === null || place === 0 || record.phase !== 'rolling') return flippedAt;
  return record.canaryMovedAt === null ? Infinity : Math.max(flippedAt, record.canaryMovedAt + bake);
}
