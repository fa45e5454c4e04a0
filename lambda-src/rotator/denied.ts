/** Secrets Manager answers so where the policy, or the key's, does not let the caller. */
export function isDenied(error: unknown): error is Error {
  return error instanceof Error && ['AccessDeniedException', 'DecryptionFailure'].includes(error.name);
}

export function deniedParameterWords(parameter: string, { name, message }: Error): string {
  return `${parameter} cannot be read (${name}: ${message}): the rotator's role needs ssm:GetParameters on it and kms:Decrypt on its key, whose own policy must let it in`;
}

export function deniedWords(secret: string, { name, message }: Error): string {
  return `${secret} cannot be read (${name}: ${message}): the rotator's role needs secretsmanager:GetSecretValue on it and kms:Decrypt on its key, whose own policy and the secret's must let it in`;
}
