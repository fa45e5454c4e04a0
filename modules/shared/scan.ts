import type { TerraformResource } from 'cdktf';

/** Id of one of checkov's checks. */
export type CheckId = `CKV_AWS_${number}` | `CKV2_AWS_${number}`;

/** Why a scanner's check does not hold for an element, and is not meant to: one sentence for each. */
export type Skips = Readonly<Record<CheckId, string>>;

/**
 * The comment that carries skips in the synthesized JSON, where Terraform ignores it. It is how checkov takes skips in the
 * metadata of CloudFormation. Of Terraform's JSON it reads none yet (its issue 4634): for that a baseline is made of these.
 */
export interface ScanComment {
  readonly checkov: { readonly skip: readonly { readonly id: string; readonly comment: string }[] };
}

/** @param skips at least one */
export function scanComment(skips: Skips): ScanComment {
  return { checkov: { skip: Object.entries(skips).map(([id, comment]) => ({ id, comment })) } };
}

/** Says in place why checks do not hold for a resource. Once for each resource: a second call replaces the first. */
export function skipScan(resource: TerraformResource, skips: Skips): void {
  if (Object.keys(skips).length > 0) resource.addOverride('//', scanComment(skips));
}

/** A scanner wants logs kept for a year. */
export function skipShortLog(log: TerraformResource, days: number): void {
  if (days < 365) skipScan(log, { CKV_AWS_338: 'Asked for by `logRetentionDays`.' });
}
