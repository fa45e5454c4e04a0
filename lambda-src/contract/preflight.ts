import { z } from 'zod';

const checkSchema = z.object({
  name: z.string(),
  status: z.enum(['pass', 'warn', 'fail']),
  /** What was found and, where it is not a pass, what to do. */
  detail: z.string(),
});
/** One thing that a rotation will need. */
export type Check = Readonly<z.infer<typeof checkSchema>>;

/** The rotator's answer to `preflight`. */
export const preflightSchema = z.object({
  credential: z.string(),
  /** False where a check failed. */
  ok: z.boolean(),
  checks: z.array(checkSchema).readonly(),
});
export type PreflightResult = Readonly<z.infer<typeof preflightSchema>>;

export const pass = (name: string, detail: string): Check => ({ name, status: 'pass', detail });
export const warn = (name: string, detail: string): Check => ({ name, status: 'warn', detail });
export const fail = (name: string, detail: string): Check => ({ name, status: 'fail', detail });
