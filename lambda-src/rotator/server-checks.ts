import type { CredentialDocument } from '../contract/config-document';
import { fail, pass, warn, type Check } from '../contract/preflight';
import type { Slot } from '../core/slot';
import type { ServerFacts, UserFacts } from '../ports/database';
import { slotsOf } from './one-secret';
import { parityChecks } from './parity';

/** @param retired the slot whose user may not log in, as the record says */
export function serverChecks(config: CredentialDocument, facts: ServerFacts, retired: Slot | null): Check[] {
  const checks: Check[] = [];
  const { admin, owner } = facts;
  if (!admin.superuser && !admin.createRole)
    checks.push(fail('admin privileges', `${admin.name} may not alter roles: ALTER ROLE … CREATEROLE`));
  else checks.push(pass('admin privileges', admin.superuser ? 'superuser' : 'CREATEROLE'));
  checks.push(
    admin.seesSessions
      ? pass('admin sees sessions', 'yes')
      : fail(
          'admin sees sessions',
          `GRANT pg_read_all_stats TO ${admin.name}: without it open sessions are invisible`,
        ),
  );
  checks.push(endingCheck(config, facts));
  if (owner === null) checks.push(fail('owner role', `${config.ownerRole} does not exist: run bootstrap`));
  else if (owner.canLogin)
    checks.push(warn('owner role', `${config.ownerRole} may log in: ALTER ROLE … NOLOGIN`));
  else checks.push(pass('owner role', config.ownerRole));
  if (config.ownDatabase && facts.databaseOwner !== config.ownerRole) {
    checks.push(
      fail(
        'database owner',
        `${config.database} belongs to ${facts.databaseOwner ?? 'nobody'}, not to ${config.ownerRole}: run bootstrap`,
      ),
    );
  }
  if (config.strategy !== 'single') checks.push(...parityChecks(config, facts));
  for (const slot of slotsOf(config))
    checks.push(
      userCheck(
        `user ${slot}`,
        config,
        config.slots[slot].user,
        facts.users[config.slots[slot].user] ?? null,
        slot === retired,
      ),
    );
  return checks;
}

/** What an ordinary rotation does without, and one because of a leaked password does not. */
function endingCheck(config: CredentialDocument, { admin, users }: ServerFacts): Check {
  const name = 'admin ends sessions';
  const unendable = slotsOf(config).flatMap((slot) => {
    const { user } = config.slots[slot];
    const instances = users[user]?.unendableOn ?? [];
    return instances.length === 0 ? [] : [`${user} on ${instances.join(', ')}`];
  });
  if (unendable.length === 0) return pass(name, 'yes');
  return warn(
    name,
    `not those of ${unendable.join('; ')}: after a leak of its password its sessions would go on; GRANT pg_signal_backend TO ${admin.name}`,
  );
}

function userCheck(
  name: string,
  config: CredentialDocument,
  user: string,
  facts: UserFacts | null,
  retired: boolean,
): Check {
  if (facts === null) return fail(name, `${user} does not exist: run bootstrap`);
  const problems = [
    ...(facts.marked ? [] : ["does not carry this credential's mark"]),
    ...(facts.canLogin || retired ? [] : ['may not log in']),
    ...(facts.maySetOwner ? [] : [`is no member of ${config.ownerRole} WITH SET TRUE`]),
    ...(facts.startsAs === config.ownerRole ? [] : [`does not start as ${config.ownerRole}`]),
    ...(facts.adminMayAlter ? [] : ['the admin holds no ADMIN OPTION on it']),
  ];
  return problems.length === 0 ? pass(name, user) : fail(name, `${user}: ${problems.join('; ')}`);
}
