import {
  PARAMETERS,
  parameterName,
  SECRETS,
  secretName,
  type ImportedSecrets,
  type ParameterKind,
  type SecretKind,
} from '../../lambda-src/contract/names';
import type { Account } from '../shared/account';

/** What Secrets Manager adds to a name: a hyphen and six characters. */
const ADDED = '-??????';

/** An installation, as far as its secrets go. */
export interface SecretsOf {
  readonly account: Account;
  readonly prefix: string;
  readonly importedSecrets: ImportedSecrets;
}

/**
 * The secrets of every credential of an installation, as ARNs with wildcards: everything below its prefix is its own, and
 * a policy that listed a hundred credentials would pass what IAM allows. Imported ones lie elsewhere and are named.
 */
export function secretArns(
  { account, prefix, importedSecrets }: SecretsOf,
  kinds: readonly SecretKind[] = SECRETS,
): string[] {
  return [
    ...kinds.map((kind) => account.arn('secretsmanager', `secret:${secretName(prefix, '*', kind)}${ADDED}`)),
    ...Object.entries(importedSecrets)
      .filter(([, place]) => kinds.some((kind) => place.endsWith(`/${kind}`)))
      .map(([arn]) => arn),
  ];
}

/** The same for parameters. */
export function parameterArns(
  account: Account,
  prefix: string,
  kinds: readonly ParameterKind[] = PARAMETERS,
): string[] {
  return kinds.map((kind) => account.arn('ssm', `parameter${parameterName(prefix, '*', kind)}`));
}
