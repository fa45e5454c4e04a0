import { createHash } from 'node:crypto';

function hex(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex');
}

/**
 * The version id under which the `active` secret carries a slot's version. Of identifiers only, never of
 * the value: publishing twice is then the same version, and the id says nothing about a password.
 */
export function mirrorVersion(slotSecretArn: string, version: string): string {
  return hex('mirror', slotSecretArn, version);
}

/** The token of a slot's first value: fixed, so that a repeated bootstrap cannot store a second one. */
export function bootstrapToken(slotSecretArn: string): string {
  return hex('bootstrap', slotSecretArn);
}

/** The token of the value that a slot takes over from a version of a secret that was there before. */
export function adoptionToken(slotSecretArn: string, adoptedVersion: string): string {
  return hex('adopt', slotSecretArn, adoptedVersion);
}

/** The token with which the standby is rotated in place of a rotation of the active slot that was refused. */
export function standInToken(refusedVersion: string): string {
  return hex('stand-in', refusedVersion);
}

/** The token of a rotation that a person's request started. */
export function requestToken(requestId: string): string {
  return hex('request', requestId);
}

/** The token of a rotation that takes a leaked password out of use: of the standby, by the number of the attempt. */
export function replacementToken(slot: string, leakedVersion: string, attempt: number): string {
  return hex('replacement', slot, leakedVersion, String(attempt));
}

/** The token of a rotation because the active password is too old: another one each day, for one may be refused. */
export function overdueToken(activeVersion: string, day: number): string {
  return hex('overdue', activeVersion, String(day));
}
