import type { SlotVersion } from './slot';

/** How a container gets the active credential: see docs/deliveries.md. */
export type Delivery = 'secret' | 'parameter' | 'entrypoint';

export const DELIVERIES = ['secret', 'parameter', 'entrypoint'] as const satisfies readonly Delivery[];

/**
 * What the pointer says while a slot's version is active. Containers that pick the user themselves compare the version with
 * that of the value that they were given.
 */
export function pointerText(delivery: Delivery, { slot, version }: SlotVersion): string {
  return delivery === 'entrypoint' ? `${slot} ${version}` : slot;
}

/**
 * Whether a `valueFrom` reads a parameter as it is now: it is the name, or the ARN, and nothing that follows it. Source:
 * "Pass Systems Manager parameters through Amazon ECS environment variables", Amazon ECS Developer Guide.
 */
export function readsParameter(name: string, valueFrom: string): boolean {
  return valueFrom === name || (valueFrom.startsWith('arn:') && valueFrom.endsWith(`:parameter${name}`));
}

/** Whether a `valueFrom` is the secret, or a part or a version of it. */
export function namesSecret(secretArn: string, valueFrom: string): boolean {
  return valueFrom === secretArn || valueFrom.startsWith(`${secretArn}:`);
}

/**
 * Whether a `valueFrom` reads something of a credential, at whatever version: a secret by its ARN, a parameter by its name.
 */
export function namesIt(name: string, valueFrom: string): boolean {
  if (!name.startsWith('/')) return namesSecret(name, valueFrom);
  return readsParameter(name, valueFrom) || valueFrom.includes(`:parameter${name}:`);
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

/** Whether a `valueFrom` follows one key of the secret's AWSCURRENT. */
export function readsKey(secretArn: string, key: string, valueFrom: string): boolean {
  return readsCurrent(secretArn, valueFrom) && valueFrom.slice(secretArn.length + 1).split(':')[0] === key;
}
