/** What decides whether two credentials belong together. */
export interface Consuming {
  readonly name: string;
  readonly consumers: readonly { readonly cluster: string; readonly service: string }[];
}

/**
 * Credentials that share a consumer, directly or through others, form one group: at most one of them rolls at a time.
 * @returns per credential the names of its group, itself included, sorted; the same array for each of them
 */
export function groupsOf(credentials: readonly Consuming[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, Set<string>>();
  const firstOf = new Map<string, string>();
  for (const { name, consumers } of credentials) {
    groups.set(name, new Set([name]));
    for (const { cluster, service } of consumers) {
      const key = `${cluster}/${service}`;
      const first = firstOf.get(key);
      if (first === undefined) firstOf.set(key, name);
      else merge(groups, first, name);
    }
  }
  const sorted = new Map([...new Set(groups.values())].map((members) => [members, [...members].sort()]));
  return new Map([...groups].map(([name, members]) => [name, sorted.get(members) ?? []]));
}

function merge(groups: Map<string, Set<string>>, one: string, other: string): void {
  const union = new Set([...(groups.get(one) ?? []), ...(groups.get(other) ?? [])]);
  for (const member of union) groups.set(member, union);
}
