import { DatabaseError, type OwnerSpec, type ServerFacts, type UserFacts } from '../../ports/database';
import type { Connection } from './connection';
import { databaseFacts, membership, roleFacts, type AdminFacts, type RoleFacts } from './facts';
import { ownOf } from './own';

/**
 * Reads what a rotation will need, and changes nothing.
 * @param unendableOn instances on which the admin may not end sessions, by user
 */
export async function inspectServer(
  connection: Connection,
  admin: AdminFacts,
  spec: OwnerSpec,
  unendableOn: ReadonlyMap<string, readonly string[]>,
): Promise<ServerFacts> {
  const users = [...unendableOn.keys()];
  const roles = await roleFacts(connection, [spec.owner, ...users]);
  const owner = roles.get(spec.owner);
  const facts: Record<string, UserFacts | null> = {};
  for (const [user, instances] of unendableOn) {
    const role = roles.get(user);
    facts[user] =
      role === undefined
        ? null
        : { ...(await userFacts(connection, admin, spec, role)), unendableOn: instances };
  }
  const { name, superuser, createRole, seesSessions } = admin;
  return {
    version: admin.version,
    admin: { name, superuser, createRole, seesSessions },
    owner: owner === undefined ? null : { canLogin: owner.canLogin, marked: owner.comment === spec.mark },
    databaseOwner: await databaseOwner(connection, spec),
    users: facts,
  };
}

async function userFacts(
  connection: Connection,
  admin: AdminFacts,
  spec: OwnerSpec,
  role: RoleFacts,
): Promise<Omit<UserFacts, 'unendableOn'>> {
  const { maySet } = await membership(connection, role.name, spec.owner, admin.major);
  return {
    canLogin: role.canLogin,
    marked: role.comment === spec.mark,
    maySetOwner: maySet,
    startsAs: role.startsAs,
    connectionLimit: role.connectionLimit,
    own: await ownOf(connection, role.name, spec.owner),
    // Before PostgreSQL 16, CREATEROLE alone lets the admin alter every role that is no superuser.
    adminMayAlter: admin.superuser || (admin.createRole && (admin.major < 16 || role.adminOption)),
  };
}

async function databaseOwner(connection: Connection, spec: OwnerSpec): Promise<string | null> {
  try {
    return (await databaseFacts(connection, spec.database, spec.owner)).owner;
  } catch (error) {
    if (error instanceof DatabaseError && error.kind === 'unknown-database') return null;
    throw error;
  }
}
