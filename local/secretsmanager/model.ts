import type { RotationRules, Window } from './schedule';

/** The value of one version, as it came: text, or bytes in base64. */
export type SecretValue =
  { readonly kind: 'string'; readonly text: string } | { readonly kind: 'binary'; readonly base64: string };

/** One version; a rotation makes its AWSPENDING version before there is a value. */
export interface SecretVersion {
  readonly id: string;
  readonly createdAt: number;
  value?: SecretValue;
  /** The UTC day of the last read, in milliseconds: AWS keeps it at the resolution of a day. */
  accessedDay?: number;
}

/** How a secret is rotated, once RotateSecret has been called for it. */
export interface Rotation {
  enabled: boolean;
  functionArn: string;
  rules?: RotationRules;
  nextWindow?: Window;
  lastRotatedAt?: number;
}

/** A secret; times are milliseconds since the epoch. */
export interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly createdAt: number;
  changedAt: number;
  accessedDay?: number;
  description?: string;
  kmsKeyId?: string;
  owningService?: string;
  policy?: string;
  readonly tags: Map<string, string>;
  readonly versions: Map<string, SecretVersion>;
  /** Version id by staging label: a label is on one version at a time. */
  readonly labels: Map<string, string>;
  rotation?: Rotation;
  /** The end of the recovery window, once deletion is scheduled. */
  deletedAt?: number;
}

/** The staging labels of a version, in the order in which they were attached. */
export function stagesOf(secret: Secret, versionId: string): string[] {
  return [...secret.labels].filter(([, id]) => id === versionId).map(([label]) => label);
}

/** The start of the UTC day of a time. */
export function dayOf(time: number): number {
  return time - (time % 86_400_000);
}
