import { namesIt, readsCurrent, readsParameter } from '../core/delivery';
import { activeSecretOf, type CredentialDocument } from './config-document';
import { parameterName } from './names';

/** What applications are to read, and how it is told from a task definition's `valueFrom`. */
export interface Delivered {
  /** ARN of the secret, or name of the parameter. */
  readonly name: string;
  /** Whether a `valueFrom` reads it as it is now, and so follows a flip. */
  isReadBy(valueFrom: string): boolean;
  /** Whether a `valueFrom` names it, whatever version or key of it. */
  isNamedBy(valueFrom: string): boolean;
}

export function deliveredBy(
  prefix: string,
  config: Pick<CredentialDocument, 'credential' | 'delivery' | 'activeSecretArn'>,
): Delivered {
  switch (config.delivery) {
    case 'secret': {
      const name = activeSecretOf(config);
      return {
        name,
        isReadBy: (valueFrom) => readsCurrent(name, valueFrom),
        isNamedBy: (valueFrom) => namesIt(name, valueFrom),
      };
    }
    case 'parameter': {
      const name = parameterName(prefix, config.credential, 'active');
      return {
        name,
        isReadBy: (valueFrom) => readsParameter(name, valueFrom),
        isNamedBy: (valueFrom) => namesIt(name, valueFrom),
      };
    }
  }
}

/** What there is to read of a credential: whoever reads any of it depends on it. */
export function readNamesOf(
  prefix: string,
  config: Pick<CredentialDocument, 'credential' | 'delivery' | 'activeSecretArn' | 'slots'>,
): readonly string[] {
  const { blue, green } = config.slots;
  return [deliveredBy(prefix, config).name, blue.secretArn, green.secretArn];
}
