import { credentialDocumentSchema } from '../../lambda-src/contract/config-document';

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
