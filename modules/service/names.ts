import { resourceName } from '../shared/naming';

/** Role that starts the tasks of a service; the policy of a secret names it before it exists. */
export function executionRoleName(prefix: string, service: string): string {
  return resourceName(prefix, [service, 'execution']);
}
