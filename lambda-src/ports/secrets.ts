import type { Sensitive } from '../core/sensitive';

export const AWSCURRENT = 'AWSCURRENT';
export const AWSPENDING = 'AWSPENDING';

export const AWSPREVIOUS = 'AWSPREVIOUS';
/** The label of a value that is being published: without one of its own it would become AWSCURRENT at once. */
export const STAGED = 'TANDEM_STAGED';

export interface SecretDescription {
  /** Labels by version id; versions without a label are not listed. */
  readonly versions: Readonly<Record<string, readonly string[]>>;
  readonly rotationEnabled: boolean;
}

/** The version that carries a label, or null. */
export function versionWith(description: SecretDescription, label: string): string | null {
  const found = Object.entries(description.versions).find(([, labels]) => labels.includes(label));
  return found?.[0] ?? null;
}

/** Secrets Manager as Tandem needs it. Every method throws what the service throws, translated and without values. */
export interface SecretStore {
  /** @throws SecretMissingError */
  describe(secretArn: string): Promise<SecretDescription>;
  /**
   * @param at the version, the label it must carry and one it must not; left out: AWSCURRENT
   * @returns null where there is no such version, it has no value, or its labels are not these
   */
  read(
    secretArn: string,
    at?: { readonly version: string; readonly label?: string; readonly without?: string },
  ): Promise<Sensitive | null>;
  /**
   * Stores a value under a token and puts a label on it.
   * @returns `exists` where the token has another value already: that value is kept
   */
  put(secretArn: string, token: string, value: Sensitive, label: string): Promise<'stored' | 'exists'>;
  /**
   * Compare-and-swap of a label; done already where it is where it is to go, or on no version where it is to be taken off.
   * @throws LabelMovedError where `from` does not carry it any more, and it is elsewhere
   */
  moveLabel(
    secretArn: string,
    label: string,
    move: { readonly from: string | null; readonly to: string | null },
  ): Promise<void>;
  /** When the version was made, with a label or without, in milliseconds since the epoch; null where there is none. */
  createdAt(secretArn: string, version: string): Promise<number | null>;
  /** Starts a rotation whose token is given; returns once it is accepted. */
  rotate(secretArn: string, token: string): Promise<void>;
}

export class SecretMissingError extends Error {
  override readonly name = 'SecretMissingError';
}

/** Somebody moved the label meanwhile. */
export class LabelMovedError extends Error {
  override readonly name = 'LabelMovedError';
}
