import { DEFAULT_EXCLUDED_CHARACTERS } from '../../lambda-src/contract/config-document';
import { credentialSchema } from '../config/schema';
import { ifGiven, literal, matches, whole, type Validation, type Variable } from './variable';

/** Names that PostgreSQL or RDS keep for themselves, as the configuration's own check has them. */
const RESERVED = ['postgres', 'public', 'none', 'current_user', 'current_role', 'session_user'];

/** The rules for the name of a role; base64 tells bytes, since `length` counts characters. */
function roleRules(
  place: string,
  given: string,
  all: (condition: (role: string) => string) => string,
  wrong: (role: string) => string,
): Validation[] {
  const rule = (condition: (role: string) => string, text: string, role: string) => ({
    wrong: wrong(role),
    condition: ifGiven(given, all(condition)),
    rule: `${place} ${text}`,
  });
  return [
    rule((role) => `length(${role}) >= 1`, 'must be at least 1 character', '""'),
    rule(
      (role) => `length(base64encode(${role})) <= 84`,
      'must be at most 63 bytes: PostgreSQL cuts longer names',
      `"${'ü'.repeat(32)}"`,
    ),
    rule(
      (role) => `!${matches(role, /^pg_/i)}`,
      'must not start with pg_: PostgreSQL reserves these names',
      '"PG_app"',
    ),
    rule(
      (role) => `!${matches(role, /^rds/i)}`,
      'must not start with rds: Amazon RDS reserves these names',
      '"rdsapp"',
    ),
    rule(
      (role) => `!contains(${JSON.stringify(RESERVED).replaceAll(',', ', ')}, lower(${role}))`,
      'must be another name: PostgreSQL reserves this one',
      '"Postgres"',
    ),
  ];
}

/** The roles in the database, and what their passwords and URLs are like. */
export const userVariables: Readonly<Record<string, Variable>> = {
  users: {
    description: 'The two PostgreSQL roles. Default: <name>_blue and <name>_green',
    type: 'object({\n  blue  = string\n  green = string\n})',
    default: 'null',
    validations: [
      ...roleRules(
        'users.*',
        'var.users',
        (condition) => `alltrue([for role in values(var.users) : ${condition('role')}])`,
        (role) => `{ blue = ${role}, green = "other" }`,
      ),
      {
        condition: ifGiven('var.users', 'var.users.blue != var.users.green'),
        rule: 'users.green must differ from users.blue: one role has one purpose',
        wrong: '{ blue = "one", green = "one" }',
      },
    ],
  },
  owner_role: {
    description: 'Role that both users belong to; it never logs in. Default: <name>_owner',
    type: 'string',
    default: 'null',
    validations: [
      ...roleRules(
        'owner_role',
        'var.owner_role',
        (condition) => condition('var.owner_role'),
        (role) => role,
      ),
      {
        condition: '!contains(values(local.users), coalesce(var.owner_role, "${local.role_stem}_owner"))',
        rule: 'owner_role must differ from users.blue and users.green: one role has one purpose',
        wrong: '"one"',
        beside: { users: '{ blue = "one", green = "two" }' },
      },
    ],
  },
  own_database: {
    description: credentialSchema.shape.ownDatabase.description ?? '',
    type: 'bool',
    default: 'false',
  },
  url_options: {
    description: credentialSchema.shape.urlOptions.description ?? '',
    type: 'string',
    default: literal('sslmode=require'),
    validations: [
      {
        condition: 'length(var.url_options) <= 500',
        rule: 'url_options must be at most 500 characters',
        wrong: 'format("%0501d", 0)',
      },
    ],
  },
  password: {
    description: `${credentialSchema.shape.password.description ?? ''} Length in characters, and characters to leave out.`,
    type: `object({\n  length  = optional(number, 40)\n  exclude = optional(string, ${literal(DEFAULT_EXCLUDED_CHARACTERS)})\n})`,
    default: '{}',
    validations: [
      whole('password.length', 16, 128),
      {
        condition: 'length(var.password.exclude) <= 95',
        rule: 'password.exclude must be at most 95 characters',
        wrong: '{ exclude = format("%096d", 0) }',
      },
    ],
  },
};
