import { createRdsLikeAdmin, type RdsLikeAdmin } from '../../../local/postgres/rds-like';
import type { PostgresServer } from '../../../local/postgres/server';

/** As whom the rotator may come to a database. */
export const ADMIN_KINDS = ['rds_superuser', 'CREATEROLE', 'superuser'] as const;
export type AdminKind = (typeof ADMIN_KINDS)[number];

/** The kind of this run: that of TANDEM_TEST_ADMIN, else as RDS gives one. @throws Error naming a kind that there is not */
export function adminKind(): AdminKind {
  const wanted = process.env['TANDEM_TEST_ADMIN'] ?? ADMIN_KINDS[0];
  const known = ADMIN_KINDS.find((kind) => kind === wanted);
  if (known === undefined)
    throw new Error(`TANDEM_TEST_ADMIN is one of ${ADMIN_KINDS.join(', ')}, not ${wanted}`);
  return known;
}

/** For what an admin lacks, or has to borrow: a superuser lacks nothing, and no such right can be taken from one. */
export function itUnlessSuperuser(name: string, run: () => Promise<void>): void {
  if (adminKind() === 'superuser') it.skip(name, run);
  else it(name, run);
}

/** Makes an admin of this run's kind, and a database of its own. */
export async function createAdmin(
  server: PostgresServer,
  { username, database }: { readonly username: string; readonly database: string },
): Promise<RdsLikeAdmin> {
  const kind = adminKind();
  const admin = await createRdsLikeAdmin(server, {
    username,
    database,
    seesSessions: kind === 'rds_superuser',
  });
  if (kind === 'CREATEROLE') await server.query(`GRANT pg_read_all_stats TO ${username}`);
  if (kind === 'superuser') await server.query(`ALTER ROLE ${username} SUPERUSER`);
  return admin;
}

/** Who has granted, by the server's account, what an admin of this run's kind did: what a superuser grants, the first of them did. */
export function grantor(admin: string): string {
  return adminKind() === 'superuser' ? 'postgres' : admin;
}

/** What takes the sight of others' sessions from an admin of this run's kind. */
export function blinding(admin: string): string {
  return `REVOKE ${adminKind() === 'CREATEROLE' ? 'pg_read_all_stats' : 'rds_superuser'} FROM ${admin}`;
}
