import { PutFunctionConcurrencyCommand, UpdateFunctionCodeCommand } from '@aws-sdk/client-lambda';
import type { Begun } from '../../../local/lambda/model';
import { createFunction, invoke, startLambda, until, zipOf, type Started } from './support';

let started: Started;
beforeAll(async () => {
  started = await startLambda({ settings: { asyncRetryMs: [10, 20] } });
});
afterAll(() => started.close());

const isRunning = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('an invocation', () => {
  it('runs the handler of the zip with its event and answers with its result', async () => {
    await createFunction(started, 'echo', 'return { got: event, arn: context.invokedFunctionArn };');
    const { value, StatusCode, FunctionError, ExecutedVersion } = await invoke(started, 'echo', { a: 1 });
    expect(value).toEqual({ got: { a: 1 }, arn: 'arn:aws:lambda:eu-west-1:123456789012:function:echo' });
    expect({ StatusCode, FunctionError, ExecutedVersion }).toEqual({
      StatusCode: 200,
      ExecutedVersion: '$LATEST',
    });
  });

  it('finds a warm environment again, and another one while that is busy', async () => {
    await createFunction(
      started,
      'warm',
      'await new Promise((r) => setTimeout(r, event.ms)); return { pid: process.pid, calls };',
    );
    const first = await invoke(started, 'warm', { ms: 0 });
    const second = await invoke(started, 'warm', { ms: 0 });
    expect(second.value).toEqual({ ...(first.value as object), calls: 2 });
    const both = await Promise.all([
      invoke(started, 'warm', { ms: 500 }),
      invoke(started, 'warm', { ms: 500 }),
    ]);
    expect(new Set(both.map(({ value }) => (value as { pid: number }).pid)).size).toBe(2);
  });

  it('sees the environment of Lambda and its own variables, and nothing else of this process', async () => {
    process.env['LEAKY'] = 'parent';
    await createFunction(started, 'environment', 'return process.env;', {
      Environment: { Variables: { MINE: 'x' } },
    });
    const { value } = await invoke(started, 'environment');
    delete process.env['LEAKY'];
    expect(value).toMatchObject({
      MINE: 'x',
      AWS_LAMBDA_FUNCTION_NAME: 'environment',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'lambda-environment',
      AWS_ENDPOINT_URL: started.endpoint.url,
      TZ: ':UTC',
      _HANDLER: 'index.handler',
    });
    expect(value).not.toHaveProperty('LEAKY');
    expect(value).not.toHaveProperty('HOME');
  });

  it('gives the deadline to the context', async () => {
    await createFunction(started, 'deadline', 'return context.getRemainingTimeInMillis();', { Timeout: 7 });
    const { value } = await invoke(started, 'deadline');
    expect(value).toBeGreaterThan(1000);
    expect(value).toBeLessThanOrEqual(7000);
  });

  it('answers an error that the handler throws, by type and message', async () => {
    await createFunction(started, 'throws', `throw new RangeError('too far');`);
    const { value, FunctionError } = await invoke(started, 'throws');
    expect(FunctionError).toBe('Unhandled');
    expect(value).toMatchObject({ errorType: 'RangeError', errorMessage: 'too far' });
  });

  it('answers the last 4 KB of the log when asked', async () => {
    await createFunction(started, 'logs', `console.log('seen', { a: 1 }); return 'done';`);
    const { LogResult = '' } = await invoke(started, 'logs', {}, { LogType: 'Tail' });
    const log = Buffer.from(LogResult, 'base64').toString();
    expect(log).toMatch(
      /^START RequestId: (\S+) Version: \$LATEST\n\S+\t\1\tINFO\tseen \{ a: 1 \}\nEND RequestId: \1\nREPORT/,
    );
    expect(started.lambda.logsOf('logs')).toBe(log);
  });

  it('is ended at its time limit, with its process, and the next one works', async () => {
    await createFunction(
      started,
      'slow',
      'console.log("pid", process.pid); if (event.hang) for (;;); return "quick";',
      { Timeout: 1 },
    );
    const { value, FunctionError } = await invoke(started, 'slow', { hang: true });
    expect(FunctionError).toBe('Unhandled');
    expect(value).toMatchObject({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(/Task timed out after 1\.00 seconds$/) as string,
    });
    const pid = Number(/pid (\d+)/.exec(started.lambda.logsOf('slow'))?.[1]);
    await until('the process is gone', () => !isRunning(pid));
    expect((await invoke(started, 'slow')).value).toBe('quick');
  });

  it.each([
    ['exits', 'process.exit(3);', 'exit status 3'],
    [
      'is killed',
      `process.kill(process.pid, 'SIGKILL'); await new Promise(() => undefined);`,
      'signal: killed',
    ],
  ])('whose process %s comes to Runtime.ExitError', async (how, body, words) => {
    const name = how.replace(' ', '-');
    await createFunction(started, name, body);
    const { value, FunctionError } = await invoke(started, name);
    expect(FunctionError).toBe('Unhandled');
    expect(value).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringContaining(`Runtime exited with error: ${words}`) as string,
    });
  });

  it.each([
    ['a handler that is not exported', 'index.other', 'Runtime.HandlerNotFound'],
    ['a file that is not there', 'other.handler', 'Runtime.ImportModuleError'],
  ])('of %s names that', async (_case, Handler, errorType) => {
    const name = errorType.replace('.', '-');
    await createFunction(started, name, '', { Handler });
    expect((await invoke(started, name)).value).toMatchObject({ errorType });
  });

  it('beyond the reserved concurrency is throttled', async () => {
    await createFunction(
      started,
      'one',
      'console.log("began"); await new Promise((r) => setTimeout(r, 1500));',
    );
    const reserve = { FunctionName: 'one', ReservedConcurrentExecutions: 1 };
    await started.client.send(new PutFunctionConcurrencyCommand(reserve));
    const first = invoke(started, 'one');
    await until('the first runs', () => started.lambda.logsOf('one').includes('began'));
    await expect(invoke(started, 'one')).rejects.toMatchObject({ name: 'TooManyRequestsException' });
    expect((await first).FunctionError).toBeUndefined();
  });

  it('runs new code after UpdateFunctionCode', async () => {
    await createFunction(started, 'changing', 'return 1;');
    expect((await invoke(started, 'changing')).value).toBe(1);
    const ZipFile = zipOf('exports.handler = async () => 2;');
    await started.client.send(new UpdateFunctionCodeCommand({ FunctionName: 'changing', ZipFile }));
    expect((await invoke(started, 'changing')).value).toBe(2);
  });

  it('of a function that is not there is refused', async () => {
    await expect(invoke(started, 'nobody')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('an asynchronous invocation', () => {
  it('is answered at once and tried twice more when it fails, under one request id', async () => {
    await createFunction(started, 'fails', `throw new Error('again');`);
    const { StatusCode } = await invoke(started, 'fails', {}, { InvocationType: 'Event' });
    expect(StatusCode).toBe(202);
    await until('it is given up', () =>
      started.hostLog.some((line) => line.includes('of fails failed 3 times')),
    );
    const ids = [...started.lambda.logsOf('fails').matchAll(/START RequestId: (\S+)/g)].map(([, id]) => id);
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(1);
  });

  it('that succeeds at the second attempt is not tried again', async () => {
    await createFunction(
      started,
      'second',
      `if (calls === 1) throw new Error('first'); console.log('well');`,
    );
    started.lambda.invokeAsync('second', '{}');
    await until('it succeeded', () => started.lambda.logsOf('second').includes('well'));
    await until('it ended', () => started.lambda.logsOf('second').split('REPORT').length === 3);
    expect(started.hostLog.filter((line) => line.includes('second'))).toEqual([]);
  });
});

describe('a fault', () => {
  it('kills the process of a running invocation, and only then', async () => {
    await createFunction(
      started,
      'victim',
      'console.log("began"); await new Promise((r) => setTimeout(r, 15000));',
    );
    expect(started.lambda.killRunning('victim')).toBe(false);
    const running = invoke(started, 'victim');
    await until('it runs', () => started.lambda.logsOf('victim').includes('began'));
    expect(started.lambda.killRunning('victim')).toBe(true);
    expect((await running).value).toMatchObject({ errorType: 'Runtime.ExitError' });
  });

  it('kills one invocation among several of a function, by its trace', async () => {
    const begun: Begun[] = [];
    const other = await startLambda({ onBegin: (invocation) => void begun.push(invocation) });
    await createFunction(other, 'twins', 'await new Promise((r) => setTimeout(r, event.ms)); return "ok";');
    const doomed = invoke(other, 'twins', { ms: 15000 });
    const spared = invoke(other, 'twins', { ms: 1500 });
    await until('both began', () => begun.length === 2);
    const traceId = begun.find(({ payload }) => payload.includes('15000'))?.traceId ?? '';
    await until('the first runs', () => other.lambda.killInvocation(traceId));
    expect((await doomed).value).toMatchObject({ errorType: 'Runtime.ExitError' });
    expect((await spared).value).toBe('ok');
    expect(other.lambda.killInvocation(traceId)).toBe(false);
    await other.close();
  });

  it('can be set for the next invocation and hits that one alone', async () => {
    await createFunction(
      started,
      'marked',
      'await new Promise((r) => setTimeout(r, event.ms)); return "ok";',
    );
    started.lambda.killNext('marked', { afterMs: 50 });
    expect((await invoke(started, 'marked', { ms: 15000 })).value).toMatchObject({
      errorType: 'Runtime.ExitError',
    });
    expect((await invoke(started, 'marked', { ms: 0 })).value).toBe('ok');
  });
});
