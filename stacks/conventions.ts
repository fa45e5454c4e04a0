import { versionedKey } from '../lambda-src/contract/delivered';
import {
  nameOfSecret,
  parameterName,
  secretName,
  SECRETS,
  type ImportedSecrets,
} from '../lambda-src/contract/names';
import type { SecretArns } from '../modules/credential/credential';
import type { Account } from '../modules/shared/account';
import { resourceName } from '../modules/shared/naming';
import type { Conventions } from './config/resolved';
import type { Configuration, CredentialConfiguration } from './config/schema';

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

/** The parameter that applications read, as bootstrap makes it: of the delivery parameter, or the pointer of entrypoint. */
export function parameterArn(
  account: Account,
  prefix: string,
  credential: string,
  kind: 'active' | 'pointer',
): string {
  return account.arn('ssm', `parameter${parameterName(prefix, credential, kind)}`);
}

/** What task definitions name of a credential, as an output shows it. */
export function namedIn(
  account: Account,
  prefix: string,
  {
    name,
    configuration: { delivery },
    credential: { secrets },
  }: {
    readonly name: string;
    readonly configuration: Pick<CredentialConfiguration, 'delivery'>;
    readonly credential: { readonly secrets: SecretArns };
  },
): unknown {
  if (delivery !== 'entrypoint') return secrets.active ?? parameterArn(account, prefix, name, 'active');
  const pointer = parameterArn(account, prefix, name, 'pointer');
  return { pointer, blue: versionedKey(secrets.blue), green: versionedKey(secrets.green) };
}
