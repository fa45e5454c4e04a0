import {
  PARAMETERS,
  parameterName,
  SECRETS,
  secretName,
  type ParameterKind,
  type SecretKind,
} from '../../lambda-src/contract/names';
import type { Account } from '../shared/account';

/** What Secrets Manager adds to a name: a hyphen and six characters. */
const ADDED = '-??????';

/**
 * The secrets of every credential of an installation, as ARNs with wildcards: everything below its prefix is its own, and
 * a policy that listed a hundred credentials would pass what IAM allows.
 */
export function secretArns(
  account: Account,
  prefix: string,
  kinds: readonly SecretKind[] = SECRETS,
): string[] {
  return kinds.map((kind) =>
    account.arn('secretsmanager', `secret:${secretName(prefix, '*', kind)}${ADDED}`),
  );
}

/** The same for parameters. */
export function parameterArns(
  account: Account,
  prefix: string,
  kinds: readonly ParameterKind[] = PARAMETERS,
): string[] {
  return kinds.map((kind) => account.arn('ssm', `parameter${parameterName(prefix, '*', kind)}`));
}
