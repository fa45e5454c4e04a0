import { stringify } from 'yaml';
import type { Draft, DraftCredential, DraftServer, ServiceName } from './draft';

/**
 * Writes a configuration as a person would: with what each part means beside it.
 * @param schema where the schema lies, as seen from the file, for editors; null where they could not find it
 */
export function render(draft: Draft, schema: string | null): string {
  return [
    schema === null ? [] : [`# yaml-language-server: $schema=${schema}`],
    [
      '# Begun by `tandem init`. docs/configuration.md has every key; `npx tandem check` tells what is wrong.',
    ],
    general(draft),
    network(draft),
    ['', 'database:', `  name: ${scalar(draft.database)}`, ...server(draft.server)],
    ['', 'credentials:', ...draft.credentials.flatMap((one) => credential(one, draft.server === null))],
    services(draft),
  ]
    .flat()
    .map((line) => `${line}\n`)
    .join('');
}

/** A text as YAML takes it on one line. */
function scalar(text: string): string {
  return stringify(text, { lineWidth: 0 }).trimEnd();
}

function list(texts: readonly string[]): string {
  return `[${texts.map(flowScalar).join(', ')}]`;
}

/** Inside brackets a comma ends a value. */
function flowScalar(text: string): string {
  return /^[\w./:-]+$/.test(text) ? scalar(text) : JSON.stringify(text);
}

function general({ prefix, region, operatorRoleArns }: Draft): string[] {
  return [
    '',
    '# Every name in AWS starts with it; all below it belongs to this installation.',
    `prefix: ${scalar(prefix)}`,
    `region: ${scalar(region)}`,
    '',
    '# Roles of people who may rotate by hand: beside them only the functions may use the secrets.',
    operatorRoleArns.length === 0
      ? '# operatorRoleArns: [arn:aws:iam::111122223333:role/on-call]'
      : `operatorRoleArns: ${list(operatorRoleArns)}`,
    '# What holds data refuses to be destroyed; to try Tandem out, let it go again.',
    '# protect: false',
  ];
}

function network({ network }: Draft): string[] {
  if (network === null)
    return [
      '',
      "# The account's default VPC, unless you name another.",
      '# network: { vpcId: vpc-…, subnetIds: [subnet-…, subnet-…] }',
    ];
  return [
    '',
    '# Where the database is; the rotator joins it there.',
    'network:',
    `  vpcId: ${scalar(network.vpcId)}`,
    `  subnetIds: ${list(network.subnetIds)}`,
    '  # false where the VPC has endpoints for Secrets Manager and SSM already, or NAT.',
    '  endpoints: true',
  ];
}

function server(existing: DraftServer | null): string[] {
  if (existing === null)
    return [
      '  # An instance is made; RDS makes, keeps and rotates the password of its admin.',
      '  create:',
      "    engineVersion: '17'",
      '    instanceClass: db.t4g.micro',
      '    # true: a copy stands by in another availability zone.',
      '    multiAz: false',
    ];
  const { kind, identifier, port, adminSecretArn, readerIdentifiers, clientSecurityGroupIds } = existing;
  return [
    '  # Named and not touched: it stays whose it is.',
    '  existing:',
    `    ${kind}Identifier: ${scalar(identifier)}`,
    ...(port === 5432 ? [] : [`    port: ${port}`]),
    ...(readerIdentifiers.length === 0
      ? []
      : ['    # Asked for open sessions, each.', `    readerIdentifiers: ${list(readerIdentifiers)}`]),
    ...(adminSecretArn === null
      ? ["    # RDS manages the admin's password: its secret is looked up."]
      : [
          "    # Username and password of the admin: may alter the users, and is never an application's.",
          `    adminSecretArn: ${scalar(adminSecretArn)}`,
        ]),
    '    # Their members may connect to the database; the rotator joins them.',
    `    clientSecurityGroupIds: ${list(clientSecurityGroupIds)}`,
  ];
}

function credential({ name, consumers, adopt, readerRoleArns }: DraftCredential, made: boolean): string[] {
  return [
    `  ${scalar(name)}:`,
    ...(made
      ? ['    # The database is to belong to the role that both users share.', '    ownDatabase: true']
      : []),
    ...(adopt === null ? [] : adoption(adopt)),
    '    # UTC. Whichever slot a window names, the one that is the standby then is rotated.',
    '    schedule:',
    "      blue: { cron: 'cron(0 3 1 * ? *)', windowHours: 2 }",
    "      green: { cron: 'cron(0 3 15 * ? *)', windowHours: 2 }",
    '    # Where a password is active for longer, an alarm goes off and the sweep rotates the standby.',
    '    maxAgeDays: 30',
    '    # Redeployed after a rotation, in this order.',
    '    consumers:',
    ...consumers.map((one) => `      - ${consumer(one)}`),
    ...(consumers.every((one) => typeof one === 'string')
      ? []
      : [
          '    # The roles that start their tasks: nobody else may read the secret.',
          `    readerRoleArns: ${list(readerRoleArns)}`,
        ]),
  ];
}

function adoption({ secret, user, keyArn }: NonNullable<DraftCredential['adopt']>): string[] {
  return [
    `    # ${oneLine(user)} is there; the other is made. Both will work as a role of their own, with the rights of the first.`,
    `    users: { blue: ${flowScalar(user)}, green: ${flowScalar(`${user.slice(0, 57)}_green`)} }`,
    '    # What task definitions read already. Nothing is taken over until you ask for it: docs/adoption.md, steps 3 and 4.',
    '    adopt:',
    `      secret: ${scalar(secret)}`,
    ...(keyArn === null ? [] : [`      keyArn: ${scalar(keyArn)}`]),
  ];
}

/** A comment ends with its line. */
const oneLine = (text: string) => text.replaceAll(/[\r\n]/g, ' ');

function consumer(one: string | ServiceName): string {
  if (typeof one === 'string') return scalar(one);
  return `{ cluster: ${flowScalar(one.cluster)}, service: ${flowScalar(one.service)} }`;
}

function services({ services }: Draft): string[] {
  if (services.length === 0) return [];
  return [
    '',
    '# Fargate services to make; each gets the URL as DATABASE_URL.',
    'services:',
    ...services.flatMap(service),
  ];
}

function service({ name, image }: Draft['services'][number]): string[] {
  if (image !== null) return [`  ${scalar(name)}:`, `    image: ${scalar(image)}`];
  return [
    '  # Logs in anew every five seconds, and says as whom; put your own image here.',
    `  ${scalar(name)}:`,
    '    image: public.ecr.aws/docker/library/postgres:17-alpine',
    '    command:',
    '      [',
    '        sh,',
    '        -c,',
    `        'while psql "$DATABASE_URL" -qAtc "select session_user, current_user, now()"; do sleep 5; done',`,
    '      ]',
  ];
}
