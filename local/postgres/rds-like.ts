import { randomBytes } from 'node:crypto';
import { escapeIdentifier, escapeLiteral } from 'pg';
import type { PostgresServer } from './server';

/** An admin as RDS gives one: it may make roles and databases, and is no superuser. */
export interface RdsLikeAdmin {
  readonly username: string;
  readonly password: string;
}

/**
 * Makes an admin like the master user of an RDS instance: LOGIN CREATEROLE CREATEDB, a member of
 * `rds_superuser` (here a role with pg_monitor and pg_signal_backend), and no superuser, so that it needs
 * ADMIN OPTION on a role to alter it from PostgreSQL 16 on. Source: Amazon RDS User Guide, "Understanding
 * the rds_superuser role" and "Master user account privileges".
 *
 * @param options.database a database to make that belongs to the admin, as the initial database on RDS does
 * @param options.seesSessions false leaves out rds_superuser, and with it the sight of others' sessions
 */
export async function createRdsLikeAdmin(
  server: PostgresServer,
  options: {
    readonly username?: string;
    readonly database?: string;
    readonly seesSessions?: boolean;
    readonly random?: (bytes: number) => Buffer;
  } = {},
): Promise<RdsLikeAdmin> {
  const username = options.username ?? 'tandem_admin';
  const password = (options.random ?? randomBytes)(24).toString('hex');
  const admin = escapeIdentifier(username);
  const monitor = await server.query("SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = 'rds_superuser'");
  if (monitor.length === 0) {
    await server.query('CREATE ROLE rds_superuser NOLOGIN');
    await server.query('GRANT pg_monitor, pg_signal_backend TO rds_superuser WITH ADMIN OPTION');
  }
  await server.queryUnlogged(
    `CREATE ROLE ${admin} LOGIN CREATEROLE CREATEDB PASSWORD ${escapeLiteral(password)}`,
  );
  if (options.seesSessions !== false) await server.query(`GRANT rds_superuser TO ${admin}`);
  if (options.database !== undefined) {
    await server.query(`CREATE DATABASE ${escapeIdentifier(options.database)} OWNER ${admin}`);
  }
  return { username, password };
}
