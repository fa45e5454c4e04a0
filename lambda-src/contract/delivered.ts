import { namesIt, readsCurrent, readsKey, readsParameter } from '../core/delivery';
import { SLOTS, type Slot } from '../core/slot';
import { activeSecretOf, type CredentialDocument } from './config-document';
import { parameterName } from './names';

/** What applications are to read, and how it is told from a task definition's `valueFrom`s. */
export interface Delivered {
  /** ARN of the secret, or name of the parameter; of the delivery entrypoint, name of the pointer. */
  readonly name: string;
  /** What a task definition with these `valueFrom`s does not read as it is now, and must, to follow a flip; by name. */
  missingFrom(values: readonly string[]): readonly string[];
  /** Whether a `valueFrom` names it, whatever version or key of it. */
  isNamedBy(valueFrom: string): boolean;
}

type Described = Pick<CredentialDocument, 'credential' | 'delivery' | 'activeSecretArn' | 'slots'>;

/** The key of a slot's value that container/tandem-entrypoint reads. */
const VERSIONED = 'versioned';

/** What container/tandem-entrypoint reads, by its variables. */
export const ENTRYPOINT_VARIABLES = {
  pointer: 'TANDEM_POINTER',
  blue: 'TANDEM_BLUE',
  green: 'TANDEM_GREEN',
} as const satisfies Readonly<Record<Slot | 'pointer', string>>;

export function deliveredBy(prefix: string, config: Described): Delivered {
  const { credential, delivery, slots } = config;
  switch (delivery) {
    case 'secret':
      return oneValue(activeSecretOf(config), readsCurrent);
    case 'parameter':
      return oneValue(parameterName(prefix, credential, 'active'), readsParameter);
    case 'entrypoint': {
      const name = parameterName(prefix, credential, 'pointer');
      return {
        name,
        missingFrom: (values) => [
          ...(values.some((value) => readsParameter(name, value)) ? [] : [name]),
          ...SLOTS.map((slot) => slots[slot].secretArn)
            .filter((arn) => !values.some((value) => readsKey(arn, VERSIONED, value)))
            .map((arn) => versionedKey(arn)),
        ],
        isNamedBy: (valueFrom) => namesIt(name, valueFrom),
      };
    }
  }
}

function oneValue(name: string, isRead: (name: string, valueFrom: string) => boolean): Delivered {
  return {
    name,
    missingFrom: (values) => (values.some((value) => isRead(name, value)) ? [] : [name]),
    isNamedBy: (valueFrom) => namesIt(name, valueFrom),
  };
}

/** The `valueFrom` of what container/tandem-entrypoint reads of a slot. */
export function versionedKey(secretArn: string): string {
  return `${secretArn}:${VERSIONED}::`;
}

/** What there is to read of a credential: whoever reads any of it depends on it. */
export function readNamesOf(prefix: string, config: Described): readonly string[] {
  const { blue, green } = config.slots;
  return [deliveredBy(prefix, config).name, blue.secretArn, green.secretArn];
}
