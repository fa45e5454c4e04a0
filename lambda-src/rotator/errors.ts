import { RETIREMENT_REFUSED } from '../contract/events';
import type { Refusal } from '../core/guard';
import type { Slot } from '../core/slot';
import type { SecretKind } from '../contract/names';

/** A rotation was refused before any effect on the database. */
export class RotationRefusedError extends Error {
  override readonly name = 'RotationRefusedError';
  constructor(
    readonly credential: string,
    /** A slot; `active` where there is one secret. */
    readonly kind: SecretKind,
    readonly refusal: Refusal,
  ) {
    const what = kind === 'active' ? credential : `${kind} of ${credential}`;
    super(`Rotation of ${what} refused: ${told(refusal)}.`);
  }
}

/** Locking the former user out, or ending its sessions, was refused before any effect on the database. */
export class RetirementRefusedError extends Error {
  override readonly name = RETIREMENT_REFUSED;
  constructor(credential: string, slot: Slot, refusal: Refusal) {
    super(`Locking ${slot} of ${credential} out refused: ${told(refusal)}.`);
  }
}

function told({ reason, offenders }: Refusal): string {
  return offenders.length > 0 ? `${reason} [${offenders.join('; ')}]` : reason;
}

/** Something that the installation must have is missing or wrong; the message says what to do. */
export class InstallationError extends Error {
  override readonly name = 'InstallationError';
}

/** A user logs in, but does not work as it must. */
export class UserUnfitError extends Error {
  override readonly name = 'UserUnfitError';
}

/** A step hangs: Lambda is about to end the process in the middle of it. */
export class OutOfTimeError extends Error {
  override readonly name = 'OutOfTimeError';
  constructor(step: string) {
    super(
      `${step} did not end in the time that the function has. The lines of log before this one tell how far it came; a preflight tells whether database and AWS answer.`,
    );
  }
}
