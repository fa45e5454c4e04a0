import { urlOf } from '../contract/active-parameter';
import type { CredentialDocument } from '../contract/config-document';
import type { Sensitive } from '../core/sensitive';
import type { SlotVersion } from '../core/slot';
import type { SecretStore } from './secrets';

/** What the active parameter is to carry of a slot's version; null where there is no such version, or it is no login. */
export async function urlAt(
  secrets: SecretStore,
  { slots, urlOptions }: CredentialDocument,
  { slot, version }: SlotVersion,
): Promise<Sensitive | null> {
  const value = await secrets.read(slots[slot].secretArn, { version });
  return value === null ? null : urlOf(value, urlOptions);
}
