import { ENTRYPOINT_VARIABLES } from '../../lambda-src/contract/delivered';
import type { CredentialConfiguration } from './schema';
import { SECRET_KEYS, type SecretKey } from './separate-keys';

type Entry = CredentialConfiguration['consumers'][number];

/** A consumer, however it was written. */
export interface ConsumerReference {
  /** Name under `services`; with a cluster, ECS's own name of a service that exists. */
  readonly service: string;
  /** Cluster of a service that exists; undefined for one of this installation. */
  readonly cluster: string | undefined;
  /** Keys of the value, by the environment variables that get them. */
  readonly keys: Readonly<Record<string, SecretKey>>;
  /** What deploys it, where that is CodeDeploy. */
  readonly codeDeploy?: CodeDeployGroup;
}

/** A CodeDeploy deployment group. */
export interface CodeDeployGroup {
  readonly application: string;
  readonly deploymentGroup: string;
}

/** What the applications of this world read. */
const USUAL_VARIABLE = 'DATABASE_URL';

/** What container/tandem-entrypoint is told besides, where a program does not read {@link USUAL_VARIABLE}. */
export function entrypointEnvironment(variables: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    variables
      .filter((variable) => variable !== USUAL_VARIABLE)
      .map((variable) => ['TANDEM_VARIABLE', variable]),
  );
}

/** The variables that a container gets for one credential. */
export function variablesGiven(
  delivery: CredentialConfiguration['delivery'],
  { keys }: ConsumerReference,
): readonly string[] {
  const variables = Object.keys(keys);
  if (delivery !== 'entrypoint') return variables;
  const environment = Object.keys(entrypointEnvironment(variables));
  return [...variables, ...Object.values(ENTRYPOINT_VARIABLES), ...environment];
}

export function consumerReference(entry: Entry): ConsumerReference {
  if (typeof entry === 'string')
    return { service: entry, cluster: undefined, keys: { [USUAL_VARIABLE]: 'url' } };
  const { service, cluster, variable = USUAL_VARIABLE, codeDeploy } = entry;
  const variables: Readonly<Partial<Record<SecretKey, string | undefined>>> = entry.variables ?? {
    url: variable,
  };
  const keys = SECRET_KEYS.flatMap((key) => {
    const name = variables[key];
    return name === undefined ? [] : [[name, key] as const];
  });
  return {
    service,
    cluster,
    keys: Object.fromEntries(keys),
    ...(codeDeploy === undefined ? {} : { codeDeploy }),
  };
}
