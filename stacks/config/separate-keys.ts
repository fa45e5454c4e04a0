import { z } from 'zod';

/** What a container can be given of a value by itself. */
export const SECRET_KEYS = ['host', 'port', 'dbname', 'username', 'password', 'url'] as const;
export type SecretKey = (typeof SECRET_KEYS)[number];

/** @param variable the schema of a variable's name */
export function variablesSchema(variable: z.ZodString) {
  const holds = (what: string) => variable.describe(`Variable that gets ${what}.`);
  return z
    .strictObject({
      host: holds('the host of the database').optional(),
      port: holds('its port').optional(),
      dbname: holds('the name of the database').optional(),
      username: holds('the user, another one after each rotation where there are two'),
      password: holds('the password'),
      url: holds('all of it as a URL').optional(),
    } satisfies Record<SecretKey, unknown>)
    .refine((names) => new Set(Object.values(names)).size === Object.keys(names).length, {
      error: 'must name another variable for each key',
    })
    .optional()
    .describe('Environment variables that get single keys instead of the URL: docs/deliveries.md.');
}
