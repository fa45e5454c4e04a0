export type Change = (input: Record<string, unknown>) => void;

/** Sets what lies at a path: `credentials.app.users`. */
export function set(place: string, value: unknown): Change {
  return (input) => {
    const keys = place.split('.');
    const last = keys.pop() ?? '';
    let parent = input;
    for (const key of keys) parent = (parent[key] ??= {}) as Record<string, unknown>;
    if (value === undefined) Reflect.deleteProperty(parent, last);
    else parent[last] = value;
  };
}

export const app = 'credentials.app';

/** Configurations with one mistake each, and the words that must tell of it. */
export const badInputs: readonly (readonly [string, Change, RegExp])[] = [
  ['no prefix', set('prefix', undefined), /^prefix is missing: give text$/],
  ['a prefix with a slash in front', set('prefix', '/tandem'), /^prefix must be path segments/],
  [
    'a prefix that Parameter Store reserves',
    set('prefix', 'ssm/app'),
    /^prefix must not start with aws or ssm/,
  ],
  [
    'a prefix too long for names of AWS',
    set('prefix', 'x'.repeat(33)),
    /^prefix must be at most 32 characters/,
  ],
  ['a prefix that starts with a digit', set('prefix', '1st'), /^prefix must start with a letter/],
  ['no region', set('region', undefined), /^region is missing/],
  [
    'something else as the region',
    set('region', 'Frankfurt'),
    /^region must be an AWS region such as eu-central-1/,
  ],
  ['an unknown key', set('protekt', true), /^protekt is not known here \(did you mean protect\?\)$/],
  [
    'an unknown key deep down',
    set(`${app}.rollout.deadlineSecond`, 60),
    /^credentials\.app\.rollout\.deadlineSecond .*deadlineSeconds/,
  ],
  [
    'an unknown key that resembles none',
    set('xyzzy', 1),
    /^xyzzy is not known here; known are .*backend, cluster/,
  ],
  ['a text where a flag belongs', set('protect', 'yes'), /^protect must be true or false$/],
  [
    'a retention that CloudWatch does not offer',
    set('logRetentionDays', 10),
    /^logRetentionDays must be one of 1, 3, 5/,
  ],
  ['a sweep that never comes', set('sweepMinutes', 0), /^sweepMinutes must be at least 1$/],
  ['half minutes', set('sweepMinutes', 1.5), /^sweepMinutes must be a whole number$/],
  [
    'a boundary that is no policy',
    set('permissionsBoundaryArn', 'bounded'),
    /^permissionsBoundaryArn must be the ARN of iam/,
  ],
  [
    'a partition that does not exist',
    set('kmsKeyArn', 'arn:azure:kms:x:1:key/1'),
    /^kmsKeyArn must be the ARN of kms/,
  ],
  ['an ARN of another service', set('kmsKeyArn', 'arn:aws:s3:::bucket'), /^kmsKeyArn must be the ARN of kms/],
  ['a tag that is no text', set('tags', { team: 7 }), /^tags\.team must be text, in quotes$/],
  [
    'two backends',
    set('backend', { s3: { bucket: 'abc', region: 'eu-west-1' }, cloud: { organization: 'o' } }),
    /^backend must have either s3 or cloud/,
  ],
  [
    'subnets without a VPC',
    set('network', { subnetIds: ['subnet-1', 'subnet-2'] }),
    /^network must have both vpcId and subnetIds/,
  ],
  [
    'a VPC by name',
    set('network', { vpcId: 'main', subnetIds: ['subnet-1', 'subnet-2'] }),
    /^network\.vpcId must be an id such as vpc-/,
  ],
  [
    'one subnet only',
    set('network', { vpcId: 'vpc-1', subnetIds: ['subnet-1'] }),
    /^network\.subnetIds must name at least two subnets/,
  ],
  [
    'no database',
    set('database', undefined),
    /^database is missing: give a mapping \(keys: name, create, aurora, existing, caBundle\)$/,
  ],
  [
    'a database neither created nor existing',
    set('database', { name: 'shop' }),
    /^database must have either create or aurora or existing/,
  ],
  [
    'a PostgreSQL that is too old',
    set('database.create', { engineVersion: '12' }),
    /^database\.create\.engineVersion must be a PostgreSQL version/,
  ],
  ['a CA that is no PEM', set('database.caBundle', 'ca.pem'), /^database\.caBundle must be PEM/],
  [
    'an existing database without its admin',
    set('database', { name: 'a', existing: { writer: { host: 'h' }, clientSecurityGroupIds: ['sg-1'] } }),
    /^database\.existing\.adminSecretArn is missing/,
  ],
  [
    'a port out of range',
    set('database', {
      name: 'a',
      existing: {
        writer: { host: 'h', port: 70000 },
        adminSecretArn: 'arn:aws-cn:secretsmanager:cn-north-1:1:secret:a',
        clientSecurityGroupIds: ['sg-1'],
      },
    }),
    /^database\.existing\.writer\.port must be at most 65535$/,
  ],
  ['no credential', set('credentials', {}), /^credentials must have at least one credential$/],
  [
    'a credential whose name starts with a digit',
    set('credentials', { '1app': { consumers: ['web'] } }),
    /^credentials\.1app must start with a letter/,
  ],
  [
    'a variable for a service of somebody else',
    set(`${app}.consumers`, ['web', { cluster: 'c', service: 's', variable: 'X' }]),
    /^credentials\.app\.consumers\.1\.variable must be left out/,
  ],
  [
    'a service that no credential lists',
    set('services.other', { image: 'x' }),
    /^services\.other must be a consumer of a credential/,
  ],
  [
    'the same user twice',
    set(`${app}.users`, { blue: 'app', green: 'app' }),
    /^credentials\.app\.users\.green must differ from credentials\.app\.users\.blue/,
  ],
  [
    'a user that is the owner',
    set(`${app}.ownerRole`, 'app_blue'),
    /^credentials\.app\.ownerRole must differ from credentials\.app\.users\.blue/,
  ],
  [
    'a user of two credentials',
    set('credentials.two', { consumers: ['web'], users: { blue: 'app_blue', green: 'b' } }),
    /^credentials\.two\.users\.blue must differ from credentials\.app\.users\.blue/,
  ],
  [
    'a role of 64 bytes in 32 characters',
    set(`${app}.ownerRole`, 'ä'.repeat(32)),
    /^credentials\.app\.ownerRole must be at most 63 bytes/,
  ],
  [
    'a role that PostgreSQL reserves',
    set(`${app}.ownerRole`, 'pg_owner'),
    /^credentials\.app\.ownerRole must not start with pg_/,
  ],
  [
    'a role that RDS reserves',
    set(`${app}.ownerRole`, 'rdsadmin'),
    /^credentials\.app\.ownerRole must not start with rds/,
  ],
  [
    'the superuser as a role',
    set(`${app}.ownerRole`, 'postgres'),
    /^credentials\.app\.ownerRole must be another name/,
  ],
  [
    'a password that is too short',
    set(`${app}.password`, { length: 8 }),
    /^credentials\.app\.password\.length must be at least 16$/,
  ],
  [
    'a deadline out of range',
    set(`${app}.rollout`, { deadlineSeconds: 100_000 }),
    /^credentials\.app\.rollout\.deadlineSeconds must be at most 86400$/,
  ],
  [
    'CPU units that Fargate does not offer',
    set('services.web.cpu', 300),
    /^services\.web\.cpu must be 256, 512/,
  ],
  [
    'CPU units without the memory that Fargate wants with them',
    set('services.web.cpu', 1024),
    /^services\.web\.memory must be a multiple of 1024 from 2048 to 8192 with 1024 CPU units/,
  ],
  [
    'memory that Fargate does not offer',
    set('services.web.memory', 1536),
    /^services\.web\.memory must be 512 or a multiple of 1024 from 1024 to 2048 with 256 CPU units/,
  ],
  [
    'a target group without a port',
    set('services.web.targetGroupArn', 'arn:aws:elasticloadbalancing:x:1:targetgroup/a/1'),
    /^services\.web\.port is missing/,
  ],
  [
    'a variable with a hyphen',
    set('services.web.environment', { 'LOG-LEVEL': 'x' }),
    /^services\.web\.environment\.LOG-LEVEL must be an environment variable/,
  ],
  [
    'a consumer that exists already, and no role that may read for it',
    set(`${app}.consumers`, ['web', { cluster: 'c', service: 's' }]),
    /^credentials\.app\.readerRoleArns is missing: give the execution roles/,
  ],
  [
    'a user where a role belongs',
    set('operatorRoleArns', ['arn:aws:iam::111122223333:user/me']),
    /^operatorRoleArns\.0 must be the ARN of a role/,
  ],
  [
    'mails from a topic that is somebody else’s',
    set('alarms', { topicArn: 'arn:aws:sns:eu-central-1:111122223333:t', emails: ['a@example.com'] }),
    /^alarms\.emails must be left out together with topicArn/,
  ],
  [
    'a route table that is none',
    set('network', { taskRouteTableIds: ['main'] }),
    /^network\.taskRouteTableIds\.0 must be an id such as rtb-/,
  ],
  [
    'endpoints for tasks where there are to be none',
    set('network', { endpoints: false, taskRouteTableIds: ['rtb-1'] }),
    /^network\.taskRouteTableIds must be left out while endpoints is false$/,
  ],
];
