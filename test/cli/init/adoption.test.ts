import { parse } from 'yaml';
import { adoptionOf, type Adoption, type Told } from '../../../cli/init/adoption';
import {
  loginIn,
  type AccountFacts,
  type SecretFacts,
  type ServerFacts,
  type ServiceFacts,
} from '../../../cli/init/facts';
import { render } from '../../../cli/init/render';
import { problemsOf } from '../../../stacks/config/problems';

const secretArn = (name: string) => `arn:aws:secretsmanager:eu-central-1:111122223333:secret:${name}-AbCdEf`;

const SERVER: ServerFacts = {
  kind: 'instance',
  identifier: 'shop-db',
  hosts: ['shop-db.abc.eu-central-1.rds.amazonaws.com'],
  port: 5433,
  adminSecretArn: secretArn('rds!db-1'),
  adminUser: 'master',
  readerIdentifiers: ['shop-db-replica'],
  vpcId: 'vpc-0123456789abcdef0',
  subnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
  securityGroupIds: ['sg-0123456789abcdef9'],
};

const SECRET: SecretFacts = {
  arn: secretArn('shop/database'),
  keyArn: 'arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555',
  rotated: false,
  login: { user: 'shop', host: SERVER.hosts[0] ?? '', database: 'orders', otherKeys: [] },
};

const SERVICE: ServiceFacts = {
  cluster: 'prod',
  service: 'shop-web',
  controller: 'ECS',
  executionRoleArn: 'arn:aws:iam::111122223333:role/shop-execution',
  securityGroupIds: ['sg-0123456789abcdef0'],
  secretArns: [SECRET.arn],
};

const SOUND: AccountFacts = { servers: [SERVER], services: [SERVICE], secrets: [SECRET] };

function found(facts: AccountFacts, told: Told = {}): Adoption {
  const adoption = adoptionOf(facts, told);
  if (!('draft' in adoption)) throw new Error(adoption.join('\n'));
  return adoption;
}

function written(facts: AccountFacts, told: Told = {}): unknown {
  const { draft } = found(facts, told);
  const general = { prefix: 'tandem/shop', region: 'eu-central-1', operatorRoleArns: [], services: [] };
  const configuration: unknown = parse(render({ ...draft, ...general }, null));
  expect(problemsOf(configuration)).toEqual([]);
  return configuration;
}

describe('a configuration from an account', () => {
  it('adopts the secret that services read, on the server where it logs in', () => {
    expect(written(SOUND)).toMatchObject({
      network: { vpcId: SERVER.vpcId, subnetIds: SERVER.subnetIds },
      database: {
        name: 'orders',
        existing: {
          instanceIdentifier: 'shop-db',
          port: 5433,
          readerIdentifiers: ['shop-db-replica'],
          clientSecurityGroupIds: ['sg-0123456789abcdef0'],
        },
      },
      credentials: {
        shop: {
          users: { blue: 'shop', green: 'shop_green' },
          adopt: { secret: SECRET.arn, keyArn: SECRET.keyArn },
          consumers: [{ cluster: 'prod', service: 'shop-web' }],
          readerRoleArns: [SERVICE.executionRoleArn],
        },
      },
    });
  });

  it('names all instances of an Aurora cluster, and the admin that it is told of', () => {
    const cluster = {
      ...SERVER,
      kind: 'cluster' as const,
      adminSecretArn: null,
      readerIdentifiers: ['one', 'two'],
    };
    const told = { adminSecretArn: secretArn('admin') };
    expect(written({ ...SOUND, servers: [cluster] }, told)).toMatchObject({
      database: {
        existing: {
          clusterIdentifier: 'shop-db',
          readerIdentifiers: ['one', 'two'],
          adminSecretArn: secretArn('admin'),
        },
      },
    });
  });

  it.each([
    ['no server', { ...SOUND, servers: [] }, {}, /no RDS instance or Aurora cluster/],
    ['no secret', { ...SOUND, secrets: [] }, {}, /none of 1 services reads a secret/],
    [
      'a secret that logs in elsewhere',
      { ...SOUND, servers: [{ ...SERVER, hosts: ['other'] }] },
      {},
      /no service reads a secret that logs in on other: .*shop\/database-AbCdEf logs in on shop-db/,
    ],
    [
      'a secret that is plain text',
      { ...SOUND, secrets: [{ ...SECRET, login: 'is no JSON' }] },
      {},
      /shop\/database-AbCdEf is no JSON/,
    ],
    [
      'two servers in use',
      { ...SOUND, servers: [SERVER, { ...SERVER, identifier: 'twin' }] },
      {},
      /give --server with one of shop-db, twin/,
    ],
    [
      'a server that is not there',
      SOUND,
      { server: 'sohp-db' },
      /there is no server sohp-db .*: there are shop-db/,
    ],
    [
      'an admin whose password RDS does not manage',
      { ...SOUND, servers: [{ ...SERVER, adminSecretArn: null }] },
      {},
      /password of master on shop-db: give --admin-secret/,
    ],
    [
      'no security group',
      {
        ...SOUND,
        servers: [{ ...SERVER, securityGroupIds: [] }],
        services: [{ ...SERVICE, securityGroupIds: [] }],
      },
      {},
      /give --client-security-group/,
    ],
    [
      'services that CodeDeploy deploys',
      { ...SOUND, services: [{ ...SERVICE, controller: 'CODE_DEPLOY' }] },
      {},
      /deployment controller ECS, which alone is found/,
    ],
  ] as const)('with %s says what is missing', (_, facts: AccountFacts, told: Told, problem) => {
    expect(adoptionOf(facts, told)).toEqual([expect.stringMatching(problem)]);
  });

  it('tells what a person has to do first', () => {
    const login = { user: 'shop', host: SERVER.hosts[0] ?? '', database: 'orders', otherKeys: ['ssl'] };
    const twin = { ...SECRET, arn: secretArn('twin') };
    const { remarks } = found({
      servers: [SERVER],
      services: [
        { ...SERVICE, secretArns: [SECRET.arn, twin.arn] },
        { ...SERVICE, service: 'shop-job', controller: 'EXTERNAL', executionRoleArn: null },
      ],
      secrets: [
        { ...SECRET, rotated: true, login },
        twin,
        { ...SECRET, arn: secretArn('api'), login: 'is no JSON' },
      ],
    });
    expect(remarks.join('\n')).toMatch(/twin-AbCdEf is left out: another secret holds the same user/);
    expect(remarks.join('\n')).toMatch(/has a rotation of its own: cancel it/);
    expect(remarks.join('\n')).toMatch(/keys that the first rotation would drop.*: ssl\./);
    expect(remarks.join('\n')).toMatch(/prod\/shop-job is left out: its deployment controller is EXTERNAL/);
    expect(remarks.join('\n')).toMatch(/prod\/shop-job has no execution role/);
    expect(remarks.join('\n')).toMatch(/api-AbCdEf is left out: it is no JSON/);
  });

  it('writes names that YAML would take for something else, as they are', () => {
    const login = { user: "o'hara, no", host: SERVER.hosts[0] ?? '', database: 'yes', otherKeys: [] };
    expect(written({ ...SOUND, secrets: [{ ...SECRET, login }] })).toMatchObject({
      database: { name: 'yes' },
      credentials: { 'o-hara--no': { users: { blue: "o'hara, no", green: "o'hara, no_green" } } },
    });
  });
});

describe('the login in a value', () => {
  it('is user, host and database, and never the password', () => {
    const login = loginIn('{"username":"app","password":"hidden","host":"db","dbname":"shop","ssl":true}');
    expect(login).toEqual({ user: 'app', host: 'db', database: 'shop', otherKeys: ['ssl'] });
  });

  it('is found in the URL, where nothing else says where', () => {
    const login = loginIn(
      '{"username":"app","password":"x","url":"postgresql://app:x@db:5432/shop?sslmode=require"}',
    );
    expect(login).toMatchObject({ host: 'db', database: 'shop' });
  });

  it.each([
    ['plain', 'is no JSON'],
    ['[]', 'has no username and password'],
    ['{"username":"app","password":"x"}', 'names no host'],
  ])('of %s is none: it %s', (text, why) => {
    expect(loginIn(text)).toBe(why);
  });
});
