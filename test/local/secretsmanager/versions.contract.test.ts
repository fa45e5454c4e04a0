import {
  BatchGetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import { FUNCTION_ARN, startTarget, token, type Target } from '../endpoint/target';
import { callsOn } from './calls';

let target: Target;
beforeEach(async () => (target = await startTarget()));
afterEach(() => target.close());
const { create, put, get, stages } = callsOn(() => target);

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
