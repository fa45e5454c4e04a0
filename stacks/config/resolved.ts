import type { CredentialDocumentInput } from '../../lambda-src/contract/config-document';
import type { SecretKind } from '../../lambda-src/contract/names';
import { consumerReference, type CodeDeployGroup, type ConsumerReference } from './consumers';
import { groupsOf } from './groups';
import { rolesOf } from './role';
import type { Configuration, CredentialConfiguration } from './schema';

/** A consumer of a credential, as ECS names it. */
interface Consumer {
  readonly cluster: string;
  readonly service: string;
  readonly codeDeploy?: CodeDeployGroup;
}

/** A credential with everything that convention fills in. */
export interface ResolvedCredential {
  readonly name: string;
  readonly configuration: CredentialConfiguration;
  readonly users: { readonly blue: string; readonly green: string };
  readonly consumers: readonly Consumer[];
  /** Names of the credentials that share a consumer, this one included, sorted. */
  readonly group: readonly string[];
}

/** Names that the stacks give to what others must find: the same in every state, with no reference between states. */
export interface Conventions {
  /** ECS cluster name. */
  readonly cluster: string;
  /** ECS service name of a service under `services`. */
  readonly service: (name: string) => string;
  /** Name of a credential's secret. */
  readonly secret: (credential: string, kind: SecretKind) => string;
}

export function resolvedCredentials(configuration: Configuration, names: Conventions): ResolvedCredential[] {
  const entries = Object.entries(configuration.credentials);
  const consuming = entries.map(([name, credential]) => ({
    name,
    consumers: consumersOf(credential, names),
  }));
  const groups = groupsOf(consuming);
  return entries.map(([name, credential]) => ({
    name,
    configuration: credential,
    users: rolesOf(name, credential),
    consumers: consumersOf(credential, names),
    group: groups.get(name) ?? [name],
  }));
}

function consumersOf(credential: CredentialConfiguration, names: Conventions): Consumer[] {
  return credential.consumers.map(consumerReference).map(({ cluster, service, codeDeploy }) => {
    return cluster === undefined
      ? { cluster: names.cluster, service: names.service(service) }
      : { cluster, service, ...(codeDeploy === undefined ? {} : { codeDeploy }) };
  });
}

/** The credentials of a service under `services`, and what its variables hold of each. */
export function credentialsOf(
  configuration: Configuration,
  service: string,
): readonly (Pick<ConsumerReference, 'keys'> & { readonly credential: string })[] {
  return Object.entries(configuration.credentials).flatMap(([credential, { consumers }]) =>
    consumers
      .map(consumerReference)
      .filter((consumer) => consumer.cluster === undefined && consumer.service === service)
      .map(({ keys }) => ({ credential, keys })),
  );
}

/** What only the credential's own secrets can add. */
export type DocumentBase = Omit<
  CredentialDocumentInput,
  'slots' | 'activeSecretArn' | 'activeParameterKeyArn'
>;

/** The configuration document but for the secrets' ARNs. */
export function documentBase(configuration: Configuration, credential: ResolvedCredential): DocumentBase {
  const {
    strategy,
    delivery,
    database,
    ownDatabase,
    urlOptions,
    password,
    rollout,
    adopt,
    maxAgeDays,
    readers,
    retire,
  } = credential.configuration;
  return {
    schema: 1,
    credential: credential.name,
    strategy,
    delivery,
    database: database ?? configuration.database.name,
    ownDatabase,
    ownerRole: rolesOf(credential.name, credential.configuration).owner,
    urlOptions,
    password,
    consumers: [...credential.consumers],
    groupWith: credential.group.filter((name) => name !== credential.name),
    rollout,
    ...(maxAgeDays === undefined ? {} : { maxAgeDays }),
    ...(readers === undefined ? {} : { readers }),
    ...(retire === undefined ? {} : { retire }),
    ...(adopt === undefined ? {} : { adopt: { slot: adopt.slot } }),
  };
}
