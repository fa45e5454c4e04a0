import { publishedVersion, type CredentialDocument } from '../contract/config-document';
import { parameterName } from '../contract/names';
import type { Published } from '../core/observation';
import type { CredentialRecord } from '../core/record';
import type { Sensitive } from '../core/sensitive';
import type { SlotVersion } from '../core/slot';
import { urlAt } from '../ports/active-parameter';
import { AWSCURRENT, versionWith, type SecretDescription } from '../ports/secrets';
import type { OrchestratorDependencies } from './dependencies';

/** Whose credential a published copy carries. */
export function publishedAs(
  record: CredentialRecord | null,
  carries: (target: SlotVersion) => boolean,
): Published {
  if (record === null) return 'other';
  if (carries(record.active)) return 'active';
  return record.previous !== null && carries(record.previous) ? 'previous' : 'other';
}

/**
 * Whose credential applications read. An active secret says it by its version id. A parameter has no id of ours: it is asked
 * for what it carries, and that is compared with the value of the version (docs/adr/0012-the-active-parameter.md).
 * @param active null where there is no active secret
 */
export async function observeMirror(
  dependencies: OrchestratorDependencies,
  config: CredentialDocument,
  record: CredentialRecord | null,
  active: SecretDescription | null,
): Promise<Published> {
  if (active !== null)
    return publishedAs(
      record,
      (target) => versionWith(active, AWSCURRENT) === publishedVersion(config, target),
    );
  if (record === null) return 'other';
  const carried = await dependencies.parameters.getSecure(activeParameter(dependencies, config));
  if (carried === null) return 'other';
  if (await carries(dependencies, config, record.active, carried)) return 'active';
  const { previous } = record;
  return previous !== null && (await carries(dependencies, config, previous, carried)) ? 'previous' : 'other';
}

async function carries(
  dependencies: OrchestratorDependencies,
  config: CredentialDocument,
  target: SlotVersion,
  carried: Sensitive,
): Promise<boolean> {
  return (await urlAt(dependencies.secrets, config, target))?.equals(carried) ?? false;
}

export function activeParameter(
  { environment }: OrchestratorDependencies,
  { credential }: CredentialDocument,
): string {
  return parameterName(environment.prefix, credential, 'active');
}
