import { identifier, literal } from '../adapters/postgres/quoting';
import type { CredentialDocument } from '../contract/config-document';
import type { Verdict } from '../contract/events';
import type { Endpoint, Login, LoginOutcome } from '../ports/database';
import type { RotatorDependencies } from './dependencies';
import { UserUnfitError } from './errors';

/** A read replica may lag behind a changed password: refused there, the login is tried again this often. */
const LAG_ATTEMPTS = 5;
const LAG_PAUSE_MS = 1_000;

/** Logs in on one endpoint; a reader that refuses is given time to catch up with the writer. */
async function loginOn(
  dependencies: RotatorDependencies,
  endpoint: Endpoint,
  database: string,
  login: Login,
): Promise<LoginOutcome> {
  const isWriter = endpoint === dependencies.database.endpoints[0];
  const attempts = isWriter ? 1 : LAG_ATTEMPTS;
  let outcome = await dependencies.database.login(endpoint, database, login);
  for (let attempt = 1; attempt < attempts && outcome.outcome === 'refused'; attempt += 1) {
    await dependencies.pause(LAG_PAUSE_MS);
    outcome = await dependencies.database.login(endpoint, database, login);
  }
  return outcome;
}

/** How logging in went, everywhere; what a value is good for besides is not asked. */
interface Tried {
  readonly result: Exclude<Verdict['result'], 'unusable'>;
  readonly detail: string;
  readonly currentUsers: readonly string[];
}

/** Every endpoint in turn, the writer first; stops at the first that does not accept. */
export async function tryLogins(
  dependencies: RotatorDependencies,
  config: CredentialDocument,
  login: Login,
): Promise<Tried> {
  const currentUsers: string[] = [];
  for (const endpoint of dependencies.database.endpoints) {
    const outcome = await loginOn(dependencies, endpoint, config.database, login);
    switch (outcome.outcome) {
      case 'accepted':
        currentUsers.push(outcome.currentUser);
        break;
      case 'refused':
        return { result: 'refused', detail: `${outcome.endpoint}: ${outcome.detail}`, currentUsers };
      case 'unreachable':
        return { result: 'outage', detail: `${outcome.endpoint}: ${outcome.detail}`, currentUsers };
    }
  }
  return { result: 'accepted', detail: `logged in on ${currentUsers.length} endpoint(s)`, currentUsers };
}

/**
 * The user must log in on every endpoint and work as the owner role.
 * @throws UserUnfitError
 */
export async function assertWorks(
  dependencies: RotatorDependencies,
  config: CredentialDocument,
  login: Login,
): Promise<void> {
  const { result, detail, currentUsers } = await tryLogins(dependencies, config, login);
  if (result !== 'accepted')
    throw new UserUnfitError(`${login.user} cannot log in with its new password: ${detail}`);
  const stray = currentUsers.find((user) => user !== config.ownerRole);
  if (stray !== undefined) {
    throw new UserUnfitError(
      `${login.user} logs in but works as ${stray}, not as the owner role ${config.ownerRole}. Run, as a role that ` +
        `may: ${remedy(config.ownerRole, login.user)}`,
    );
  }
}

/** PostgreSQL 16 and later only warn at login where a membership withholds SET; before, every membership has it. */
function remedy(ownerRole: string, user: string): string {
  const [owner, member] = [identifier(ownerRole), identifier(user)];
  return (
    `GRANT ${owner} TO ${member} WITH SET TRUE (before PostgreSQL 16: GRANT ${owner} TO ${member}); ` +
    `ALTER ROLE ${member} SET role TO ${literal(ownerRole)}`
  );
}
