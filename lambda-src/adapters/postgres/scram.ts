import { createHash, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto';
import type { Sensitive } from '../../core/sensitive';

/** PostgreSQL's own default (scram_iterations). */
const ITERATIONS = 4096;
const SALT_BYTES = 16;
const SHAPE = /^SCRAM-SHA-256\$4096:([A-Za-z0-9+/]{22}==)\$([A-Za-z0-9+/]{43}=):([A-Za-z0-9+/]{43}=)$/;

/** Random bytes of a CSPRNG. */
export type RandomBytes = (count: number) => Buffer;

/**
 * The SCRAM-SHA-256 verifier of a password, as `ALTER ROLE … PASSWORD` takes it in place of the password
 * (PostgreSQL documentation, "pg_authid"; RFC 5803). It is checked before it is answered, since the server
 * takes a malformed verifier for a plaintext password without a word.
 *
 * @throws Error where the password is empty or not printable ASCII: others would need SASLprep (RFC 4013)
 */
export function scramVerifier(password: Sensitive, randomBytes: RandomBytes): string {
  const text = password.reveal();
  if (!/^[\x20-\x7e]+$/.test(text)) throw new Error('a password must be printable ASCII, and not empty');
  const salt = randomBytes(SALT_BYTES);
  const { storedKey, serverKey } = deriveKeys(text, salt);
  const verifier = `SCRAM-SHA-256$${ITERATIONS}:${base64(salt)}$${base64(storedKey)}:${base64(serverKey)}`;
  if (!isVerifierOf(verifier, password))
    throw new Error('the SCRAM verifier does not verify its own password');
  return verifier;
}

/** Whether a text is a well-formed verifier of a password, by deriving its keys again from its own salt. */
export function isVerifierOf(verifier: string, password: Sensitive): boolean {
  const [, salt, storedKey, serverKey] = SHAPE.exec(verifier) ?? [];
  if (salt === undefined || storedKey === undefined || serverKey === undefined) return false;
  const keys = deriveKeys(password.reveal(), Buffer.from(salt, 'base64'));
  return (
    timingSafeEqual(keys.storedKey, Buffer.from(storedKey, 'base64')) &&
    timingSafeEqual(keys.serverKey, Buffer.from(serverKey, 'base64'))
  );
}

/** RFC 5802, section 3. */
function deriveKeys(
  password: string,
  salt: Buffer,
): { readonly storedKey: Buffer; readonly serverKey: Buffer } {
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  return {
    storedKey: createHash('sha256').update(clientKey).digest(),
    serverKey: createHmac('sha256', salted).update('Server Key').digest(),
  };
}

const base64 = (bytes: Buffer): string => bytes.toString('base64');
