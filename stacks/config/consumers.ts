import { ENTRYPOINT_VARIABLES } from '../../lambda-src/contract/delivered';
import type { CredentialConfiguration } from './schema';

type Entry = CredentialConfiguration['consumers'][number];

/** A consumer, however it was written. */
export interface ConsumerReference {
  /** Name under `services`; with a cluster, ECS's own name of a service that exists. */
  readonly service: string;
  /** Cluster of a service that exists; undefined for one of this installation. */
  readonly cluster: string | undefined;
  /** Environment variable that gets the URL. */
  readonly variable: string;
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
export function entrypointEnvironment(variable: string): Readonly<Record<string, string>> {
  return variable === USUAL_VARIABLE ? {} : { TANDEM_VARIABLE: variable };
}

/** The variables that a container gets for one credential. */
export function variablesGiven(
  delivery: CredentialConfiguration['delivery'],
  variable: string,
): readonly string[] {
  if (delivery !== 'entrypoint') return [variable];
  return [variable, ...Object.values(ENTRYPOINT_VARIABLES), ...Object.keys(entrypointEnvironment(variable))];
}

export function consumerReference(entry: Entry): ConsumerReference {
  if (typeof entry === 'string') return { service: entry, cluster: undefined, variable: USUAL_VARIABLE };
  const { service, cluster, variable = USUAL_VARIABLE, codeDeploy } = entry;
  return { service, cluster, variable, ...(codeDeploy === undefined ? {} : { codeDeploy }) };
}
