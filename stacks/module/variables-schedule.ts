import { credentialSchema } from '../config/schema';
import { every, matches, whole, type Variable } from './variable';

const SLOT = 'object({\n    cron         = string\n    window_hours = optional(number, 2)\n  })';
const BOTH = '[var.schedule.blue, var.schedule.green]';
/** When passwords change, and how long moving the consumers may take. */
export const scheduleVariables: Readonly<Record<string, Variable>> = {
  schedule: {
    description: `${credentialSchema.shape.schedule.description ?? ''} Each slot on one day of the month (1 to 28), or each on one day of the week: of these Terraform can tell that they stay apart.`,
    type: `object({\n  blue = ${SLOT}\n  green = ${SLOT}\n})`,
    default: '{\n  blue  = { cron = "cron(0 3 1 * ? *)" }\n  green = { cron = "cron(0 3 15 * ? *)" }\n}',
    validations: [
      {
        condition: every('one', BOTH, `!${matches('one.cron', /^rate\(/)}`),
        rule: 'schedule.*.cron must be cron(…): two rates drift against each other, so blue and green would one day be rotated together',
        wrong: '{ blue = { cron = "rate(30 days)" }, green = { cron = "cron(0 3 15 * ? *)" } }',
      },
      {
        condition: `${every('one', BOTH, 'can(regex(local.monthly, one.cron))')} || ${every('one', BOTH, 'can(regex(local.weekly, one.cron))')}`,
        rule: 'schedule.*.cron must be cron(0 <hour> <day 1 to 28> * ? *) for both or cron(0 <hour> ? * <MON to SUN> *) for both; other calendars are checked by tandem.yaml only',
        wrong: '{ blue = { cron = "cron(0 3 31 * ? *)" }, green = { cron = "cron(0 3 15 * ? *)" } }',
      },
      {
        condition: every(
          'one',
          BOTH,
          'floor(one.window_hours) == one.window_hours && one.window_hours >= 1 && one.window_hours <= 24',
        ),
        rule: 'schedule.*.window_hours must be a whole number from 1 to 24',
        wrong:
          '{ blue = { cron = "cron(0 3 1 * ? *)", window_hours = 1.5 }, green = { cron = "cron(0 3 15 * ? *)" } }',
      },
      {
        condition: every(
          'one',
          BOTH,
          `try(tonumber(regex(local.hour_of, one.cron)[0]) + one.window_hours <= 24, true)`,
        ),
        rule: 'schedule.*.window_hours must be less: the window must not extend into the next UTC day',
        wrong: '{ blue = { cron = "cron(0 23 1 * ? *)" }, green = { cron = "cron(0 3 15 * ? *)" } }',
      },
    ],
  },
  rollout: {
    description: credentialSchema.shape.rollout.description ?? '',
    type: 'object({\n  deadline_seconds    = optional(number, 3600)\n  drain_alarm_seconds = optional(number, 86400)\n  skew_seconds        = optional(number, 5)\n  visibility_seconds  = optional(number, 30)\n})',
    default: '{}',
    validations: [
      whole('rollout.deadline_seconds', 10, 86_400),
      whole('rollout.drain_alarm_seconds', 10, 604_800),
      {
        condition: 'var.rollout.skew_seconds >= 0 && var.rollout.skew_seconds <= 300',
        rule: 'rollout.skew_seconds must be from 0 to 300',
        wrong: '{ skew_seconds = -1 }',
      },
      {
        condition: 'var.rollout.visibility_seconds >= 0 && var.rollout.visibility_seconds <= 600',
        rule: 'rollout.visibility_seconds must be from 0 to 600',
        wrong: '{ visibility_seconds = 601 }',
      },
      {
        // Here, since a variable's own rules cannot use local values that depend on it.
        condition:
          'alltrue([for slot, hours in local.hours_until_other : hours * 3600 >= var.schedule[slot].window_hours * 3600 + var.rollout.deadline_seconds + var.rollout.drain_alarm_seconds])',
        rule: 'schedule brings blue and green too close together: window, rollout deadline and drain margin do not fit between them',
        wrong: '{}',
        beside: {
          schedule: '{ blue = { cron = "cron(0 3 1 * ? *)" }, green = { cron = "cron(0 3 2 * ? *)" } }',
        },
      },
    ],
  },
};
