import { MARK, type AdoptionSpec } from '../../../ports/database';
import type { AdminFacts, RoleFacts } from '../facts';
import { mayAlter } from '../plan';
import { identifier } from '../quoting';
import { mayLend } from './privileges';
import type { Attribute, Membership, RoleProfile, Setting } from './role-facts';

/** The roles of an adoption, as the server has them. */
export interface Roles {
  readonly facts: ReadonlyMap<string, RoleFacts>;
  readonly profiles: ReadonlyMap<string, RoleProfile>;
  readonly memberships: readonly Membership[];
  readonly settings: readonly Setting[];
  /** Whether the owner role is a member of the user, which then cannot become a member of it. */
  readonly inverted: boolean;
}

/** Why these roles cannot become a pair, all at once; each with what to do. */
export function obstaclesOf(spec: AdoptionSpec, admin: AdminFacts, roles: Roles): string[] {
  const user = roles.profiles.get(spec.user);
  if (user === undefined) {
    return [`There is no role ${identifier(spec.user)}: name the user that applications log in as.`];
  }
  return [
    ...unfit(spec, admin, user),
    ...ownerObstacles(spec, roles),
    ...[spec.user, spec.owner, spec.twin].flatMap((role) => strangers(role, admin, spec, roles)),
    ...user.attributes.flatMap((attribute) => attributeObstacle(spec, admin, attribute, roles)),
    ...roles.memberships
      .filter(({ carried, grantable }) => !carried && !grantable)
      .map(
        ({ role }) =>
          `"${admin.name}" may not grant ${identifier(role)}, which ${identifier(spec.user)} is a member of. ${mayLend(role, admin)}`,
      ),
    ...settingObstacles(spec, admin, roles.settings),
  ];
}

function unfit({ user }: AdoptionSpec, admin: AdminFacts, profile: RoleProfile): string[] {
  const role = identifier(user);
  return [
    ...(profile.superuser
      ? [`${role} is a superuser, which cannot be shared: give the application a user of its own first.`]
      : []),
    ...(user === admin.name
      ? [
          `${role} is the admin, which is never given to an application: give the application a user of its own first.`,
        ]
      : []),
    ...(profile.canLogin ? [] : [`${role} may not log in: name the user that applications log in as.`]),
    ...(profile.inherits || admin.major >= 16
      ? []
      : [
          `${role} is NOINHERIT, so that its open sessions would lose what moves to the owner role. Run: ALTER ROLE ${role} INHERIT`,
        ]),
    ...(admin.inherits || admin.superuser || admin.major >= 16
      ? []
      : [
          `"${admin.name}" is NOINHERIT, and so cannot borrow the rights of others for a moment. Run: ALTER ROLE ${identifier(admin.name)} INHERIT`,
        ]),
    ...(profile.validUntil === null
      ? []
      : [
          `The password of ${role} expires at ${profile.validUntil}, and a pair's must not by itself. Run: ALTER ROLE ${role} VALID UNTIL 'infinity'`,
        ]),
  ];
}

function ownerObstacles({ owner, user }: AdoptionSpec, { profiles, inverted }: Roles): string[] {
  const profile = profiles.get(owner);
  const role = identifier(owner);
  return [
    ...(profile?.canLogin === true
      ? [
          `${role} exists and may log in, so it may be somebody's user: configure another ownerRole; or, if nobody logs in as it, run: ALTER ROLE ${role} NOLOGIN`,
        ]
      : []),
    ...(profile?.superuser === true ? [`${role} is a superuser: configure another ownerRole.`] : []),
    ...(inverted
      ? [
          `${role} is a member of ${identifier(user)}, and it has to be the other way round. Run: REVOKE ${identifier(user)} FROM ${role}`,
        ]
      : []),
  ];
}

/** Roles that are another credential's, or that the admin may not alter. */
function strangers(
  role: string,
  admin: AdminFacts,
  { mark, twin }: AdoptionSpec,
  { facts }: Roles,
): string[] {
  const found = facts.get(role);
  if (found === undefined) return [];
  const name = identifier(role);
  const foreign = found.comment !== mark && (role === twin || found.comment?.startsWith(MARK) === true);
  const alterable = admin.superuser || (admin.createRole && (admin.major < 16 || found.adminOption));
  return [
    ...(foreign
      ? [
          `${name} exists and is not this credential's (its comment is ${found.comment === null ? 'missing' : `"${found.comment}"`}): configure another name.`,
        ]
      : []),
    ...(alterable ? [] : [`"${admin.name}" may not alter ${name}. ${mayAlter(role, admin)}`]),
  ];
}

/** Source: PostgreSQL documentation, CREATE ROLE: before 16 CREATEROLE gave all but two, since then only what one has. */
function attributeObstacle(
  { user, owner, twin }: AdoptionSpec,
  admin: AdminFacts,
  attribute: Attribute,
  { profiles }: Roles,
): string[] {
  const given = [owner, twin].every((role) => profiles.get(role)?.attributes.includes(attribute) === true);
  if (admin.superuser || given) return [];
  if (admin.major >= 16) {
    if (admin.attributes.includes(attribute)) return [];
    return [
      `${identifier(user)} has ${attribute}, which "${admin.name}" has not and so cannot give. Run, as a role that may: ALTER ROLE ${identifier(admin.name)} ${attribute}`,
    ];
  }
  if (attribute === 'CREATEDB' || attribute === 'CREATEROLE') return [];
  return [
    `${identifier(user)} has ${attribute}, which before PostgreSQL 16 only a superuser gives. Where the application does without it, run, as a superuser: ALTER ROLE ${identifier(user)} NO${attribute}; or adopt it on PostgreSQL 16 or later.`,
  ];
}

function settingObstacles(
  { user, owner }: AdoptionSpec,
  admin: AdminFacts,
  settings: readonly Setting[],
): string[] {
  return settings
    .filter(({ role }) => role === user)
    .flatMap(({ name, value, database, settable }) => {
      const where = database === null ? '' : ` IN DATABASE ${identifier(database)}`;
      if (name === 'role' && (value !== owner || database !== null)) {
        return [
          `${identifier(user)} starts as ${identifier(value)} already. Configure that as ownerRole; or run: ALTER ROLE ${identifier(user)}${where} RESET role`,
        ];
      }
      if (name === 'role' || settable) return [];
      const reset = `ALTER ROLE ${identifier(user)}${where} RESET ${name}`;
      if (admin.major < 15) {
        return [
          `${identifier(user)} has the setting ${name}, which before PostgreSQL 15 only a superuser makes. Where the application does without it, run, as a superuser: ${reset}; or adopt it on PostgreSQL 15 or later.`,
        ];
      }
      return [
        `${identifier(user)} has the setting ${name}, which the admin may not set. Run, as a role that may: GRANT SET ON PARAMETER ${name} TO ${identifier(admin.name)}; or ${reset}`,
      ];
    });
}
