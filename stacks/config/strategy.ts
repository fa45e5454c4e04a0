import { z } from 'zod';

/** How a password changes. */
export const strategySchema = z.literal('dual-user').default('dual-user');
