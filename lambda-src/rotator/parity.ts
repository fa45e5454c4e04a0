import type { CredentialDocument } from '../contract/config-document';
import { pass, warn, type Check } from '../contract/preflight';
import type { ServerFacts, UserFacts } from '../ports/database';

/** As many as fit into one line. */
const MOST_NAMED = 3;

/** What only one of the users has is lost with every other rotation. */
export function parityChecks({ slots, ownerRole }: CredentialDocument, { users }: ServerFacts): Check[] {
  const [blue, green] = [users[slots.blue.user], users[slots.green.user]];
  if (blue === undefined || blue === null || green === undefined || green === null) return [];
  const only = (user: string, one: UserFacts, two: UserFacts) =>
    one.own.filter((what) => !two.own.includes(what)).map((what) => `only ${user} has ${what}`);
  const diverged = [...only(slots.blue.user, blue, green), ...only(slots.green.user, green, blue)];
  if (diverged.length === 0) return [pass('parity', 'both users have the same')];
  const more = diverged.length > MOST_NAMED ? `; and ${diverged.length - MOST_NAMED} more` : '';
  return [
    warn(
      'parity',
      `${diverged.slice(0, MOST_NAMED).join('; ')}${more}: grant to ${ownerRole} what both are to have (REASSIGN OWNED for objects), give settings to both, or take them away`,
    ),
  ];
}
