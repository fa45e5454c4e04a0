import { longestOf } from './measure';

type Block = Readonly<Record<string, unknown>>;
type Resources = Readonly<Record<string, Readonly<Record<string, Block>>>>;

/** Characters that a policy may have, by what it is attached to; those of a role are counted together. */
const ATTACHED: Readonly<Record<string, { readonly to: string; readonly limit: number }>> = {
  aws_iam_role_policy: { to: 'role', limit: 10_240 },
  aws_secretsmanager_secret_policy: { to: 'secret_arn', limit: 20_480 },
  aws_kms_key: { to: 'description', limit: 32_768 },
};

export interface PolicySize {
  readonly what: string;
  readonly size: number;
  readonly limit: number;
}

/** How long each policy becomes, without white space, which IAM does not count. */
export function sizeOfPolicies(rendered: Readonly<Record<string, unknown>>): PolicySize[] {
  const documents = ((rendered['data'] ?? {}) as Resources)['aws_iam_policy_document'] ?? {};
  const all = (rendered['resource'] ?? {}) as Resources;
  return Object.entries(ATTACHED).flatMap(([type, { to, limit }]) => {
    const sizes = new Map<string, number>();
    for (const resource of Object.values(all[type] ?? {})) {
      const owner = String(resource[to]);
      sizes.set(owner, (sizes.get(owner) ?? 0) + sizeOf(resource['policy'], documents));
    }
    return [...sizes].map(([owner, size]) => ({
      what: `characters of policy on ${owner} (${type})`,
      size,
      limit,
    }));
  });
}

/** @param policy the document itself, or the reference to one */
function sizeOf(policy: unknown, documents: Readonly<Record<string, Block>>): number {
  const text = typeof policy === 'string' ? policy : '';
  const address = /^\$\{data\.aws_iam_policy_document\.([^.}]+)\.json\}$/.exec(text)?.[1];
  const document = address === undefined ? undefined : documents[address];
  return longestOf(document === undefined ? text : json(document)).length;
}

/** As IAM gets it: Terraform's words are a little longer than IAM's, never shorter. */
function json(document: Block): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: document['statement'] });
}
