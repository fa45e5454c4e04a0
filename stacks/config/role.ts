import { credentialDocumentSchema } from '../../lambda-src/contract/config-document';
import type { CredentialConfiguration } from './schema';

/** Names that PostgreSQL or RDS keep for themselves. Source: Amazon RDS User Guide, "Understanding PostgreSQL roles and permissions". */
const RESERVED_ROLES = ['postgres', 'public', 'none', 'current_user', 'current_role', 'session_user'];
const RESERVED_PREFIX = /^rds/i;

/** Name of a role in PostgreSQL. */
export const role = credentialDocumentSchema.shape.ownerRole
  .refine(
    (name) => !RESERVED_ROLES.includes(name.toLowerCase()),
    'must be another name: PostgreSQL reserves this one',
  )
  .refine((name) => !RESERVED_PREFIX.test(name), 'must not start with rds: Amazon RDS reserves these names');

/** The roles of a credential, by convention where they are not named. */
export function rolesOf(
  name: string,
  credential: Pick<CredentialConfiguration, 'strategy' | 'users' | 'ownerRole'>,
): { readonly blue: string; readonly green: string; readonly owner: string } {
  const stem = name.replaceAll('-', '_').toLowerCase();
  const blue = credential.users?.blue ?? `${stem}_blue`;
  return {
    blue,
    // Of one user, both slots are the same.
    green: credential.strategy === 'single' ? blue : (credential.users?.green ?? `${stem}_green`),
    owner: credential.ownerRole ?? `${stem}_owner`,
  };
}
