import { resourceName } from '../shared/naming';

/** Alias by which other states find the installation's own key. */
export function secretsKeyAlias(prefix: string): string {
  return `alias/${resourceName(prefix, ['secrets'])}`;
}

/** The same, of the key of logs and alarms. */
export function operationsKeyAlias(prefix: string): string {
  return `alias/${resourceName(prefix, ['operations'])}`;
}
