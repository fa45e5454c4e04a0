/** Whether a `valueFrom` is the secret, or a part or a version of it. */
export function namesSecret(secretArn: string, valueFrom: string): boolean {
  return valueFrom === secretArn || valueFrom.startsWith(`${secretArn}:`);
}

/**
 * Whether a `valueFrom` follows the secret's AWSCURRENT: one that names another stage, or a version, never sees a flip.
 * The form is `<ARN>[:<json key>:<version stage>:<version id>]`. Source: "Pass Secrets Manager secrets through Amazon ECS
 * environment variables", Amazon ECS Developer Guide.
 */
export function readsCurrent(secretArn: string, valueFrom: string): boolean {
  if (valueFrom === secretArn) return true;
  if (!valueFrom.startsWith(`${secretArn}:`)) return false;
  const [, stage = '', version = ''] = valueFrom.slice(secretArn.length + 1).split(':');
  return (stage === '' || stage === 'AWSCURRENT') && version === '';
}
