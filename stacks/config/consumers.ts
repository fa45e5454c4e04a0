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
}

export function consumerReference(entry: Entry): ConsumerReference {
  if (typeof entry === 'string') return { service: entry, cluster: undefined, variable: 'DATABASE_URL' };
  return { service: entry.service, cluster: entry.cluster, variable: entry.variable ?? 'DATABASE_URL' };
}
