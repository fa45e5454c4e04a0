import {
  nameOfSecret,
  parameterName,
  secretName,
  SECRETS,
  type ImportedSecrets,
} from '../lambda-src/contract/names';
import type { Account } from '../modules/shared/account';
import { resourceName } from '../modules/shared/naming';
import type { Conventions } from './config/resolved';
import type { Configuration } from './config/schema';

/** Names by convention, but for what was imported: it keeps the name that it has. */
export function conventionsOf({
  prefix,
  cluster,
  import: imported,
}: Pick<Configuration, 'prefix' | 'import'> & Partial<Pick<Configuration, 'cluster'>>): Conventions {
  return {
    cluster: cluster ?? imported.cluster ?? resourceName(prefix, []),
    service: (name) => imported.services[name]?.service?.split('/')[1] ?? resourceName(prefix, [name]),
    secret: (credential, kind) => {
      const arn = imported.secrets[credential]?.[kind];
      return arn === undefined ? secretName(prefix, credential, kind) : nameOfSecret(arn);
    },
  };
}

/** The secrets whose names do not say what they are. */
export function importedSecrets({ prefix, import: { secrets } }: Configuration): ImportedSecrets {
  return Object.fromEntries(
    Object.entries(secrets).flatMap(([credential, arns]) =>
      SECRETS.flatMap((kind) => {
        const arn = arns[kind];
        const known = arn === undefined || nameOfSecret(arn) === secretName(prefix, credential, kind);
        return known ? [] : [[arn, `${credential}/${kind}`] as const];
      }),
    ),
  );
}

/** The parameter that applications read, of a credential with that delivery: bootstrap makes it. */
export function activeParameterArn(
  account: Account,
  { prefix }: Pick<Configuration, 'prefix'>,
  credential: string,
): string {
  return account.arn('ssm', `parameter${parameterName(prefix, credential, 'active')}`);
}
