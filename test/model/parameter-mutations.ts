import { urlOf } from '../../lambda-src/contract/active-parameter';
import type { CredentialDocument } from '../../lambda-src/contract/config-document';
import type { SlotVersion } from '../../lambda-src/core/slot';
import type { SecretStore } from '../../lambda-src/ports/secrets';
import { replace } from './seams';

/** Of the delivery `parameter`. */
export const OF_PARAMETER: Readonly<Record<string, () => void>> = {
  'a parameter that is taken for what was meant': () =>
    replace('observeMirror', () => Promise.resolve('active')),

  'a parameter that carries whatever is current in the slot': () =>
    replace(
      'urlAt',
      async (secrets: SecretStore, { slots, urlOptions }: CredentialDocument, { slot }: SlotVersion) => {
        const value = await secrets.read(slots[slot].secretArn);
        return value === null ? null : urlOf(value, urlOptions);
      },
    ),
};
