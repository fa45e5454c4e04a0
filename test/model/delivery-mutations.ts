import { urlOf } from '../../lambda-src/contract/active-parameter';
import type { CredentialDocument } from '../../lambda-src/contract/config-document';
import type { Delivery } from '../../lambda-src/core/delivery';
import type { SlotVersion } from '../../lambda-src/core/slot';
import type { SecretStore } from '../../lambda-src/ports/secrets';
import { pointedAt, type PublishedState } from '../../lambda-src/orchestrator/mirror';
import { replace } from './seams';

/** What is played with one delivery, where that is not the secret. */
export const OF_DELIVERY: Readonly<Record<string, readonly [Delivery, () => void]>> = {
  'a parameter that is taken for what was meant': [
    'parameter',
    () => replace('observeMirror', () => Promise.resolve('active')),
  ],

  'a parameter that carries whatever is current in the slot': [
    'parameter',
    () =>
      replace(
        'urlAt',
        async (secrets: SecretStore, { slots, urlOptions }: CredentialDocument, { slot }: SlotVersion) => {
          const value = await secrets.read(slots[slot].secretArn);
          return value === null ? null : urlOf(value, urlOptions);
        },
      ),
  ],

  'a pointer that is believed whatever is current in its slot': [
    'entrypoint',
    () =>
      replace('observeMirror', (_dependencies: unknown, state: PublishedState) =>
        Promise.resolve(pointedAt(state)),
      ),
  ],

  'a value that no container could start with, and is rolled out': [
    'entrypoint',
    () => replace('isStartable', () => true),
  ],
};
