import {
  AddPermissionCommand,
  DeleteFunctionCommand,
  DeleteFunctionConcurrencyCommand,
  GetFunctionCodeSigningConfigCommand,
  GetFunctionCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  GetFunctionEventInvokeConfigCommand,
  GetPolicyCommand,
  InvokeCommand,
  ListFunctionsCommand,
  ListTagsCommand,
  ListVersionsByFunctionCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
  RemovePermissionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { createHash } from 'node:crypto';
import { createFunction, startLambda, zipOf, type Started } from './support';

let started: Started;
beforeAll(async () => {
  started = await startLambda();
});
afterAll(() => started.close());

const arnOf = (name: string) => `arn:aws:lambda:eu-west-1:123456789012:function:${name}`;

describe('a function', () => {
  it('is answered with everything that Terraform compares', async () => {
    const zip = zipOf('exports.handler = async () => 1;');
    await createFunction(started, 'whole', '', { Code: { ZipFile: zip }, Tags: { a: '1' }, MemorySize: 256 });
    const { Configuration, Tags, Code } = await started.client.send(
      new GetFunctionCommand({ FunctionName: 'whole' }),
    );
    expect(Configuration).toMatchObject({
      FunctionName: 'whole',
      FunctionArn: arnOf('whole'),
      State: 'Active',
      LastUpdateStatus: 'Successful',
      CodeSize: zip.byteLength,
      CodeSha256: createHash('sha256').update(zip).digest('base64'),
      Architectures: ['x86_64'],
      EphemeralStorage: { Size: 512 },
      LoggingConfig: { LogFormat: 'Text', LogGroup: '/aws/lambda/whole' },
      TracingConfig: { Mode: 'PassThrough' },
      SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
      PackageType: 'Zip',
      Version: '$LATEST',
      MemorySize: 256,
      Timeout: 20,
    });
    expect(Tags).toEqual({ a: '1' });
    expect(Code?.RepositoryType).toBe('S3');
    const versions = await started.client.send(new ListVersionsByFunctionCommand({ FunctionName: 'whole' }));
    expect(versions.Versions).toMatchObject([{ Version: '$LATEST' }]);
    const signing = await started.client.send(
      new GetFunctionCodeSigningConfigCommand({ FunctionName: 'whole' }),
    );
    expect(signing.CodeSigningConfigArn).toBeUndefined();
  });

  it('is found by name, partial ARN and ARN', async () => {
    await createFunction(started, 'named', '');
    for (const FunctionName of ['named', '123456789012:function:named', arnOf('named')]) {
      const found = await started.client.send(new GetFunctionConfigurationCommand({ FunctionName }));
      expect(found.FunctionName).toBe('named');
    }
  });

  it('has a new revision after a change, and not what the change left out', async () => {
    const { RevisionId } = await createFunction(started, 'revised', '', { Description: 'kept' });
    const command = new UpdateFunctionConfigurationCommand({ FunctionName: 'revised', Timeout: 30 });
    const changed = await started.client.send(command);
    expect(changed).toMatchObject({ Timeout: 30, Description: 'kept' });
    expect(changed.RevisionId).not.toBe(RevisionId);
  });

  it('is listed until it is deleted', async () => {
    await createFunction(started, 'passing', '');
    const names = async () =>
      ((await started.client.send(new ListFunctionsCommand({}))).Functions ?? []).map(
        ({ FunctionName }) => FunctionName,
      );
    expect(await names()).toContain('passing');
    await started.client.send(new DeleteFunctionCommand({ FunctionName: 'passing' }));
    expect(await names()).not.toContain('passing');
  });

  it.each([
    [
      'a runtime that does not run here',
      { Runtime: 'python3.12' as const },
      'InvalidParameterValueException',
    ],
    ['code from S3', { Code: { S3Bucket: 'b', S3Key: 'k' } }, 'InvalidParameterValueException'],
    ['bytes that are no zip', { Code: { ZipFile: Buffer.from('no') } }, 'InvalidParameterValueException'],
    [
      'a reserved variable',
      { Environment: { Variables: { AWS_REGION: 'x' } } },
      'InvalidParameterValueException',
    ],
    ['a time limit beyond 900 s', { Timeout: 901 }, 'ValidationException'],
  ])('is refused with %s', async (_case, more, name) => {
    await expect(createFunction(started, 'refused', '', more)).rejects.toMatchObject({ name });
  });

  it('is refused under a name that is taken', async () => {
    await createFunction(started, 'taken', '');
    await expect(createFunction(started, 'taken', '')).rejects.toMatchObject({
      name: 'ResourceConflictException',
    });
  });

  it('keeps tags, reserved concurrency and the settings of asynchronous invocations', async () => {
    await createFunction(started, 'kept', '', { Tags: { a: '1', b: '2' } });
    const Resource = arnOf('kept');
    await started.client.send(new UntagResourceCommand({ Resource, TagKeys: ['a', 'c'] }));
    await started.client.send(new TagResourceCommand({ Resource, Tags: { d: '4' } }));
    expect((await started.client.send(new ListTagsCommand({ Resource }))).Tags).toEqual({ b: '2', d: '4' });

    const FunctionName = 'kept';
    const put = new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 1 });
    await started.client.send(put);
    const concurrency = () => started.client.send(new GetFunctionConcurrencyCommand({ FunctionName }));
    expect((await concurrency()).ReservedConcurrentExecutions).toBe(1);
    await started.client.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
    expect((await concurrency()).ReservedConcurrentExecutions).toBeUndefined();

    const read = () => started.client.send(new GetFunctionEventInvokeConfigCommand({ FunctionName }));
    await expect(read()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await started.client.send(
      new PutFunctionEventInvokeConfigCommand({ FunctionName, MaximumRetryAttempts: 0 }),
    );
    expect(await read()).toMatchObject({ MaximumRetryAttempts: 0 });
  });
});

describe('a permission', () => {
  const may = (principal: string, source?: string) => started.lambda.mayInvoke('guarded', principal, source);

  it('lets its principal invoke for its source, and nobody else', async () => {
    await createFunction(started, 'guarded', '');
    expect(may('events.amazonaws.com', 'arn:aws:events:eu-west-1:123456789012:rule/r')).toBe(false);
    const command = new AddPermissionCommand({
      FunctionName: 'guarded',
      StatementId: 's',
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
      SourceArn: 'arn:aws:events:eu-west-1:123456789012:rule/r*',
    });
    await started.client.send(command);
    expect(may('events.amazonaws.com', 'arn:aws:events:eu-west-1:123456789012:rule/r1')).toBe(true);
    expect(may('events.amazonaws.com', 'arn:aws:events:eu-west-1:123456789012:rule/other')).toBe(false);
    expect(may('events.amazonaws.com')).toBe(false);
    expect(may('secretsmanager.amazonaws.com', 'arn:aws:events:eu-west-1:123456789012:rule/r1')).toBe(false);
    await expect(started.client.send(command)).rejects.toMatchObject({ name: 'ResourceConflictException' });
  });

  it('is in the policy as Terraform reads it, until it is removed', async () => {
    const read = () => started.client.send(new GetPolicyCommand({ FunctionName: 'guarded' }));
    expect(JSON.parse((await read()).Policy ?? '')).toMatchObject({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 's',
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: 'lambda:InvokeFunction',
          Resource: arnOf('guarded'),
          Condition: { ArnLike: { 'AWS:SourceArn': 'arn:aws:events:eu-west-1:123456789012:rule/r*' } },
        },
      ],
    });
    await started.client.send(new RemovePermissionCommand({ FunctionName: 'guarded', StatementId: 's' }));
    await expect(read()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    expect(may('events.amazonaws.com', 'arn:aws:events:eu-west-1:123456789012:rule/r1')).toBe(false);
  });
});

describe('Invoke', () => {
  it('as a dry run runs nothing', async () => {
    await createFunction(started, 'dry', '');
    const command = new InvokeCommand({ FunctionName: 'dry', InvocationType: 'DryRun' });
    expect((await started.client.send(command)).StatusCode).toBe(204);
    expect(started.lambda.logsOf('dry')).toBe('');
  });

  it('refuses a payload that is no JSON', async () => {
    const command = new InvokeCommand({ FunctionName: 'dry', Payload: '{' });
    await expect(started.client.send(command)).rejects.toMatchObject({
      name: 'InvalidRequestContentException',
    });
  });
});
