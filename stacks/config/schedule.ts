import { z } from 'zod';
import { cronProblem } from './cron';

/** When Secrets Manager rotates one slot: it picks a moment in the window that opens by the expression. */
export const scheduleSchema = z.strictObject({
  /** AWS cron expression, UTC: `cron(0 3 1 * ? *)`. */
  cron: z.string().superRefine((expression, context) => {
    const problem = cronProblem(expression);
    if (problem !== null) context.addIssue({ code: 'custom', message: problem });
  }),
  /** Length of the window, in whole hours. */
  windowHours: z.int().min(1).max(24).default(2),
});

export type Schedule = z.output<typeof scheduleSchema>;
