import { z } from 'zod';
import {
  hasOneSecret,
  STRATEGIES,
  type CredentialDocument,
  type Strategy,
} from '../../lambda-src/contract/config-document';
import { SECRETS, type SecretKind } from '../../lambda-src/contract/names';
import { cronProblem } from './cron';
import { role } from './role';
import { scheduleSchema, WINDOW_HOURS, type Schedule } from './schedule';

/** How a password changes. */
export const strategySchema = z.enum(STRATEGIES).default('dual-user');

/** The roles that applications log in as. */
export const usersSchema = z
  .strictObject({
    blue: role.describe('PostgreSQL role of the blue slot; of the strategy single, the only one.'),
    green: role.optional().describe('PostgreSQL role of the green slot. Not with the strategy single'),
  })
  .optional()
  .describe('The PostgreSQL roles. Default: <credential>_blue and <credential>_green');

/** `rate(n hours)` or `rate(n days)`, singular for one. Source: AWS Secrets Manager User Guide, "Schedule expressions". */
const RATE = /^rate\(([1-9]\d*) (hour|hours|day|days)\)$/;

/** Hours between two rotations of a rate; null where the expression is none. */
export function rateHours(expression: string): number | null {
  const [, count, unit = ''] = RATE.exec(expression) ?? [];
  return count === undefined ? null : Number(count) * (unit.startsWith('day') ? 24 : 1);
}

const LEAST_HOURS = 4;
const MOST_HOURS = 999 * 24;

function expressionProblem(expression: string): string | null {
  if (!expression.startsWith('rate(')) return cronProblem(expression);
  const hours = rateHours(expression);
  return hours === null || hours < LEAST_HOURS || hours > MOST_HOURS
    ? 'must be a rate from rate(4 hours) to rate(999 days), or cron(…)'
    : null;
}

/** When the one secret is rotated. */
const oneScheduleSchema = z.strictObject({
  expression: z
    .string()
    .superRefine((expression, context) => {
      const problem = expressionProblem(expression);
      if (problem !== null) context.addIssue({ code: 'custom', message: problem });
    })
    .describe('AWS cron or rate expression, UTC: cron(0 3 1 * ? *) or rate(30 days).'),
  windowHours: WINDOW_HOURS,
});

/** When secrets are rotated. */
export const schedulesSchema = z
  .strictObject({
    blue: scheduleSchema
      .prefault({ cron: 'cron(0 3 1 * ? *)' })
      .describe('When blue is rotated, if it is the standby.'),
    green: scheduleSchema
      .prefault({ cron: 'cron(0 3 15 * ? *)' })
      .describe('When green is rotated, if it is the standby.'),
    secret: oneScheduleSchema
      .prefault({ expression: 'cron(0 3 1 * ? *)' })
      .describe('When the one secret of the strategies alternating and single is rotated.'),
  })
  .prefault({})
  .describe(`When each secret is rotated, UTC.`);

/** The secrets that a credential of this strategy and delivery has. */
export function secretsOf({
  strategy,
  delivery,
}: {
  readonly strategy: Strategy;
  readonly delivery: CredentialDocument['delivery'];
}): readonly SecretKind[] {
  if (hasOneSecret(strategy)) return ['active'];
  return delivery === 'secret' ? SECRETS : ['blue', 'green'];
}

/** Those of them that applications read. */
export function secretsRead(delivery: CredentialDocument['delivery']): readonly SecretKind[] {
  switch (delivery) {
    case 'secret':
      return ['active'];
    case 'parameter':
      return [];
    case 'entrypoint':
      return ['blue', 'green'];
  }
}

interface Credentials {
  readonly credentials: Readonly<Record<string, Pick<CredentialDocument, 'strategy' | 'delivery'>>>;
}

/** Whether there is a credential of one secret, which then is what is rotated. */
export function hasOneSecrets({ credentials }: Credentials): boolean {
  return Object.values(credentials).some(({ strategy }) => hasOneSecret(strategy));
}

/** Whether there is a credential whose applications read a parameter. */
export function hasParameters({ credentials }: Credentials): boolean {
  return Object.values(credentials).some(({ delivery }) => delivery === 'parameter');
}

interface Expression {
  /** AWS cron or rate expression, UTC. */
  readonly expression: string;
  readonly windowHours: number;
}

/** When each secret that is rotated is rotated. */
export function schedulesOf({
  strategy,
  schedule: { blue, green, secret },
}: {
  readonly strategy: Strategy;
  readonly schedule: z.output<typeof schedulesSchema>;
}): Readonly<Partial<Record<SecretKind, Expression>>> {
  if (hasOneSecret(strategy)) return { active: secret };
  const ofSlot = ({ cron, windowHours }: Schedule) => ({ expression: cron, windowHours });
  return { blue: ofSlot(blue), green: ofSlot(green) };
}
