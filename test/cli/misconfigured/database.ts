import { CREDENTIAL, PREFIX } from '../../../local/drill/installation/model';
import type { Misconfiguration, Seed } from './model';

const sql =
  (wrong: (names: { admin: string }) => string, right: (names: { admin: string }) => string): Seed =>
  async ({ stage }) => {
    const { postgres, admin } = stage.system;
    await postgres.query(wrong({ admin: admin.username }));
    return () => postgres.query(right({ admin: admin.username }));
  };

const otherPassword: Seed = async ({ stage }) => {
  const { postgres } = stage.system;
  const [row] = await postgres.query<{ rolpassword: string }>(
    `SELECT rolpassword FROM pg_authid WHERE rolname = 'app_blue'`,
  );
  await postgres.queryUnlogged(`ALTER ROLE app_blue PASSWORD 'changed-by-hand'`);
  return () => postgres.queryUnlogged(`ALTER ROLE app_blue PASSWORD '${row?.rolpassword ?? ''}'`);
};

/** What can be wrong in the database. */
export const DATABASE: readonly Misconfiguration[] = [
  [
    'the admin lacks ADMIN OPTION on a user',
    async ({ stage }) => {
      const { postgres, admin } = stage.system;
      // The grant that came with CREATE ROLE is the bootstrap superuser's.
      await postgres.query(`REVOKE app_green FROM ${admin.username}`);
      return () =>
        postgres.query(`GRANT app_green TO ${admin.username} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE`);
    },
    'user green',
    'fail',
    /app_green: the admin holds no ADMIN OPTION on it/,
  ],
  [
    'a membership without SET',
    sql(
      ({ admin }) => `GRANT app_owner TO app_green WITH SET FALSE GRANTED BY ${admin}`,
      ({ admin }) => `GRANT app_owner TO app_green WITH SET TRUE GRANTED BY ${admin}`,
    ),
    'user green',
    'fail',
    /is no member of app_owner WITH SET TRUE/,
  ],
  [
    'a user that starts as itself',
    sql(
      () => 'ALTER ROLE app_green RESET role',
      () => `ALTER ROLE app_green SET role = 'app_owner'`,
    ),
    'user green',
    'fail',
    /does not start as app_owner/,
  ],
  [
    'a user that may not log in',
    sql(
      () => 'ALTER ROLE app_green NOLOGIN',
      () => 'ALTER ROLE app_green LOGIN',
    ),
    'user green',
    'fail',
    /app_green: may not log in/,
  ],
  [
    'a user that somebody else made',
    sql(
      () => `COMMENT ON ROLE app_green IS 'made by hand'`,
      () => `COMMENT ON ROLE app_green IS 'managed by tandem: ${PREFIX}/${CREDENTIAL}'`,
    ),
    'user green',
    'fail',
    /does not carry this credential's mark/,
  ],
  [
    'a grant that only one user has',
    sql(
      () => 'GRANT CREATE ON DATABASE app TO app_green',
      () => 'REVOKE CREATE ON DATABASE app FROM app_green',
    ),
    'parity',
    'warn',
    /only app_green has a grant on database app: grant to app_owner/,
  ],
  [
    'a role that only one user is a member of',
    sql(
      () => 'GRANT pg_read_all_data TO app_blue',
      () => 'REVOKE pg_read_all_data FROM app_blue',
    ),
    'parity',
    'warn',
    /only app_blue has membership in pg_read_all_data: grant to app_owner/,
  ],
  [
    'a setting that only one user has',
    sql(
      () => `ALTER ROLE app_blue SET statement_timeout = '5s'`,
      () => 'ALTER ROLE app_blue RESET statement_timeout',
    ),
    'parity',
    'warn',
    /only app_blue has SET statement_timeout=5s: .*give settings to both/,
  ],
  [
    'a connection limit that only one user has',
    sql(
      () => 'ALTER ROLE app_green CONNECTION LIMIT 2',
      () => 'ALTER ROLE app_green CONNECTION LIMIT -1',
    ),
    'parity',
    'warn',
    /only app_green has CONNECTION LIMIT 2/,
  ],
  [
    'an owner role that may log in',
    sql(
      () => 'ALTER ROLE app_owner LOGIN',
      () => 'ALTER ROLE app_owner NOLOGIN',
    ),
    'owner role',
    'warn',
    /app_owner may log in: ALTER ROLE … NOLOGIN/,
  ],
  [
    'an admin that may not make roles',
    sql(
      ({ admin }) => `ALTER ROLE ${admin} NOCREATEROLE`,
      ({ admin }) => `ALTER ROLE ${admin} CREATEROLE`,
    ),
    'admin privileges',
    'fail',
    /may not alter roles: ALTER ROLE … CREATEROLE/,
  ],
  [
    'an admin that cannot see sessions',
    sql(
      ({ admin }) => `REVOKE rds_superuser FROM ${admin}`,
      ({ admin }) => `GRANT rds_superuser TO ${admin}`,
    ),
    'admin sees sessions',
    'fail',
    /GRANT pg_read_all_stats TO/,
  ],
  [
    'an admin that may not end sessions, after a leak',
    async ({ stage }) => {
      const { postgres, admin } = stage.system;
      await postgres.query(`REVOKE rds_superuser, app_blue FROM ${admin.username}`);
      await postgres.query(`GRANT pg_read_all_stats TO ${admin.username}`);
      return async () => {
        await postgres.query(`REVOKE pg_read_all_stats FROM ${admin.username}`);
        await postgres.query(`GRANT rds_superuser TO ${admin.username}`);
        await postgres.query(`GRANT app_blue TO ${admin.username} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE`);
      };
    },
    'admin ends sessions',
    'warn',
    /not those of app_blue on .*: after a leak .*GRANT pg_signal_backend TO/,
  ],
  [
    'an active user whose password was changed by hand',
    otherPassword,
    'active login',
    'fail',
    /does not accept the password of "app_blue"/,
  ],
];
