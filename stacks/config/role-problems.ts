import { ADMIN_USER } from './database';
import type { Problem } from './problems';
import { role as roleSchema, rolesOf } from './role';
import type { CredentialConfiguration } from './schema';
import { at } from './suggestion';

type Credentials = ReadonlyMap<string, CredentialConfiguration>;

/** Roles that PostgreSQL or RDS reserve, that have two purposes, and databases that would have two owners. */
export function roleProblems(input: unknown, credentials: Credentials): Problem[] {
  return [...namesOf(input, credentials), ...ownerProblems(input, credentials)];
}

function namesOf(input: unknown, credentials: Credentials): Problem[] {
  /** Path by role name, of the roles seen so far. */
  const owners = new Map<string, string>();
  for (const way of ['create', 'aurora']) {
    const made = at(input, ['database', way]);
    const admin = made === undefined ? undefined : (at(made, ['adminUser']) ?? ADMIN_USER);
    if (typeof admin === 'string') owners.set(admin, `database.${way}.adminUser`);
  }
  const problems: Problem[] = [];
  for (const [name, credential] of credentials) {
    const { blue, green, owner } = rolesOf(name, credential);
    for (const [place, role] of [
      ['users.blue', blue],
      ['users.green', credential.strategy === 'single' ? null : green],
      ['ownerRole', owner],
    ] as const) {
      if (role === null) continue;
      const path = `credentials.${name}.${place}`;
      const other = owners.get(role);
      if (other !== undefined)
        problems.push({ path, value: role, fix: `must differ from ${other}: one role has one purpose` });
      owners.set(role, path);
      // A name that was given has been checked already.
      const [rule] = roleSchema.safeParse(role).error?.issues ?? [];
      if (rule !== undefined)
        problems.push({
          path,
          value: role,
          fix: `${rule.message}; where it is not given, it is made of the credential's name`,
        });
    }
  }
  return problems;
}

function ownerProblems(input: unknown, credentials: Credentials): Problem[] {
  const owned = new Map<unknown, string>();
  return [...credentials].flatMap(([name, { ownDatabase, database = at(input, ['database', 'name']) }]) => {
    if (!ownDatabase) return [];
    const other = owned.get(database);
    owned.set(database, name);
    const fix = `must be false: the database ${String(database)} belongs to the owner role of ${other ?? ''} already`;
    return other === undefined ? [] : [{ path: `credentials.${name}.ownDatabase`, value: true, fix }];
  });
}
