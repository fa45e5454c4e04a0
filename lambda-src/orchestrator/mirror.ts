import { publishedVersion, type CredentialDocument } from '../contract/config-document';
import { parameterName } from '../contract/names';
import { pointerText } from '../core/delivery';
import type { Published } from '../core/observation';
import type { CredentialRecord } from '../core/record';
import type { Sensitive } from '../core/sensitive';
import type { Slot, SlotVersion } from '../core/slot';
import { urlAt } from '../ports/active-parameter';
import { AWSCURRENT, versionWith, type SecretDescription } from '../ports/secrets';
import type { OrchestratorDependencies } from './dependencies';

/** The record, and what is published of it beside a secret. */
export interface PublishedState {
  readonly config: CredentialDocument;
  readonly record: CredentialRecord | null;
  readonly pointer: string | null;
}

/** Of one secret, all three are it; `active` is null where there is no such secret. */
export type DescribedSecrets = Readonly<Record<Slot, SecretDescription>> & {
  readonly active: SecretDescription | null;
};

/** Whose credential a published copy carries. */
function publishedAs(record: CredentialRecord | null, carries: (target: SlotVersion) => boolean): Published {
  if (record === null) return 'other';
  if (carries(record.active)) return 'active';
  return record.previous !== null && carries(record.previous) ? 'previous' : 'other';
}

/** Whose credential the pointer names. */
export function pointedAt({ config, record, pointer }: PublishedState): Published {
  return publishedAs(record, (target) => pointer === pointerText(config.delivery, target));
}

/**
 * Whose credential applications read. An active secret says it by its version id. A parameter has no id of ours: it is asked
 * for what it carries, and that is compared with the value of the version (docs/adr/0012-the-active-parameter.md). Containers
 * that pick a user themselves read what the pointer names, and start only where the slot's AWSCURRENT is that very version
 * (docs/adr/0014-the-pointer-that-containers-read.md).
 */
export async function observeMirror(
  dependencies: OrchestratorDependencies,
  state: PublishedState,
  secrets: DescribedSecrets,
): Promise<Published> {
  const { config, record, pointer } = state;
  switch (config.delivery) {
    case 'secret': {
      const carried = secrets.active === null ? null : versionWith(secrets.active, AWSCURRENT);
      return publishedAs(record, (target) => carried === publishedVersion(config, target));
    }
    case 'parameter':
      return await observeParameter(dependencies, config, record);
    case 'entrypoint':
      return publishedAs(
        record,
        (target) =>
          pointer === pointerText(config.delivery, target) &&
          versionWith(secrets[target.slot], AWSCURRENT) === target.version,
      );
  }
}

async function observeParameter(
  dependencies: OrchestratorDependencies,
  config: CredentialDocument,
  record: CredentialRecord | null,
): Promise<Published> {
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
