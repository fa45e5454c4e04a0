import {
  CreateSecretCommand,
  DeleteResourcePolicyCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetRandomPasswordCommand,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutResourcePolicyCommand,
  RestoreSecretCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretCommand,
  ValidateResourcePolicyCommand,
  type CreateSecretCommandInput,
} from '@aws-sdk/client-secrets-manager';
import { startTarget, token, type Target } from '../endpoint/target';

let target: Target;
beforeEach(async () => (target = await startTarget()));
afterEach(() => target.close());

const create = (input: Partial<CreateSecretCommandInput> = {}) =>
  target.secrets.send(new CreateSecretCommand({ Name: 'app/db', ...input }));
const describeSecret = (SecretId = 'app/db') => target.secrets.send(new DescribeSecretCommand({ SecretId }));
const policy = (Principal: unknown) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal, Action: '*', Resource: '*' }],
  });

describe('secrets (AWS: CreateSecret and DescribeSecret, Secrets Manager API)', () => {
  it('names a secret by an ARN with six random characters', async () => {
    const { ARN, VersionId } = await create();
    expect(ARN).toMatch(/^arn:aws:secretsmanager:eu-central-1:123456789012:secret:app\/db-[A-Za-z0-9]{6}$/);
    expect(VersionId).toBeUndefined();
  });

  it('finds a secret by name, by ARN, and by the ARN without its suffix', async () => {
    const { ARN = '' } = await create();
    for (const id of ['app/db', ARN, ARN.slice(0, -7)])
      expect((await describeSecret(id)).Name).toBe('app/db');
    await expect(describeSecret(`${ARN}x`)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret.",
    });
  });

  it('answers a repeated creation with the same token and value, and refuses any other of that name', async () => {
    const first = await create({ SecretString: 'x', ClientRequestToken: token('t') });
    expect(await create({ SecretString: 'x', ClientRequestToken: token('t') })).toMatchObject({
      ARN: first.ARN,
    });
    for (const other of [{ SecretString: 'y', ClientRequestToken: token('t') }, {}, { SecretString: 'x' }]) {
      await expect(create(other)).rejects.toMatchObject({ name: 'ResourceExistsException' });
    }
  });

  it('describes what was set and nothing else, with dates', async () => {
    await create({ Description: 'why', KmsKeyId: 'alias/mine', Tags: [{ Key: 'team', Value: 'blue' }] });
    const { $metadata, ...described } = await describeSecret();
    expect($metadata.requestId).toBeDefined();
    expect(described).toMatchObject({
      Description: 'why',
      KmsKeyId: 'alias/mine',
      Tags: [{ Key: 'team', Value: 'blue' }],
      CreatedDate: new Date(target.time.now()),
    });
    expect(Object.keys(described)).not.toContain('RotationEnabled');
  });

  it('changes description and key without a new version', async () => {
    await create({ Description: 'old' });
    const updated = await target.secrets.send(
      new UpdateSecretCommand({ SecretId: 'app/db', Description: '' }),
    );
    expect(updated.VersionId).toBeUndefined();
    expect((await describeSecret()).Description).toBe('');
  });

  it('keeps tags', async () => {
    await create({ Tags: [{ Key: 'a', Value: '1' }] });
    const tags = [{ Key: 'b', Value: '2' }];
    await target.secrets.send(new TagResourceCommand({ SecretId: 'app/db', Tags: tags }));
    await target.secrets.send(new UntagResourceCommand({ SecretId: 'app/db', TagKeys: ['a'] }));
    expect((await describeSecret()).Tags).toEqual(tags);
  });

  it('lists by filters, page by page (AWS: ListSecrets)', async () => {
    for (const Name of ['app/a', 'app/b', 'App/c', 'other']) await create({ Name });
    const names = async (Filters: { Key: 'name' | 'all'; Values: string[] }[]) =>
      (
        await target.secrets.send(new ListSecretsCommand({ Filters, SortBy: 'name', SortOrder: 'asc' }))
      ).SecretList?.map(({ Name }) => Name);
    expect(await names([{ Key: 'name', Values: ['app/'] }])).toEqual(['app/a', 'app/b']);
    expect(await names([{ Key: 'name', Values: ['!app/'] }])).toEqual(['App/c', 'other']);
    expect(await names([{ Key: 'all', Values: ['APP'] }])).toEqual(['App/c', 'app/a', 'app/b']);
    const first = await target.secrets.send(new ListSecretsCommand({ MaxResults: 3 }));
    expect(first.SecretList).toHaveLength(3);
    const next = { ...(first.NextToken && { NextToken: first.NextToken }) };
    expect((await target.secrets.send(new ListSecretsCommand(next))).SecretList).toHaveLength(1);
  });

  it('refuses a name with other characters', async () => {
    await expect(create({ Name: 'a b' })).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});

describe('deletion (AWS: DeleteSecret and RestoreSecret, Secrets Manager API)', () => {
  const remove = (input: { RecoveryWindowInDays?: number; ForceDeleteWithoutRecovery?: boolean } = {}) =>
    target.secrets.send(new DeleteSecretCommand({ SecretId: 'app/db', ...input }));

  it('waits 30 days, in which no value can be read and the name is taken', async () => {
    await create({ SecretString: 'x' });
    const { DeletionDate } = await remove();
    expect(DeletionDate?.getTime()).toBe(target.time.now() + 30 * 86_400_000);
    const read = new GetSecretValueCommand({ SecretId: 'app/db' });
    await expect(target.secrets.send(read)).rejects.toMatchObject({ name: 'InvalidRequestException' });
    await expect(create()).rejects.toMatchObject({ name: 'InvalidRequestException' });
    expect((await describeSecret()).DeletedDate).toEqual(DeletionDate);
    target.time.advance(30 * 86_400_000);
    await expect(describeSecret()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('is undone by RestoreSecret', async () => {
    await create({ SecretString: 'x' });
    await remove({ RecoveryWindowInDays: 7 });
    await target.secrets.send(new RestoreSecretCommand({ SecretId: 'app/db' }));
    const read = await target.secrets.send(new GetSecretValueCommand({ SecretId: 'app/db' }));
    expect(read.SecretString).toBe('x');
  });

  it('happens at once where forced, and forcing what is not there is no error', async () => {
    await create();
    await remove({ ForceDeleteWithoutRecovery: true });
    await remove({ ForceDeleteWithoutRecovery: true });
    await expect(create()).resolves.toBeDefined();
  });

  it.each([
    { RecoveryWindowInDays: 6 },
    { RecoveryWindowInDays: 31 },
    { RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true },
  ])('refuses %j', async (input) => {
    await create();
    await expect(remove(input)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});

describe('resource policies (AWS: PutResourcePolicy, Secrets Manager API)', () => {
  it('are kept, returned, deleted', async () => {
    await create();
    const ResourcePolicy = policy({ AWS: 'arn:aws:iam::123456789012:root' });
    await target.secrets.send(
      new PutResourcePolicyCommand({ SecretId: 'app/db', ResourcePolicy, BlockPublicPolicy: true }),
    );
    const read = () => target.secrets.send(new GetResourcePolicyCommand({ SecretId: 'app/db' }));
    expect((await read()).ResourcePolicy).toBe(ResourcePolicy);
    await target.secrets.send(new DeleteResourcePolicyCommand({ SecretId: 'app/db' }));
    expect((await read()).ResourcePolicy).toBeUndefined();
  });

  it('are refused where they are no JSON, or public and that is blocked', async () => {
    await create();
    const put = (ResourcePolicy: string) =>
      target.secrets.send(
        new PutResourcePolicyCommand({ SecretId: 'app/db', ResourcePolicy, BlockPublicPolicy: true }),
      );
    await expect(put('{')).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException' });
    await expect(put(policy('*'))).rejects.toMatchObject({ name: 'PublicPolicyException' });
    const validated = await target.secrets.send(
      new ValidateResourcePolicyCommand({ ResourcePolicy: policy('*') }),
    );
    expect(validated.PolicyValidationPassed).toBe(false);
  });
});

describe('GetRandomPassword (AWS: Secrets Manager API)', () => {
  it('has 32 characters of each type, none of the excluded', async () => {
    const { RandomPassword = '' } = await target.secrets.send(
      new GetRandomPasswordCommand({ ExcludeCharacters: '/@"\'\\' }),
    );
    expect(RandomPassword).toHaveLength(32);
    for (const type of [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z\d]/]) expect(RandomPassword).toMatch(type);
    expect(RandomPassword).not.toMatch(/[/@"'\\]/);
  });
});
