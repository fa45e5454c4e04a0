import type { LegacyApplication } from '../../support/rotator/legacy';

/** Something that stands in the way of an adoption. */
export interface Obstacle {
  readonly what: string;
  /** What somebody did once, as a superuser in the application's database. */
  readonly arrange: (legacy: LegacyApplication) => string;
  readonly told: RegExp;
  /** What the message says to run, word for word: once it ran, as a superuser, the obstacle is gone. */
  readonly mend?: (legacy: LegacyApplication) => string;
  /** Major versions of PostgreSQL that know it. @default all */
  readonly from?: number;
  readonly before?: number;
  /** Whether it is about what an admin lacks; a superuser lacks nothing. @default false */
  readonly limited?: boolean;
}

const q = (name: string) => `"${name}"`;
const user = ({ names }: LegacyApplication) => q(names.user);
const admin = ({ names }: LegacyApplication) => q(names.admin);
const owner = ({ app }: LegacyApplication) => q(app.names.owner);
const twin = ({ app }: LegacyApplication) => q(app.names.users.green);
const stranger = ({ app }: LegacyApplication) => q(`stranger_${app.names.tag}`);

/** Roles, privileges and settings that cannot be those of a pair. */
export const OBSTACLES: readonly Obstacle[] = [
  {
    what: 'a user that is a superuser',
    arrange: (it) => `ALTER ROLE ${user(it)} SUPERUSER`,
    told: /^"blue_\w+" is a superuser, which cannot be shared: give the application a user of its own first\.$/,
  },
  {
    what: 'a user that may not log in',
    arrange: (it) => `ALTER ROLE ${user(it)} NOLOGIN`,
    told: /^"blue_\w+" may not log in: name the user that applications log in as\.$/,
  },
  {
    what: 'a user that is NOINHERIT',
    arrange: (it) => `ALTER ROLE ${user(it)} NOINHERIT`,
    told: /^"blue_\w+" is NOINHERIT, so that its open sessions would lose what moves to the owner role\. Run: ALTER/,
    mend: (it) => `ALTER ROLE ${user(it)} INHERIT`,
    before: 16,
  },
  {
    what: 'an admin that is NOINHERIT',
    limited: true,
    arrange: (it) => `ALTER ROLE ${admin(it)} NOINHERIT`,
    told: /^"admin_\w+" is NOINHERIT, and so cannot borrow the rights of others for a moment\. Run: ALTER/,
    mend: (it) => `ALTER ROLE ${admin(it)} INHERIT`,
    before: 16,
  },
  {
    what: 'a password that expires',
    arrange: (it) => `ALTER ROLE ${user(it)} VALID UNTIL '2099-01-01'`,
    told: /^The password of "blue_\w+" expires at 2099-01-01.*, and a pair's must not by itself\. Run: ALTER/,
    mend: (it) => `ALTER ROLE ${user(it)} VALID UNTIL 'infinity'`,
  },
  {
    what: 'an owner role that may log in',
    arrange: (it) => `SET ROLE ${admin(it)}; CREATE ROLE ${owner(it)} LOGIN; RESET ROLE`,
    told: /^"owner_\w+" exists and may log in, so it may be somebody's user: configure another ownerRole; or,/,
    mend: (it) => `ALTER ROLE ${owner(it)} NOLOGIN`,
  },
  {
    what: 'an owner role that is a superuser',
    arrange: (it) => `CREATE ROLE ${owner(it)} SUPERUSER NOLOGIN`,
    told: /^"owner_\w+" is a superuser: configure another ownerRole\.$/,
  },
  {
    what: 'an owner role that is a member of the user',
    arrange: (it) =>
      `SET ROLE ${admin(it)}; CREATE ROLE ${owner(it)} NOLOGIN; RESET ROLE; GRANT ${user(it)} TO ${owner(it)}`,
    told: /^"owner_\w+" is a member of "blue_\w+", and it has to be the other way round\. Run: REVOKE/,
    mend: (it) => `REVOKE ${user(it)} FROM ${owner(it)}`,
  },
  {
    what: "an owner role of another credential's",
    arrange: (it) =>
      `SET ROLE ${admin(it)}; CREATE ROLE ${owner(it)} NOLOGIN; RESET ROLE;
       COMMENT ON ROLE ${owner(it)} IS 'managed by tandem: tandem/other/app'`,
    told: /^"owner_\w+" exists and is not this credential's \(its comment is "managed by tandem: tandem\/other\/app"\): configure another name\.$/,
  },
  {
    what: "a user of another credential's",
    arrange: (it) => `COMMENT ON ROLE ${user(it)} IS 'managed by tandem: tandem/other/app'`,
    told: /^"blue_\w+" exists and is not this credential's \(its comment is "managed by tandem: tandem\/other\/app"\)/,
  },
  {
    what: 'a second user that is there already',
    arrange: (it) => `SET ROLE ${admin(it)}; CREATE ROLE ${twin(it)} LOGIN; RESET ROLE`,
    told: /^"green_\w+" exists and is not this credential's \(its comment is missing\): configure another name\.$/,
  },
  {
    what: 'a user that the admin may not alter',
    limited: true,
    arrange: (it) => `REVOKE ${user(it)} FROM ${admin(it)}`,
    told: /^"admin_\w+" may not alter "blue_\w+"\. Run, as a role that may \(on RDS, the master user\): GRANT/,
    mend: (it) => `GRANT ${user(it)} TO ${admin(it)} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE`,
    from: 16,
  },
  {
    what: 'an admin without CREATEROLE',
    limited: true,
    arrange: (it) => `ALTER ROLE ${admin(it)} NOCREATEROLE`,
    told: /^"admin_\w+" may not alter "blue_\w+"\. Run, as a role that may/,
    mend: (it) => `ALTER ROLE ${admin(it)} CREATEROLE`,
  },
  {
    what: 'an attribute that the admin has not',
    limited: true,
    arrange: (it) => `ALTER ROLE ${user(it)} BYPASSRLS`,
    told: /^"blue_\w+" has BYPASSRLS, which "admin_\w+" has not and so cannot give\. Run, as a role that may: ALTER/,
    mend: (it) => `ALTER ROLE ${admin(it)} BYPASSRLS`,
    from: 16,
  },
  {
    what: 'an attribute that only superusers give',
    limited: true,
    arrange: (it) => `ALTER ROLE ${user(it)} BYPASSRLS`,
    told: /^"blue_\w+" has BYPASSRLS, which before PostgreSQL 16 only a superuser gives\. Where the application/,
    mend: (it) => `ALTER ROLE ${user(it)} NOBYPASSRLS`,
    before: 16,
  },
  {
    what: 'a membership that the admin may not grant',
    limited: true,
    arrange: (it) => `CREATE ROLE ${stranger(it)} NOLOGIN; GRANT ${stranger(it)} TO ${user(it)}`,
    told: /^"admin_\w+" may not grant "stranger_\w+", which "blue_\w+" is a member of\. Run, as a role that may: GRANT/,
    mend: (it) => `GRANT ${stranger(it)} TO ${admin(it)} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE`,
    from: 16,
  },
  {
    what: 'a user that starts as another role',
    arrange: (it) =>
      `CREATE ROLE ${stranger(it)} NOLOGIN; GRANT ${stranger(it)} TO ${user(it)}, ${admin(it)} WITH ADMIN OPTION;
       ALTER ROLE ${user(it)} SET role TO ${stranger(it)}`,
    told: /^"blue_\w+" starts as "stranger_\w+" already\. Configure that as ownerRole; or run: ALTER/,
    mend: (it) => `ALTER ROLE ${user(it)} RESET role`,
  },
  {
    what: 'a setting that only superusers make',
    limited: true,
    arrange: (it) => `ALTER ROLE ${user(it)} SET log_min_duration_statement TO 500`,
    told: /^"blue_\w+" has the setting log_min_duration_statement, which the admin may not set\. Run, as a role that may: GRANT SET/,
    mend: (it) => `GRANT SET ON PARAMETER log_min_duration_statement TO ${admin(it)}`,
    from: 15,
  },
  {
    what: 'a setting that nobody else can be let make',
    limited: true,
    arrange: (it) => `ALTER ROLE ${user(it)} SET log_min_duration_statement TO 500`,
    told: /^"blue_\w+" has the setting log_min_duration_statement, which before PostgreSQL 15 only a superuser makes\. Where the application/,
    mend: (it) => `ALTER ROLE ${user(it)} RESET log_min_duration_statement`,
    before: 15,
  },
  {
    what: 'a privilege from somebody whose rights cannot be borrowed',
    limited: true,
    arrange: (it) =>
      `CREATE ROLE ${stranger(it)} NOLOGIN; CREATE TABLE public.theirs (n int); ALTER TABLE public.theirs OWNER TO ${stranger(it)};
       GRANT SELECT ON public.theirs TO ${user(it)}`,
    told: /^"admin_\w+" may not act as "stranger_\w+"\. Run, as a role that may: GRANT .*; or run, as "stranger_\w+": GRANT SELECT ON TABLE public\.theirs TO "owner_\w+"$/,
    mend: (it) => `GRANT ${stranger(it)} TO ${admin(it)} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE`,
    from: 16,
  },
  {
    what: 'a login on a foreign server',
    arrange: (it) =>
      `CREATE FOREIGN DATA WRAPPER anything; CREATE SERVER elsewhere FOREIGN DATA WRAPPER anything;
       CREATE USER MAPPING FOR ${user(it)} SERVER elsewhere; SET ROLE ${admin(it)}; CREATE ROLE ${owner(it)} NOLOGIN; RESET ROLE`,
    told: /^"blue_\w+" has a user mapping on the foreign server "elsewhere", and the owner role needs one\. Run, once/,
    mend: (it) => `CREATE USER MAPPING FOR ${owner(it)} SERVER "elsewhere"`,
  },
];

/** What is wrong with the value of the secret. */
export interface Refusal {
  readonly what: string;
  /** The value, from the one that would do. */
  readonly value: (sound: Readonly<Record<string, unknown>>) => unknown;
  readonly told: RegExp;
}

const without = (value: Readonly<Record<string, unknown>>, ...keys: readonly string[]) =>
  Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));

/** Values of a secret that rotations could not go on with. */
export const REFUSALS: readonly Refusal[] = [
  {
    what: 'a plain text',
    value: () => 'a-password-and-nothing-else',
    told: /is a plain text\. Rotations write JSON, .*; then adopt\.$/,
  },
  { what: 'a list', value: (it) => [it], told: /is a plain text\. Rotations write JSON/ },
  {
    what: 'keys that no rotation writes',
    value: (it) => ({ ...it, apiKey: 'k', pool: 5 }),
    told: /has keys that no rotation writes, so the first one would drop them: apiKey, pool\. Move those/,
  },
  {
    what: 'neither user nor password',
    value: (it) => without(it, 'username', 'password'),
    told: /has no text under username and password: add it\.$/,
  },
  {
    what: 'a password that is no text',
    value: (it) => ({ ...it, password: 12345678 }),
    told: /has no text under password: add it\.$/,
  },
  {
    what: 'another user',
    value: (it) => ({ ...it, username: 'somebody' }),
    told: /is a login of "somebody", and the configuration says that its user is "blue_\w+": correct the configuration's users\.$/,
  },
  {
    what: 'another database',
    value: (it) => ({ ...it, dbname: 'elsewhere' }),
    told: /names the database "elsewhere", and the configuration "db_\w+": correct the one that is wrong\.$/,
  },
  {
    what: 'a port that is none',
    value: (it) => ({ ...it, port: 'five' }),
    told: /has a port that is no number: correct it\.$/,
  },
  {
    what: 'a URL of another kind',
    value: (it) => ({ ...it, url: 'jdbc:postgresql://db/shop' }),
    told: /The key url of .* is no postgresql:\/\/ URL\. Rotations write one, .* and remove the key\.$/,
  },
  {
    what: 'a URL that was forgotten',
    value: (it) => ({ ...it, url: 'postgresql://old:forgotten@db/elsewhere' }),
    told: /The key url of .* has another user and password and database than its other keys and the configuration: correct it\.$/,
  },
  {
    what: 'a password that does not log in',
    value: (it) => ({ ...it, password: 'of-another-world-42' }),
    told: /does not log in: .* Correct it, or name the secret that task definitions read\.$/,
  },
];
