import type { OwnedRelation } from './database-facts';

/**
 * What is read before what reads it: a view's queries run with the rights of its owner, and while it belongs to the owner
 * role already and what it reads still to the user, it would fail. The other way round works, since the user is a member.
 */
export function inReadingOrder(relations: readonly OwnedRelation[]): OwnedRelation[] {
  const byOid = new Map(relations.map((relation) => [relation.oid, relation]));
  const ordered = new Set<OwnedRelation>();
  const visit = (relation: OwnedRelation, path: ReadonlySet<OwnedRelation>): void => {
    if (ordered.has(relation) || path.has(relation)) return;
    for (const oid of relation.reads) {
      const read = byOid.get(oid);
      if (read !== undefined) visit(read, new Set([...path, relation]));
    }
    ordered.add(relation);
  };
  for (const relation of relations) visit(relation, new Set());
  return [...ordered];
}

const KINDS = {
  r: 'TABLE',
  p: 'TABLE',
  f: 'FOREIGN TABLE',
  v: 'VIEW',
  m: 'MATERIALIZED VIEW',
  S: 'SEQUENCE',
} as const;

/** As ALTER spells it: `TABLE public.orders`. */
export function spelled({ kind, name }: OwnedRelation): string {
  return `${KINDS[kind]} ${name}`;
}
