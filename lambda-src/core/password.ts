import { Sensitive } from './sensitive';

/** Printable ASCII: what needs no SASLprep. */
const PRINTABLE = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index));
const CLASSES = [/[a-z]/, /[A-Z]/, /[0-9]/];

export interface PasswordPolicy {
  /** Characters. */
  readonly length: number;
  /** Characters that must not occur. */
  readonly exclude: string;
}

/** The policy leaves no password to make. */
export class PasswordPolicyError extends Error {
  override readonly name = 'PasswordPolicyError';
}

/** The characters a policy leaves to choose from. */
export function alphabetOf({ exclude }: PasswordPolicy): readonly string[] {
  return PRINTABLE.filter((character) => !exclude.includes(character));
}

/**
 * A password with every class of letters and digits that the policy leaves, each character uniformly drawn.
 * @param randomBytes a cryptographically secure source
 * @throws PasswordPolicyError where fewer than ten characters are left to choose from, or too few are drawn for the classes
 */
export function generatePassword(
  policy: PasswordPolicy,
  randomBytes: (count: number) => Uint8Array,
): Sensitive {
  const alphabet = alphabetOf(policy);
  if (alphabet.length < 10) {
    throw new PasswordPolicyError(
      `Only ${alphabet.length} characters are left after password.exclude; leave at least 10.`,
    );
  }
  const classes = CLASSES.filter((pattern) => alphabet.some((character) => pattern.test(character)));
  if (policy.length < classes.length) {
    throw new PasswordPolicyError(
      `password.length is ${policy.length}; it must be at least ${classes.length}, one character of each class.`,
    );
  }
  for (;;) {
    const password = draw(policy.length, alphabet, randomBytes);
    if (classes.every((pattern) => pattern.test(password))) return new Sensitive(password);
  }
}

/** Rejects bytes beyond the last whole multiple of the alphabet: a plain remainder would favour its first characters. */
function draw(
  length: number,
  alphabet: readonly string[],
  randomBytes: (count: number) => Uint8Array,
): string {
  const bound = 256 - (256 % alphabet.length);
  const drawn: string[] = [];
  while (drawn.length < length) {
    for (const byte of randomBytes(length - drawn.length)) {
      const character = alphabet[byte % alphabet.length];
      if (byte < bound && character !== undefined) drawn.push(character);
    }
  }
  return drawn.join('');
}
