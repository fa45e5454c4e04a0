import { z } from 'zod';

/** The shapes that several operations share, with the constraints of the Secrets Manager API reference. */

export const SecretId = z.string().min(1).max(2048);

/** Clients fill it in; a raw request without it is refused, as AWS refuses it. */
export const Token = z
  .string({ error: (issue) => (issue.input === undefined ? TOKEN_MISSING : 'expected a string') })
  .min(32, 'ClientRequestToken must be 32-64 characters long.')
  .max(64, 'ClientRequestToken must be 32-64 characters long.');
const TOKEN_MISSING = 'You must provide a ClientRequestToken value. We recommend a UUID-type value.';

export const VersionId = z.string().min(32).max(64);
export const Label = z.string().min(1).max(256);

/** A value as text or as bytes in base64, never both. */
export const ValueFields = {
  SecretString: z.string().min(1).max(65_536).optional(),
  SecretBinary: z.base64().min(1).max(87_384).optional(),
};

export const Tags = z
  .array(z.object({ Key: z.string().min(1).max(128), Value: z.string().max(256).default('') }))
  .max(50);

export const Filters = z
  .array(
    z.object({
      Key: z.enum(['description', 'name', 'tag-key', 'tag-value', 'primary-region', 'owning-service', 'all']),
      Values: z.array(z.string().max(512)).min(1).max(10),
    }),
  )
  .max(10);

export const Paging = {
  MaxResults: z.int().min(1).max(100).default(100),
  NextToken: z.string().max(4096).optional(),
};
