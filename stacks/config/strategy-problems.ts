import { hasOneSecret, longestRollout } from '../../lambda-src/contract/config-document';
import { ageProblem, calendarProblem, oneCalendarProblem, windowProblem } from './calendar';
import type { Problem } from './problems';
import type { CredentialConfiguration } from './schema';
import { rateHours } from './strategy';
import { at } from './suggestion';

const HOUR_SECONDS = 3_600;

/**
 * What does not go with the strategy of a credential, with the reason, and schedules that cannot be kept.
 * @param raw as it was written: what a default fills in is nobody's mistake
 */
export function strategyProblems(path: string, credential: CredentialConfiguration, raw: unknown): Problem[] {
  const one = hasOneSecret(credential.strategy);
  const parts = [
    ...userProblems(credential),
    ...adoptionProblems(credential),
    ...deliveryProblems(credential),
    ...placeProblems(credential, raw),
    ...dualUserProblems(credential),
    ...(one ? oneScheduleProblems(credential) : scheduleProblems(credential)),
  ];
  return parts.map((problem) => ({ ...problem, path: `${path}.${problem.path}` }));
}

function userProblems({ strategy, users }: CredentialConfiguration): Problem[] {
  if (users === undefined) return [];
  const { green } = users;
  const wrong = (fix: string) => [{ path: 'users.green', value: green, fix }];
  if (strategy !== 'single')
    return green === undefined ? wrong(`is missing: the strategy ${strategy} has two users`) : [];
  return green === undefined ? [] : wrong('must be left out: the strategy single has one user');
}

function adoptionProblems({ strategy, adopt, users }: CredentialConfiguration): Problem[] {
  if (adopt === undefined) return [];
  if (hasOneSecret(strategy)) {
    const fix = `must be left out: what is there already is taken over with the strategy dual-user, which keeps a copy of its value`;
    return [{ path: 'adopt', value: adopt.secret, fix }];
  }
  const fix = `is missing: name the user that is there already as ${adopt.slot}, and as the other one a new user`;
  return users === undefined ? [{ path: 'users', value: undefined, fix }] : [];
}

const NO_KEYS = {
  parameter:
    'must be left out with the delivery parameter: ECS picks no key out of a parameter, which holds the URL',
  entrypoint: 'must be left out with the delivery entrypoint: its script sets one variable, to the URL',
} as const;

function deliveryProblems(credential: CredentialConfiguration): Problem[] {
  const { strategy, delivery, adopt, readers } = credential;
  if (delivery === 'secret') return [];
  const problems: Problem[] = [];
  const refuse = (path: string, value: unknown, fix: string) => problems.push({ path, value, fix });
  if (hasOneSecret(strategy))
    refuse(
      'delivery',
      delivery,
      `must be secret: with the strategy ${strategy}, applications read the one secret`,
    );
  if (adopt !== undefined)
    refuse(
      'adopt',
      adopt.secret,
      `must be left out with the delivery ${delivery}: it is a secret that is taken over`,
    );
  for (const [index, consumer] of credential.consumers.entries())
    if (typeof consumer !== 'string' && consumer.variables !== undefined)
      refuse(`consumers.${index}.variables`, Object.values(consumer.variables).join(', '), NO_KEYS[delivery]);
  if (delivery === 'entrypoint' && readers !== undefined)
    refuse(
      'readers',
      `lagSeconds: ${readers.lagSeconds}`,
      'must be left out with the delivery entrypoint: there is no one value that a reader could fetch and keep',
    );
  return delivery === 'parameter' ? [...problems, ...parameterProblems(credential)] : problems;
}

function parameterProblems({ readerRoleArns, urlOptions }: CredentialConfiguration): Problem[] {
  const problems: Problem[] = [];
  if (readerRoleArns !== undefined)
    problems.push({
      path: 'readerRoleArns',
      value: readerRoleArns.join(', '),
      fix: 'must be left out with the delivery parameter, which has no policy of its own: let these roles ssm:GetParameters on the parameter, and kms:Decrypt on its key',
    });
  if (urlOptions.includes('{{'))
    problems.push({
      path: 'urlOptions',
      value: urlOptions,
      fix: 'must not contain {{ with the delivery parameter: Parameter Store refuses such a value',
    });
  return problems;
}

/** Schedules of secrets that the strategy does not have. */
function placeProblems({ strategy }: CredentialConfiguration, raw: unknown): Problem[] {
  const one = hasOneSecret(strategy);
  const fix = one
    ? `must be left out: the strategy ${strategy} has one secret, and schedule.secret says when it is rotated`
    : 'must be left out: the strategy dual-user has a secret for each user, and schedule.blue and schedule.green say when they are rotated';
  return (one ? ['blue', 'green'] : ['secret']).flatMap((place) => {
    const value = at(raw, ['schedule', place]);
    return value === undefined ? [] : [{ path: `schedule.${place}`, value: written(value), fix }];
  });
}

/** A schedule in a message: by its expression. */
function written(value: unknown): unknown {
  return at(value, ['cron']) ?? at(value, ['expression']) ?? value;
}

function scheduleProblems({ schedule, rollout, maxAgeDays }: CredentialConfiguration): Problem[] {
  const { blue, green } = schedule;
  const problems = (['blue', 'green'] as const).flatMap((slot) => {
    const fix = windowProblem(schedule[slot]);
    const { windowHours: value } = schedule[slot];
    return fix === null ? [] : [{ path: `schedule.${slot}.windowHours`, value, fix }];
  });
  if (problems.length > 0) return problems;
  const longest = longestRollout(rollout);
  const fix = calendarProblem(blue, green, { rollout: longest, drain: rollout.drainAlarmSeconds });
  if (fix !== null) return [{ path: 'schedule', value: `${blue.cron}, ${green.cron}`, fix }];
  const late = maxAgeDays === undefined ? null : ageProblem(blue, green, maxAgeDays, longest);
  return late === null ? [] : [{ path: 'maxAgeDays', value: maxAgeDays, fix: late }];
}

function oneScheduleProblems(credential: CredentialConfiguration): Problem[] {
  const { schedule, rollout } = credential;
  const { expression, windowHours } = schedule.secret;
  const { deadlineSeconds, drainAlarmSeconds } = rollout;
  const hours = rateHours(expression);
  const wrong = (fix: string | null) =>
    fix === null ? [] : [{ path: 'schedule.secret.expression', value: expression, fix }];
  if (hours !== null) {
    const needed = Math.ceil(windowHours + (deadlineSeconds + drainAlarmSeconds) / HOUR_SECONDS);
    const fix = `must leave ${needed} hours between two rotations: window, rollout deadline and drain margin come before the next`;
    return wrong(hours < needed ? fix : null);
  }
  const cron = { cron: expression, windowHours };
  const window = windowProblem(cron);
  if (window !== null) return [{ path: 'schedule.secret.windowHours', value: windowHours, fix: window }];
  return wrong(oneCalendarProblem(cron, { rollout: deadlineSeconds, drain: drainAlarmSeconds }));
}

/** What there is with two secrets only. */
function dualUserProblems({
  strategy,
  rollout,
  maxAgeDays,
  readers,
  retire,
}: CredentialConfiguration): Problem[] {
  if (!hasOneSecret(strategy)) return [];
  const { canaryBakeSeconds } = rollout;
  const fix = 'must be left out: it goes with the strategy dual-user only';
  return Object.entries({
    'rollout.canaryBakeSeconds': canaryBakeSeconds,
    maxAgeDays,
    readers,
    retire,
  }).flatMap(([path, value]) => (value === undefined ? [] : [{ path, value, fix }]));
}
