import { CREDENTIAL_PATTERN, PREFIX_PATTERN } from '../../lambda-src/contract/names';
import { configurationSchema, credentialSchema } from '../config/schema';
import { databaseVariables } from './variables-database';
import { scheduleVariables } from './variables-schedule';
import { userVariables } from './variables-users';
import { every, ifGiven, matches, type Variable } from './variable';

const installation = configurationSchema.shape;
const credential = credentialSchema.shape;

const ARN = (service: string) => new RegExp(`^arn:aws(-[a-z]+)*:${service}:`);
const ROLE = /^arn:aws(-[a-z]+)*:iam::[0-9]{12}:role\/[^\s]+$/;
const ECS_NAME = /^[A-Za-z0-9_-]{1,255}$/;
const RETENTIONS =
  '[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653]';

/** Characters of the consumers in the configuration document: a parameter holds 8 KB, and the rest needs its part. */
const MOST_CONSUMER_CHARACTERS = 5_000;

function described(schema: { readonly description?: string | undefined }): string {
  return schema.description ?? '';
}

const names: Readonly<Record<string, Variable>> = {
  prefix: {
    description: described(installation.prefix),
    type: 'string',
    validations: [
      {
        condition: matches('var.prefix', PREFIX_PATTERN),
        rule: 'prefix must be path segments joined by slashes, without a slash at either end',
        wrong: '"/shop"',
      },
      {
        condition: 'length(var.prefix) <= 32',
        rule: 'prefix must be at most 32 characters: it is part of names that AWS limits to 64',
        wrong: '"p23456789012345678901234567890123"',
      },
      {
        condition: matches('var.prefix', /^[A-Za-z]/),
        rule: 'prefix must start with a letter',
        wrong: '"1shop"',
      },
      {
        condition: `!${matches('var.prefix', /^(aws|ssm)/i)}`,
        rule: 'prefix must not start with aws or ssm: Parameter Store reserves these',
        wrong: '"AWS/shop"',
      },
      {
        condition: `!${matches('var.prefix', /^sg([^A-Za-z0-9]|$)/i)}`,
        rule: 'prefix must not start with sg-: EC2 reserves it',
        wrong: '"sg/shop"',
      },
      {
        condition: 'length(split("/", var.prefix)) <= 13',
        rule: 'prefix must have at most 13 segments: Parameter Store has no deeper paths',
        wrong: '"a/b/c/d/e/f/g/h/i/j/k/l/m/n"',
      },
    ],
  },
  name: {
    description: 'Name of the credential: part of the names of its secrets and parameters.',
    type: 'string',
    validations: [
      {
        condition: matches('var.name', CREDENTIAL_PATTERN),
        rule: 'name must start with a letter, then letters, digits, _ and -, at most 40 characters',
        wrong: '"1st"',
      },
    ],
  },
};

const consumers: Readonly<Record<string, Variable>> = {
  consumers: {
    description: `${described(credential.consumers)} Each exists already, by the names of its cluster and of itself; its task definition names the active secret.`,
    type: 'list(object({\n  cluster = string\n  service = string\n}))',
    validations: [
      {
        condition: 'length(var.consumers) >= 1',
        rule: 'consumers must name at least one service: a rotation that nothing consumes is not worth its risk',
        wrong: '[]',
      },
      {
        condition: 'length(var.consumers) <= 50',
        rule: 'consumers must name at most 50 services',
        wrong: '[for number in range(51) : { cluster = "c", service = "s${number}" }]',
      },
      {
        condition: every('one', 'var.consumers', matches('one.cluster', ECS_NAME)),
        rule: 'consumers.*.cluster must be a cluster name: letters, digits, _ and -',
        wrong: '[{ cluster = "shop/prod", service = "web" }]',
      },
      {
        condition: every('one', 'var.consumers', matches('one.service', ECS_NAME)),
        rule: 'consumers.*.service must be a service name: letters, digits, _ and -',
        wrong: '[{ cluster = "shop", service = "" }]',
      },
      {
        condition: 'length(distinct(var.consumers)) == length(var.consumers)',
        rule: 'consumers.* must be listed once',
        wrong: '[{ cluster = "shop", service = "web" }, { cluster = "shop", service = "web" }]',
      },
      {
        condition: `length(jsonencode(var.consumers)) <= ${MOST_CONSUMER_CHARACTERS}`,
        rule: 'consumers must have shorter names or be fewer: the parameter that lists them holds 8 KB',
        wrong: '[for number in range(50) : { cluster = "shop", service = format("%0200d", number) }]',
      },
    ],
  },
  reader_role_arns: {
    description: 'Roles that may read the active secret: the execution roles of the consumers.',
    type: 'list(string)',
    validations: [
      {
        condition: 'length(var.reader_role_arns) >= 1',
        rule: 'reader_role_arns must name the execution roles of the consumers; nobody else may read the secret',
        wrong: '[]',
      },
      {
        condition: 'length(var.reader_role_arns) <= 50',
        rule: 'reader_role_arns must be at most 50',
        wrong: '[for number in range(51) : "arn:aws:iam::111122223333:role/r${number}"]',
      },
      {
        condition: every('one', 'var.reader_role_arns', matches('one', ROLE)),
        rule: 'reader_role_arns.* must be the ARN of a role: arn:aws:iam::<account>:role/…',
        wrong: '["web"]',
      },
    ],
  },
  operator_role_arns: {
    description: described(installation.operatorRoleArns),
    type: 'list(string)',
    default: '[]',
    validations: [
      {
        condition: 'length(var.operator_role_arns) <= 20',
        rule: 'operator_role_arns must be at most 20',
        wrong: '[for number in range(21) : "arn:aws:iam::111122223333:role/r${number}"]',
      },
      {
        condition: every('one', 'var.operator_role_arns', matches('one', ROLE)),
        rule: 'operator_role_arns.* must be the ARN of a role: arn:aws:iam::<account>:role/…',
        wrong: '["arn:aws:iam::111122223333:user/me"]',
      },
    ],
  },
};

/** A part of the module, or what stands for it. */
function madeOrGiven(part: string, given: string, service: string, what: string): Record<string, Variable> {
  const variable = `var.${given}`;
  return {
    [part]: {
      description: `Whether to make ${what}; false together with ${given}.`,
      type: 'bool',
      default: 'true',
    },
    [given]: {
      description: `Instead of making ${what}: the one to use, with ${part} = false.`,
      type: 'string',
      default: 'null',
      validations: [
        {
          condition: ifGiven(variable, matches(variable, ARN(service))),
          rule: `${given} must be the ARN of ${service}, for instance arn:aws:${service}:…`,
          wrong: '"mine"',
          beside: { [part]: 'false' },
        },
        {
          condition: `var.${part} != (${variable} != null)`,
          rule: `${given} must be given exactly where ${part} is false`,
          wrong: `"arn:aws:${service}:eu-central-1:111122223333:mine"`,
        },
      ],
    },
  };
}

const surroundings: Readonly<Record<string, Variable>> = {
  ...madeOrGiven('create_kms_key', 'kms_key_arn', 'kms', 'a key for the secrets'),
  ...madeOrGiven(
    'create_operations_key',
    'operations_key_arn',
    'kms',
    'a key for logs and alarms (the policy of another must let CloudWatch and CloudWatch Logs use it)',
  ),
  ...madeOrGiven('create_alarm_topic', 'alarm_topic_arn', 'sns', 'a topic that the alarms tell'),
  dashboard: { description: 'Whether to make a CloudWatch dashboard.', type: 'bool', default: 'true' },
  log_retention_days: {
    description: described(installation.logRetentionDays),
    type: 'number',
    default: '365',
    validations: [
      {
        condition: `contains(${RETENTIONS}, var.log_retention_days)`,
        rule: `log_retention_days must be one of ${RETENTIONS.slice(1, -1)}`,
        wrong: '6',
      },
    ],
  },
  secret_recovery_days: {
    description:
      'Days that deleted secrets can be restored, and their names not used again: 7 to 30, or 0 where nothing is worth it.',
    type: 'number',
    default: '30',
    validations: [
      {
        condition:
          'var.secret_recovery_days == 0 || (floor(var.secret_recovery_days) == var.secret_recovery_days && var.secret_recovery_days >= 7 && var.secret_recovery_days <= 30)',
        rule: 'secret_recovery_days must be 0 or a whole number from 7 to 30',
        wrong: '3',
      },
    ],
  },
  permissions_boundary_arn: {
    description: described(installation.permissionsBoundaryArn),
    type: 'string',
    default: 'null',
    validations: [
      {
        condition: ifGiven(
          'var.permissions_boundary_arn',
          matches('var.permissions_boundary_arn', ARN('iam')),
        ),
        rule: 'permissions_boundary_arn must be the ARN of iam, for instance arn:aws:iam:…',
        wrong: '"boundary"',
      },
    ],
  },
  tags: { description: described(installation.tags), type: 'map(string)', default: '{}' },
};

/** The inputs of the module, by name, in the order in which they are documented. */
export const VARIABLES: Readonly<Record<string, Variable>> = {
  ...names,
  ...databaseVariables,
  ...consumers,
  ...userVariables,
  ...scheduleVariables,
  ...surroundings,
};
