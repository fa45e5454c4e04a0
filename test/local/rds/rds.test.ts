import { AwsError, type RawRequest } from '../../../local/endpoint/seams';
import { createRds } from '../../../local/rds/rds';

const place = { accountId: '000000000000', region: 'us-east-1', partition: 'aws' };

function world() {
  const secrets: { operation: string; input: Readonly<Record<string, unknown>> }[] = [];
  const provisioned: object[] = [];
  let ids = 0;
  const rds = createRds({
    place,
    clock: { now: () => Date.parse('2030-01-01T00:00:00Z') },
    newId: () => `${String((ids += 1)).padStart(8, '0')}-aaaa-bbbb-cccc-dddddddddddd`,
    secrets: {
      handle: ({ operation, input }) => {
        secrets.push({ operation, input });
        return Promise.resolve({
          ARN: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:rds!db-1-abcdef',
        });
      },
    },
    server: { host: 'localhost', port: 40_123, version: '17.10' },
    provision: (wanted) => {
      provisioned.push(wanted);
      return Promise.resolve({ username: wanted.username, password: 'made-by-the-server' });
    },
  });
  const call = async (Action: string, fields: Record<string, string> = {}) => {
    const request: RawRequest = {
      method: 'POST',
      path: '/',
      query: new URLSearchParams(),
      headers: {},
      body: Buffer.from(new URLSearchParams({ Action, ...fields }).toString()),
      caller: { accessKeyId: 'terraform' },
    };
    return (await rds.handle(request)).body.toString();
  };
  return { call, secrets, provisioned };
}

const WANTED = {
  DBInstanceIdentifier: 'one',
  Engine: 'postgres',
  EngineVersion: '17',
  Port: '40123',
  ManageMasterUserPassword: 'true',
  MasterUsername: 'tandem_admin',
  DBName: 'app',
  AllocatedStorage: '20',
  'VpcSecurityGroupIds.VpcSecurityGroupId.1': 'sg-1',
  'EnableCloudwatchLogsExports.member.1': 'postgresql',
  'Tags.Tag.1.Key': 'application',
  'Tags.Tag.1.Value': 'a < b',
};

const code = (error: unknown) => (error instanceof AwsError ? error.code : error);

it('makes an instance that is the server of this machine, under the name in its certificate', async () => {
  const { call, provisioned } = world();
  await call('CreateDBInstance', WANTED);
  const described = await call('DescribeDBInstances', { DBInstanceIdentifier: 'one' });
  expect(described).toContain('<Endpoint><Address>localhost</Address><Port>40123</Port>');
  expect(described).toContain('<EngineVersion>17.10</EngineVersion>');
  expect(described).toContain('<VpcSecurityGroupId>sg-1</VpcSecurityGroupId>');
  expect(described).toContain('<Key>application</Key><Value>a &lt; b</Value>');
  expect(described).toContain('<EnabledCloudwatchLogsExports><member>postgresql</member>');
  expect(provisioned).toEqual([{ username: 'tandem_admin', database: 'app' }]);
});

it('keeps the admin password in a managed secret that holds username and password and no more, and tells it to nobody', async () => {
  const { call, secrets } = world();
  const created = await call('CreateDBInstance', WANTED);
  expect(secrets.map(({ operation }) => operation)).toEqual(['CreateSecret']);
  expect(JSON.parse(String(secrets[0]?.input['SecretString']))).toEqual({
    username: 'tandem_admin',
    password: 'made-by-the-server',
  });
  expect(created).toContain('<MasterUserSecret><SecretArn>arn:aws:secretsmanager:');
  expect(created).not.toContain('made-by-the-server');
});

it.each([
  ['another engine', { Engine: 'mysql' }, 'Engine other than postgres'],
  ['another major version', { EngineVersion: '16' }, 'EngineVersion other than 17'],
  ['another port', { Port: '5432' }, 'Port other than 40123'],
  [
    'a password of its own',
    { ManageMasterUserPassword: 'false' },
    'an admin password that RDS does not manage',
  ],
])('refuses an instance with %s, which it could not be', async (_, different, reason) => {
  const { call, provisioned } = world();
  await expect(call('CreateDBInstance', { ...WANTED, ...different })).rejects.toThrow(reason);
  expect(provisioned).toEqual([]);
});

it('refuses a second instance of the same name', async () => {
  const { call } = world();
  await call('CreateDBInstance', WANTED);
  expect(await call('CreateDBInstance', WANTED).catch(code)).toBe('DBInstanceAlreadyExists');
});

it('finds an instance by its resource id too, which is what the provider keeps in its state', async () => {
  const { call } = world();
  const created = await call('CreateDBInstance', WANTED);
  const id = /<DbiResourceId>(db-[A-Z0-9]+)</.exec(created)?.[1] ?? '';
  const filter = { 'Filters.Filter.1.Name': 'dbi-resource-id', 'Filters.Filter.1.Values.Value.1': id };
  expect(await call('DescribeDBInstances', filter)).toContain('<DBInstanceIdentifier>one<');
  const other = { ...filter, 'Filters.Filter.1.Values.Value.1': 'db-OTHER' };
  expect(await call('DescribeDBInstances', other)).toContain('<DBInstances></DBInstances>');
});

it('changes what ModifyDBInstance names, and nothing else', async () => {
  const { call } = world();
  await call('CreateDBInstance', { ...WANTED, BackupRetentionPeriod: '7' });
  const modified = await call('ModifyDBInstance', { DBInstanceIdentifier: 'one', AllocatedStorage: '30' });
  expect(modified).toContain('<AllocatedStorage>30<');
  expect(modified).toContain('<BackupRetentionPeriod>7<');
  expect(modified).toContain('<VpcSecurityGroupId>sg-1<');
});

it('keeps tags, and leaves those of what it does not serve to the forwarding target', async () => {
  const { call } = world();
  await call('CreateDBInstance', WANTED);
  const ResourceName = 'arn:aws:rds:us-east-1:000000000000:db:one';
  await call('AddTagsToResource', { ResourceName, 'Tags.Tag.1.Key': 'more', 'Tags.Tag.1.Value': '1' });
  await call('RemoveTagsFromResource', { ResourceName, 'TagKeys.member.1': 'application' });
  const listed = await call('ListTagsForResource', { ResourceName });
  expect(listed).toContain('<TagList><Tag><Key>more</Key><Value>1</Value></Tag></TagList>');
  const other = { ResourceName: 'arn:aws:rds:us-east-1:000000000000:pg:one' };
  expect(await call('ListTagsForResource', other).catch(code)).toBe('UnknownOperationException');
});

it('deletes an instance and its admin secret at once, unless it is protected', async () => {
  const { call, secrets } = world();
  await call('CreateDBInstance', { ...WANTED, DeletionProtection: 'true' });
  expect(await call('DeleteDBInstance', { DBInstanceIdentifier: 'one' }).catch(code)).toBe(
    'InvalidParameterCombination',
  );
  await call('ModifyDBInstance', { DBInstanceIdentifier: 'one', DeletionProtection: 'false' });
  await call('DeleteDBInstance', { DBInstanceIdentifier: 'one' });
  expect(secrets.at(-1)).toMatchObject({
    operation: 'DeleteSecret',
    input: { ForceDeleteWithoutRecovery: true },
  });
  expect(await call('DescribeDBInstances', { DBInstanceIdentifier: 'one' }).catch(code)).toBe(
    'DBInstanceNotFound',
  );
});

it('leaves parameter groups and everything else to the forwarding target', async () => {
  const { call } = world();
  expect(await call('CreateDBParameterGroup').catch(code)).toBe('UnknownOperationException');
});
