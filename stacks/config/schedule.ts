import { z } from 'zod';
import { cronProblem } from './cron';

/** Length of a rotation window. */
export const WINDOW_HOURS = z
  .int()
  .min(1)
  .max(24)
  .default(2)
  .describe('Length of the window, in whole hours.');

/** When Secrets Manager rotates one slot: it picks a moment in the window that opens by the expression. */
export const scheduleSchema = z.strictObject({
  cron: z
    .string()
    .superRefine((expression, context) => {
      const problem = cronProblem(expression);
      if (problem !== null) context.addIssue({ code: 'custom', message: problem });
    })
    .describe('AWS cron expression, UTC: cron(0 3 1 * ? *).'),
  windowHours: WINDOW_HOURS,
});

export type Schedule = z.output<typeof scheduleSchema>;
