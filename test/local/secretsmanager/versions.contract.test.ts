import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  UpdateSecretCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { FUNCTION_ARN, startTarget, token, until, type Target } from '../endpoint/target';

let target: Target;
beforeEach(async () => (target = await startTarget()));
afterEach(() => target.close());

const create = (SecretString?: string, name = 'db') =>
  target.secrets.send(
    new CreateSecretCommand({
      Name: name,
      ...(SecretString === undefined ? {} : { SecretString, ClientRequestToken: token('first') }),
    }),
  );
const put = (value: string, id: string, VersionStages?: string[]) =>
  target.secrets.send(
    new PutSecretValueCommand({
      SecretId: 'db',
      SecretString: value,
      ClientRequestToken: token(id),
      ...(VersionStages && { VersionStages }),
    }),
  );
const get = (selector: { VersionId?: string; VersionStage?: string } = {}) =>
  target.secrets.send(new GetSecretValueCommand({ SecretId: 'db', ...selector }));
const stages = async () =>
  (await target.secrets.send(new DescribeSecretCommand({ SecretId: 'db' }))).VersionIdsToStages;
const move = (VersionStage: string, MoveToVersionId?: string, RemoveFromVersionId?: string) =>
  target.secrets.send(
    new UpdateSecretVersionStageCommand({
      SecretId: 'db',
      VersionStage,
      ...(MoveToVersionId && { MoveToVersionId }),
      ...(RemoveFromVersionId && { RemoveFromVersionId }),
    }),
  );

describe('storing values (AWS: PutSecretValue, Secrets Manager API)', () => {
  it('gives the first value AWSCURRENT whatever stage was asked for', async () => {
    await create();
    await put('v', 'a', ['AWSPENDING']);
    expect(await stages()).toEqual({ [token('a')]: ['AWSPENDING', 'AWSCURRENT'] });
    expect((await get()).SecretString).toBe('v');
  });

  it('gives the first value AWSCURRENT also where a rotation has made its version already', async () => {
    await create();
    await target.secrets.send(
      new RotateSecretCommand({
        SecretId: 'db',
        RotationLambdaARN: FUNCTION_ARN,
        ClientRequestToken: token('r'),
      }),
    );
    await put('v', 'r', ['AWSPENDING']);
    expect((await stages())?.[token('r')]).toEqual(['AWSPENDING', 'AWSCURRENT']);
  });

  it('makes a new version AWSCURRENT where no stages are given, and AWSPREVIOUS follows', async () => {
    await create('one');
    await put('two', 'second');
    expect(await stages()).toEqual({ [token('first')]: ['AWSPREVIOUS'], [token('second')]: ['AWSCURRENT'] });
    await put('three', 'third');
    expect(await stages()).toEqual({ [token('second')]: ['AWSPREVIOUS'], [token('third')]: ['AWSCURRENT'] });
  });

  it('leaves AWSCURRENT where it is when other stages are given', async () => {
    await create('one');
    await put('two', 'second', ['AWSPENDING', 'mine']);
    expect(await stages()).toEqual({
      [token('first')]: ['AWSCURRENT'],
      [token('second')]: ['AWSPENDING', 'mine'],
    });
    expect((await get()).SecretString).toBe('one');
  });

  it('takes a label off the version that had it: a label is on one version', async () => {
    await create('one');
    await put('two', 'second', ['mine']);
    await put('three', 'third', ['mine']);
    expect((await stages())?.[token('second')]).toBeUndefined();
    expect((await get({ VersionStage: 'mine' })).VersionId).toBe(token('third'));
  });

  it('does nothing for the same token and value, and moves no label', async () => {
    await create('one');
    await put('two', 'second', ['mine']);
    const again = await put('two', 'second', ['AWSCURRENT', 'other']);
    expect(again.VersionStages).toEqual(['mine']);
    await put('two', 'second');
    expect(await stages()).toEqual({ [token('first')]: ['AWSCURRENT'], [token('second')]: ['mine'] });
  });

  it('refuses the same token with another value: ResourceExistsException', async () => {
    await create('one');
    await put('two', 'second');
    await expect(put('three', 'second')).rejects.toMatchObject({ name: 'ResourceExistsException' });
    expect((await get()).SecretString).toBe('two');
  });

  it.each([31, 65])('refuses a token of %d characters: a token has 32 to 64', async (length) => {
    await create('one');
    const input = { SecretId: 'db', SecretString: 'x', ClientRequestToken: 'x'.repeat(length) };
    await expect(target.secrets.send(new PutSecretValueCommand(input))).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining('32-64') as string,
    });
  });

  it('refuses neither and both of SecretString and SecretBinary', async () => {
    await create('one');
    const both = { SecretString: 'x', SecretBinary: Buffer.from('x') };
    for (const value of [{}, both]) {
      const input = { SecretId: 'db', ClientRequestToken: token('x'), ...value };
      await expect(target.secrets.send(new PutSecretValueCommand(input))).rejects.toMatchObject({
        name: 'InvalidParameterException',
      });
    }
  });

  it('keeps bytes as they are', async () => {
    await create();
    const bytes = Buffer.from([0, 255, 16]);
    await target.secrets.send(new PutSecretValueCommand({ SecretId: 'db', SecretBinary: bytes }));
    expect(Buffer.from((await get()).SecretBinary ?? [])).toEqual(bytes);
  });

  it('purges unlabelled versions past 100, and none younger than 24 hours', async () => {
    await create('v0');
    for (let i = 1; i <= 104; i++) await put(`v${i}`, `n${i}`);
    const listed = async () => {
      const input = { SecretId: 'db', IncludeDeprecated: true };
      let versions: (string | undefined)[] = [];
      let NextToken: string | undefined;
      do {
        const page = await target.secrets.send(
          new ListSecretVersionIdsCommand({ ...input, ...(NextToken && { NextToken }) }),
        );
        versions = [...versions, ...(page.Versions ?? []).map(({ VersionId }) => VersionId)];
        NextToken = page.NextToken;
      } while (NextToken !== undefined);
      return versions;
    };
    expect(await listed()).toHaveLength(105);
    target.time.advance(25 * 3_600_000);
    await put('last', 'last');
    const left = await listed();
    expect(left).toHaveLength(100);
    expect(left).not.toContain(token('first'));
    expect(left).toContain(token('n104'));
  });

  it('refuses to update to a token that names a version (AWS: UpdateSecret)', async () => {
    await create('one');
    const input = { SecretId: 'db', SecretString: 'one', ClientRequestToken: token('first') };
    await expect(target.secrets.send(new UpdateSecretCommand(input))).rejects.toMatchObject({
      name: 'ResourceExistsException',
    });
  });
});

describe('reading values (AWS: GetSecretValue, Secrets Manager API)', () => {
  it('finds no value in an empty secret, and says for which staging label', async () => {
    await create();
    await expect(get()).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    });
  });

  it('finds no value in the AWSPENDING version of a rotation that has not stored one', async () => {
    await create('one');
    await target.secrets.send(
      new RotateSecretCommand({
        SecretId: 'db',
        RotationLambdaARN: FUNCTION_ARN,
        ClientRequestToken: token('r'),
      }),
    );
    expect((await stages())?.[token('r')]).toEqual(['AWSPENDING']);
    await expect(get({ VersionId: token('r'), VersionStage: 'AWSPENDING' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: `Secrets Manager can't find the specified secret value for VersionId: ${token('r')}`,
    });
  });

  it('refuses a version id and a stage that do not belong together', async () => {
    await create('one');
    await put('two', 'second');
    await expect(get({ VersionId: token('first'), VersionStage: 'AWSCURRENT' })).rejects.toMatchObject({
      name: 'InvalidRequestException',
      message: 'You provided a VersionStage that is not associated to the provided VersionId.',
    });
    expect((await get({ VersionId: token('first'), VersionStage: 'AWSPREVIOUS' })).SecretString).toBe('one');
  });

  it('answers many secrets at once and lists the errors (AWS: BatchGetSecretValue)', async () => {
    await create('one');
    await create('other', 'second-db');
    const batch = await target.secrets.send(
      new BatchGetSecretValueCommand({ SecretIdList: ['db', 'none', 'second-db'] }),
    );
    expect(batch.SecretValues?.map(({ SecretString }) => SecretString)).toEqual(['one', 'other']);
    expect(batch.Errors).toMatchObject([{ SecretId: 'none', ErrorCode: 'ResourceNotFoundException' }]);
  });
});

describe('moving labels is compare-and-swap (AWS: UpdateSecretVersionStage, Secrets Manager API)', () => {
  beforeEach(async () => {
    await create('one');
    await put('two', 'second', ['mine']);
  });

  it('moves AWSCURRENT from the version named, and AWSPREVIOUS goes there', async () => {
    await move('AWSCURRENT', token('second'), token('first'));
    expect(await stages()).toEqual({
      [token('first')]: ['AWSPREVIOUS'],
      [token('second')]: ['mine', 'AWSCURRENT'],
    });
    await move('AWSCURRENT', token('first'), token('second'));
    expect(await stages()).toEqual({
      [token('first')]: ['AWSCURRENT'],
      [token('second')]: ['mine', 'AWSPREVIOUS'],
    });
  });

  it('refuses to move an attached label without RemoveFromVersionId, and names the version that has it', async () => {
    await expect(move('AWSCURRENT', token('second'))).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message:
        "The parameter RemoveFromVersionId can't be empty. Staging label AWSCURRENT is currently attached to version " +
        `${token('first')}, so you must explicitly reference that version in RemoveFromVersionId.`,
    });
  });

  it('refuses a RemoveFromVersionId that does not hold the label, and changes nothing', async () => {
    await expect(move('AWSCURRENT', token('second'), token('second'))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    await expect(move('AWSPENDING', undefined, token('second'))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    expect(await stages()).toEqual({ [token('first')]: ['AWSCURRENT'], [token('second')]: ['mine'] });
  });

  it('never takes AWSCURRENT off without putting it elsewhere', async () => {
    await expect(move('AWSCURRENT', undefined, token('first'))).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining('You can only move staging label AWSCURRENT') as string,
    });
  });

  it('attaches a label that nobody has, and takes one off', async () => {
    await move('fresh', token('first'));
    await move('mine', undefined, token('second'));
    expect(await stages()).toEqual({ [token('first')]: ['AWSCURRENT', 'fresh'] });
  });

  it('refuses a version that does not exist', async () => {
    await expect(move('fresh', token('none'))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('label events (AWS: Secret event notifications, Secrets Manager User Guide)', () => {
  const labelEvents = () =>
    target.events
      .filter(({ detailType }) => detailType === 'Secret Label Updated')
      .map(({ detail }) => detail);

  it('announces every label but AWSPENDING and AWSPREVIOUS, custom ones included', async () => {
    const { ARN } = await create('one');
    await put('two', 'second', ['AWSPENDING', 'mine']);
    await move('AWSCURRENT', token('second'), token('first'));
    expect(labelEvents()).toEqual([
      { name: 'db', labelUpdated: 'AWSCURRENT', versionId: token('first') },
      { name: 'db', labelUpdated: 'mine', versionId: token('second') },
      { name: 'db', labelUpdated: 'AWSCURRENT', versionId: token('second') },
    ]);
    expect(target.events[0]).toMatchObject({ source: 'aws.secretsmanager', resources: [ARN] });
  });

  it('announces nothing for a change of metadata, nor for a repeated put', async () => {
    await create('one');
    const before = target.events.length;
    await target.secrets.send(new UpdateSecretCommand({ SecretId: 'db', Description: 'changed' }));
    await put('one', 'first');
    await until(
      'the calls are answered',
      () => target.endpoint.callLog.count({ operation: 'PutSecretValue' }) === 1,
    );
    expect(target.events).toHaveLength(before);
  });
});
