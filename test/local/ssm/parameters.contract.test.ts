import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  DeleteParametersCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParameterHistoryCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  LabelParameterVersionCommand,
  ListTagsForResourceCommand,
  PutParameterCommand,
  RemoveTagsFromResourceCommand,
  type PutParameterCommandInput,
} from '@aws-sdk/client-ssm';
import { startTarget, type Target } from '../endpoint/target';

let target: Target;
beforeEach(async () => (target = await startTarget()));
afterEach(() => target.close());

const put = (Name: string, Value: string, input: Partial<PutParameterCommandInput> = {}) =>
  target.ssm.send(new PutParameterCommand({ Name, Value, Type: 'String', ...input }));
const overwrite = (Name: string, Value: string, input: Partial<PutParameterCommandInput> = {}) =>
  target.ssm.send(new PutParameterCommand({ Name, Value, Overwrite: true, ...input }));
const get = async (Name: string, WithDecryption?: boolean) =>
  (
    await target.ssm.send(
      new GetParameterCommand({ Name, ...(WithDecryption !== undefined && { WithDecryption }) }),
    )
  ).Parameter;

describe('storing parameters (AWS: PutParameter, Systems Manager API)', () => {
  it('creates version 1 and refuses to create again: ParameterAlreadyExists', async () => {
    expect(await put('/a/b', 'one')).toMatchObject({ Version: 1, Tier: 'Standard' });
    await expect(put('/a/b', 'two')).rejects.toMatchObject({ name: 'ParameterAlreadyExists' });
    expect(await get('/a/b')).toMatchObject({
      ARN: 'arn:aws:ssm:eu-central-1:123456789012:parameter/a/b',
      Value: 'one',
      Version: 1,
      Type: 'String',
      DataType: 'text',
      LastModifiedDate: new Date(target.time.now()),
    });
  });

  it('adds a version with Overwrite, keeps the type, and creates with Overwrite too', async () => {
    await put('/a', 'one', { Type: 'SecureString' });
    expect((await overwrite('/a', 'two')).Version).toBe(2);
    expect(await get('/a', true)).toMatchObject({ Type: 'SecureString', Value: 'two' });
    expect((await overwrite('/new', 'x', { Type: 'String' })).Version).toBe(1);
  });

  it('needs a type to create, and never changes it', async () => {
    await expect(target.ssm.send(new PutParameterCommand({ Name: '/a', Value: 'x' }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
    await put('/a', 'x');
    await expect(overwrite('/a', 'x', { Type: 'SecureString' })).rejects.toMatchObject({
      name: 'HierarchyTypeMismatchException',
    });
  });

  it('refuses tags together with Overwrite', async () => {
    await expect(
      overwrite('/a', 'x', { Type: 'String', Tags: [{ Key: 'a', Value: 'b' }] }),
    ).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('tags and overwrite') as string,
    });
  });

  it('holds 4 KB in the standard and 8 KB in the advanced tier', async () => {
    await put('/a', 'x'.repeat(4096));
    await expect(overwrite('/a', 'x'.repeat(4097))).rejects.toMatchObject({ name: 'ValidationException' });
    expect((await overwrite('/a', 'x'.repeat(8192), { Tier: 'Advanced' })).Tier).toBe('Advanced');
    await expect(overwrite('/a', 'x'.repeat(8193))).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(overwrite('/a', 'x', { Tier: 'Standard' })).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  it('chooses the tier by itself with Intelligent-Tiering', async () => {
    const tier = { Tier: 'Intelligent-Tiering' } as const;
    expect((await put('/a', 'x', tier)).Tier).toBe('Standard');
    expect((await overwrite('/a', 'x'.repeat(5000), tier)).Tier).toBe('Advanced');
    expect((await overwrite('/a', 'x', tier)).Tier).toBe('Advanced');
  });

  it.each([
    ['aws-mine', 'ValidationException'],
    ['/ssmx/y', 'ValidationException'],
    ['/aws/service/x', 'AccessDeniedException'],
    ['a/b', 'ValidationException'],
    ['/a b', 'ValidationException'],
    ['/a//b', 'ValidationException'],
    [`/${Array.from({ length: 16 }, () => 'l').join('/')}`, 'HierarchyLevelLimitExceededException'],
  ])('refuses the name %s', async (name, error) => {
    await expect(put(name, 'x')).rejects.toMatchObject({ name: error });
  });

  it('accepts 15 levels and a name without a hierarchy', async () => {
    await put(`/${Array.from({ length: 15 }, () => 'l').join('/')}`, 'x');
    await put('plain', 'x');
    expect((await get('arn:aws:ssm:eu-central-1:123456789012:parameter/plain'))?.Name).toBe('plain');
  });

  it('checks AllowedPattern, in words that do not tell the value', async () => {
    await put('/a', '12', { AllowedPattern: '^\\d+$' });
    await expect(overwrite('/a', 'hunter2')).rejects.toMatchObject({
      name: 'ParameterPatternMismatchException',
      message: expect.not.stringContaining('hunter2') as string,
    });
  });
});

describe('reading parameters (AWS: GetParameter, GetParameters and others, Systems Manager API)', () => {
  it('answers ParameterNotFound and ParameterVersionNotFound', async () => {
    await expect(get('/none')).rejects.toMatchObject({ name: 'ParameterNotFound' });
    await put('/a', 'x');
    await expect(get('/a:2')).rejects.toMatchObject({ name: 'ParameterVersionNotFound' });
  });

  it('selects a version or a label behind a colon', async () => {
    await put('/a', 'one');
    await overwrite('/a', 'two');
    await target.ssm.send(
      new LabelParameterVersionCommand({ Name: '/a', ParameterVersion: 1, Labels: ['good'] }),
    );
    expect(await get('/a:1')).toMatchObject({ Value: 'one', Version: 1, Selector: ':1', Name: '/a' });
    expect(await get('/a:good')).toMatchObject({ Value: 'one', Selector: ':good' });
    expect(await get('arn:aws:ssm:eu-central-1:123456789012:parameter/a:2')).toMatchObject({ Value: 'two' });
  });

  it('shows a SecureString only with decryption', async () => {
    await put('/a', 'hunter2', { Type: 'SecureString' });
    const opaque = (await get('/a', false))?.Value;
    expect(opaque).not.toContain('hunter2');
    expect((await get('/a'))?.Value).toBe(opaque);
    expect((await get('/a', true))?.Value).toBe('hunter2');
  });

  it('lists unknown names, public AWS parameters too, as InvalidParameters, and takes at most 10 names', async () => {
    await put('/a', 'x');
    const read = await target.ssm.send(new GetParametersCommand({ Names: ['/a', '/b', '/aws/service/x'] }));
    expect(read.Parameters?.map(({ Name }) => Name)).toEqual(['/a']);
    expect(read.InvalidParameters).toEqual(['/b', '/aws/service/x']);
    const Names = Array.from({ length: 11 }, (_, i) => `/n${i}`);
    await expect(target.ssm.send(new GetParametersCommand({ Names }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  it('reads one level of a path, or all below it, page by page', async () => {
    for (const name of ['/p/a', '/p/b', '/p/c/d', '/px']) await put(name, 'x');
    const names = async (Recursive: boolean) =>
      (await target.ssm.send(new GetParametersByPathCommand({ Path: '/p', Recursive }))).Parameters?.map(
        ({ Name }) => Name,
      );
    expect(await names(false)).toEqual(['/p/a', '/p/b']);
    expect(await names(true)).toEqual(['/p/a', '/p/b', '/p/c/d']);
    const page = await target.ssm.send(new GetParametersByPathCommand({ Path: '/p', MaxResults: 1 }));
    expect(page).toMatchObject({ Parameters: [{ Name: '/p/a' }], NextToken: expect.any(String) as string });
  });

  it('keeps the latest 100 versions in the history, page by page', async () => {
    await put('/a', 'v1');
    for (let i = 2; i <= 101; i++) await overwrite('/a', `v${i}`);
    const versions: number[] = [];
    let NextToken: string | undefined;
    do {
      const page = await target.ssm.send(
        new GetParameterHistoryCommand({ Name: '/a', ...(NextToken && { NextToken }) }),
      );
      versions.push(...(page.Parameters ?? []).map(({ Version = 0 }) => Version));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    expect([versions.length, versions[0], versions.at(-1)]).toEqual([100, 2, 101]);
  });

  it('refuses a version that would push out one with a label', async () => {
    await put('/a', 'v1');
    await target.ssm.send(new LabelParameterVersionCommand({ Name: '/a', Labels: ['keep'] }));
    for (let i = 2; i <= 100; i++) await overwrite('/a', `v${i}`);
    await expect(overwrite('/a', 'v101')).rejects.toMatchObject({ name: 'ParameterMaxVersionLimitExceeded' });
  });

  it('describes parameters by filters, without values', async () => {
    await put('/a/one', 'hunter2', { Description: 'why', Tags: [{ Key: 'team', Value: 'blue' }] });
    await put('/a/two', 'x', { Type: 'SecureString' });
    const by = async (Key: string, Option: string | undefined, Values: string[]) =>
      (
        await target.ssm.send(
          new DescribeParametersCommand({ ParameterFilters: [{ Key, Values, ...(Option && { Option }) }] }),
        )
      ).Parameters;
    expect(await by('Name', 'Equals', ['/a/one'])).toMatchObject([
      { Name: '/a/one', Description: 'why', Tier: 'Standard' },
    ]);
    expect(JSON.stringify(await by('Name', 'BeginsWith', ['/a/']))).not.toContain('hunter2');
    expect((await by('Type', undefined, ['SecureString']))?.map(({ Name, KeyId }) => [Name, KeyId])).toEqual([
      ['/a/two', 'alias/aws/ssm'],
    ]);
    expect(await by('tag:team', undefined, ['blue'])).toHaveLength(1);
    await expect(by('Colour', undefined, ['blue'])).rejects.toMatchObject({ name: 'InvalidFilterKey' });
  });
});

describe('managing parameters (AWS: DeleteParameter and others, Systems Manager API)', () => {
  it('deletes one, and deletes several telling which were not there', async () => {
    for (const name of ['/a', '/b']) await put(name, 'x');
    await target.ssm.send(new DeleteParameterCommand({ Name: '/a' }));
    await expect(target.ssm.send(new DeleteParameterCommand({ Name: '/a' }))).rejects.toMatchObject({
      name: 'ParameterNotFound',
    });
    expect(await target.ssm.send(new DeleteParametersCommand({ Names: ['/a', '/b'] }))).toMatchObject({
      DeletedParameters: ['/b'],
      InvalidParameters: ['/a'],
    });
    expect((await put('/a', 'again')).Version).toBe(1);
  });

  it('keeps tags', async () => {
    await put('/a', 'x', { Tags: [{ Key: 'a', Value: '1' }] });
    const resource = { ResourceType: 'Parameter', ResourceId: '/a' } as const;
    await target.ssm.send(new AddTagsToResourceCommand({ ...resource, Tags: [{ Key: 'b', Value: '2' }] }));
    await target.ssm.send(new RemoveTagsFromResourceCommand({ ...resource, TagKeys: ['a'] }));
    expect((await target.ssm.send(new ListTagsForResourceCommand(resource))).TagList).toEqual([
      { Key: 'b', Value: '2' },
    ]);
  });

  it('moves a label from one version to another, and lists names that are against the rules', async () => {
    await put('/a', 'one');
    await target.ssm.send(new LabelParameterVersionCommand({ Name: '/a', Labels: ['good'] }));
    await overwrite('/a', 'two');
    const labelled = await target.ssm.send(
      new LabelParameterVersionCommand({ Name: '/a', Labels: ['good', 'aws-x', '1st'] }),
    );
    expect(labelled).toMatchObject({ InvalidLabels: ['aws-x', '1st'], ParameterVersion: 2 });
    expect((await get('/a:good'))?.Value).toBe('two');
  });
});
