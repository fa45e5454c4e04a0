import { every, ifGiven, literal, matches, type Variable } from './variable';

const ENDPOINT = 'object({\n  host = string\n  port = optional(number, 5432)\n})';

const host = (place: string, condition: string, wrong: (endpoint: string) => string) => ({
  condition,
  rule: `${place}.host must be a host name of at most 253 characters, without spaces`,
  wrong: wrong('{ host = "the server" }'),
});
const port = (place: string, condition: string, wrong: (endpoint: string) => string) => ({
  condition,
  rule: `${place}.port must be a whole number from 1 to 65535`,
  wrong: wrong('{ host = "server", port = 0 }'),
});

const isHost = (expression: string) => matches(expression, /^[^\s]{1,253}$/);
const isPort = (expression: string) =>
  `floor(${expression}) == ${expression} && ${expression} >= 1 && ${expression} <= 65535`;

/** So many ids. */
function listOf(kind: string, count: number): string {
  return `[for number in range(${count}) : "${kind}-\${number}"]`;
}

/** Ids of one kind of resource, so many of them at least. */
function ids(
  name: string,
  kind: string,
  least: number,
  most: number,
  why: string,
  description: string,
): Variable {
  const list = `var.${name}`;
  return {
    description,
    type: 'list(string)',
    validations: [
      {
        condition: `length(${list}) >= ${least}`,
        rule: `${name} must name at least ${why}`,
        wrong: listOf(kind, least - 1),
      },
      {
        condition: `length(${list}) <= ${most}`,
        rule: `${name} must be at most ${most}`,
        wrong: listOf(kind, most + 1),
      },
      {
        condition: every('one', list, matches('one', new RegExp(`^${kind}-[0-9a-z]+$`))),
        rule: `${name}.* must be an id such as ${kind}-0123456789abcdef0`,
        wrong: `["${kind}-1", "other-1"]`,
      },
    ],
  };
}

const server: Readonly<Record<string, Variable>> = {
  database_name: {
    description: 'Name of the database that the application connects to.',
    type: 'string',
    validations: [
      {
        condition: 'length(var.database_name) >= 1 && length(var.database_name) <= 63',
        rule: 'database_name must be 1 to 63 characters',
        wrong: '""',
      },
    ],
  },
  database_writer: {
    description: 'Where the PostgreSQL server, or the writer of a cluster, answers.',
    type: ENDPOINT,
    validations: [
      host('database_writer', isHost('var.database_writer.host'), (endpoint) => endpoint),
      port('database_writer', isPort('var.database_writer.port'), (endpoint) => endpoint),
    ],
  },
  database_readers: {
    description: `Where else to ask: every read replica, or all instances of a cluster by their own endpoints, since sessions are counted on each.`,
    type: `list(${ENDPOINT})`,
    default: '[]',
    validations: [
      {
        condition: 'length(var.database_readers) <= 15',
        rule: 'database_readers must be at most 15',
        wrong: '[for number in range(16) : { host = "reader${number}" }]',
      },
      host(
        'database_readers.*',
        every('one', 'var.database_readers', isHost('one.host')),
        (endpoint) => `[${endpoint}]`,
      ),
      port(
        'database_readers.*',
        every('one', 'var.database_readers', isPort('one.port')),
        (endpoint) => `[${endpoint}]`,
      ),
    ],
  },
  ca_bundle: {
    description: `PEM of the authorities to trust. Default: the RDS bundle in the function's zip`,
    type: 'string',
    default: 'null',
    validations: [
      {
        condition: ifGiven(
          'var.ca_bundle',
          `strcontains(var.ca_bundle, ${literal('-----BEGIN CERTIFICATE-----')})`,
        ),
        rule: 'ca_bundle must be PEM, with -----BEGIN CERTIFICATE-----',
        wrong: '"rds"',
      },
      {
        condition: ifGiven('var.ca_bundle', 'length(var.ca_bundle) <= 3000'),
        rule: 'ca_bundle must be at most 3,000 characters: a function has 4 KB of environment',
        wrong: '"-----BEGIN CERTIFICATE-----${format("%03000d", 0)}"',
      },
    ],
  },
};

/** Where the database is, and how the rotator reaches it. */
export const databaseVariables: Readonly<Record<string, Variable>> = {
  ...server,
  admin_secret_arn: {
    description: `Secret with the admin's username and password, such as the one that RDS manages.`,
    type: 'string',
    validations: [
      {
        condition: matches('var.admin_secret_arn', /^arn:aws(-[a-z]+)*:secretsmanager:/),
        rule: 'admin_secret_arn must be the ARN of secretsmanager, for instance arn:aws:secretsmanager:…',
        wrong: '"admin"',
      },
    ],
  },
  admin_key_arn: {
    description: `Key that encrypts the admin's secret, where it is a customer-managed one.`,
    type: 'string',
    default: 'null',
    validations: [
      {
        condition: ifGiven('var.admin_key_arn', matches('var.admin_key_arn', /^arn:aws(-[a-z]+)*:kms:/)),
        rule: 'admin_key_arn must be the ARN of kms, for instance arn:aws:kms:…',
        wrong: '"alias/aws/secretsmanager"',
      },
    ],
  },
  vpc_id: {
    description: 'The VPC of the rotator, from which the database can be reached.',
    type: 'string',
    validations: [
      {
        condition: matches('var.vpc_id', /^vpc-[0-9a-z]+$/),
        rule: 'vpc_id must be an id such as vpc-0123456789abcdef0',
        wrong: '"default"',
      },
    ],
  },
  subnet_ids: ids(
    'subnet_ids',
    'subnet',
    2,
    16,
    'two subnets, in two availability zones',
    'For the rotator: at least two availability zones, with NAT or with interface endpoints of Secrets Manager and Systems Manager.',
  ),
  client_security_group_ids: ids(
    'client_security_group_ids',
    'sg',
    1,
    4,
    'one group whose members may connect to the database',
    'Security groups whose members may connect to the database; the rotator joins them.',
  ),
};
