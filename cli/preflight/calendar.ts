import { longestRollout, type CredentialDocument } from '../../lambda-src/contract/config-document';
import { fail, pass, warn, type Check } from '../../lambda-src/contract/preflight';
import { hasOneSecret } from '../../lambda-src/core/strategy';
import { longestRotation, type SlotState } from '../state';
import { duration, moment } from '../terminal';

/** Staging labels that a rotation left behind. */
export function stuckChecks(slots: readonly SlotState[], config: CredentialDocument, now: number): Check[] {
  return slots.map(({ slot, pending }) => {
    const name = `labels ${slot}`;
    if (pending === null) return pass(name, 'nothing is staged');
    const age = now - (pending.since ?? now);
    if (age <= longestRotation(config))
      return warn(name, 'a rotation is under way, or was refused or failed');
    return fail(
      name,
      `AWSPENDING sits on version ${pending.version} for ${duration(age)}: the sweep takes it off where the credential is settled and not paused, tandem unstick does at once`,
    );
  });
}

/** Whether the next two rotations are known, and far enough apart for a rollout between them. */
export function scheduleChecks(
  slots: readonly SlotState[],
  { strategy, rollout }: CredentialDocument,
): Check[] {
  if (hasOneSecret(strategy)) return oneScheduleCheck(slots);
  const name = 'next rotations';
  const dates = slots.flatMap(({ slot, nextRotation }) =>
    nextRotation === null ? [] : [{ slot, at: nextRotation }],
  );
  const silent = slots.filter(({ nextRotation }) => nextRotation === null).map(({ slot }) => slot);
  if (silent.length > 0)
    return [
      fail(
        name,
        `Secrets Manager has no next date for ${silent.join(' and ')}: apply the installation again`,
      ),
    ];
  const [first, second] = dates.sort((a, b) => a.at - b.at);
  if (first === undefined || second === undefined) return [];
  const text = `${first.slot} by ${moment(first.at)}, ${second.slot} by ${moment(second.at)}`;
  const needed = longestRollout(rollout) * 1_000;
  if (second.at - first.at >= needed) return [pass(name, text)];
  return [
    fail(
      name,
      `${text}: ${duration(second.at - first.at)} apart, and a rollout alone may take ${duration(needed)}; move one of the schedules`,
    ),
  ];
}

function oneScheduleCheck(slots: readonly SlotState[]): Check[] {
  const name = 'next rotation';
  // Where the secret is missing, the rotator has said so.
  if (slots.length === 0) return [];
  const [next] = slots.flatMap(({ user, nextRotation: at }) => (at === null ? [] : [{ user, at }]));
  return next === undefined
    ? [fail(name, 'Secrets Manager has no next date for the secret: apply the installation again')]
    : [pass(name, `${next.user} by ${moment(next.at)}`)];
}
