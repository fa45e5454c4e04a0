import { consumerReference } from './consumers';
import { groupsOf } from './groups';
import type { Problem } from './problems';
import type { CredentialConfiguration } from './schema';

/** At every look the orchestrator reads the records of the whole group; SSM answers ten parameters a call. */
const LARGEST_GROUP = 50;

/** Credentials that share consumers, directly or through others, beyond what one look can read. */
export function largeGroups(credentials: ReadonlyMap<string, CredentialConfiguration>): Problem[] {
  const groups = groupsOf(
    [...credentials].map(([name, { consumers }]) => ({
      name,
      consumers: consumers
        .map(consumerReference)
        .map(({ cluster, service }) => ({ cluster: cluster ?? '', service })),
    })),
  );
  return [...new Set(groups.values())].flatMap(([first = '', ...others]) => {
    const count = others.length + 1;
    const fix = `shares consumers with ${others.length} other credentials, directly or through others; at most ${LARGEST_GROUP} may, since only one of them rolls at a time: give some of these services a credential of their own`;
    return count <= LARGEST_GROUP
      ? []
      : [{ path: `credentials.${first}.consumers`, value: `${count} credentials`, fix }];
  });
}
