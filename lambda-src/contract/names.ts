/**
 * Names by convention: infrastructure and functions compute the same name from the same prefix, so no
 * name has to travel between Terraform states or fit into an environment variable.
 */

/** The parameters of one credential, by what they hold. */
export const PARAMETERS = ['config', 'record', 'pointer', 'request', 'evidence', 'active'] as const;
export type ParameterKind = (typeof PARAMETERS)[number];

/** The secrets of one credential. */
export const SECRETS = ['blue', 'green', 'active'] as const;
export type SecretKind = (typeof SECRETS)[number];

/**
 * SSM parameter name, for instance `/tandem/prod/app/record`.
 * @param prefix the installation's path, without slashes at its ends: `tandem/prod`
 */
export function parameterName(prefix: string, credential: string, kind: ParameterKind): string {
  return `/${prefix}/${credential}/${kind}`;
}

/** Secrets Manager secret name, for instance `tandem/prod/app/blue`. */
export function secretName(prefix: string, credential: string, kind: SecretKind): string {
  return `${prefix}/${credential}/${kind}`;
}

/** What a secret's ARN says by convention. */
export interface SecretPlace {
  readonly credential: string;
  readonly kind: SecretKind;
}

/** Imported secrets keep their names: `<credential>/<kind>` of each that does not follow the convention, by its ARN. */
export type ImportedSecrets = Readonly<Record<string, string>>;

/** The name in a secret's ARN: `arn:<partition>:secretsmanager:<region>:<account>:secret:<name>-<six characters>`. */
export function nameOfSecret(arn: string): string {
  return arn
    .split(':')
    .slice(6)
    .join(':')
    .replace(/-[A-Za-z0-9]{6}$/, '');
}

/**
 * Reads credential and slot from a secret's ARN or name.
 * @returns null where it is none of this installation's
 */
export function secretPlace(
  prefix: string,
  secretId: string,
  imported: ImportedSecrets = {},
): SecretPlace | null {
  const name = secretId.startsWith('arn:') ? nameOfSecret(secretId) : secretId;
  const known = imported[secretId] ?? (name.startsWith(`${prefix}/`) ? name.slice(prefix.length + 1) : '');
  return placeIn(known);
}

/** @param place `<credential>/<kind>` */
function placeIn(place: string): SecretPlace | null {
  const [credential, kind, ...rest] = place.split('/');
  if (credential === undefined || !CREDENTIAL_PATTERN.test(credential) || rest.length > 0) return null;
  const known = SECRETS.find((secret) => secret === kind);
  return known === undefined ? null : { credential, kind: known };
}

/** Installation prefix: path segments of letters, digits, `_`, `.` and `-`, joined by slashes. */
export const PREFIX_PATTERN = /^[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*$/;

/** Credential name: starts with a letter; letters, digits, `_` and `-`; at most 40 characters. */
export const CREDENTIAL_PATTERN = /^[A-Za-z][A-Za-z0-9_-]{0,39}$/;
