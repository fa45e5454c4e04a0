export type ParameterType = 'String' | 'StringList' | 'SecureString';
export type Tier = 'Standard' | 'Advanced';

/** One version of a parameter, with the attributes it was put with. */
export interface ParameterVersion {
  readonly version: number;
  readonly value: string;
  readonly type: ParameterType;
  readonly tier: Tier;
  readonly dataType: string;
  readonly description?: string;
  readonly keyId?: string;
  readonly allowedPattern?: string;
  readonly policies?: string;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
  readonly modifiedBy: string;
  readonly labels: Set<string>;
}

export interface Parameter {
  readonly name: string;
  readonly arn: string;
  /** Oldest first, never empty. */
  readonly versions: ParameterVersion[];
  readonly tags: Map<string, string>;
}

export function latest({ name, versions }: Parameter): ParameterVersion {
  const version = versions.at(-1);
  if (version === undefined) throw new Error(`the parameter ${name} has no version`);
  return version;
}
