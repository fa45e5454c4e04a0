/** How the services say that the caller may not: themselves, for KMS, and of a role that they do not know yet. */
const DENIED = [
  'AccessDeniedException',
  'AccessDenied',
  'DecryptionFailure',
  'EncryptionFailure',
  'UnrecognizedClientException',
];

/** Whether AWS denied a call. A role that was made a moment ago is denied what it may do, for some seconds. */
export function isDenied(error: unknown): error is Error {
  return error instanceof Error && DENIED.includes(error.name);
}
