import { LambdaClient, CreateFunctionCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import { randomUUID } from 'node:crypto';
import { strToU8 } from 'fflate';
import { startEndpoint } from '../../../local/endpoint/server';
import { createLambda, type LambdaOptions } from '../../../local/lambda/lambda';
import { createSqs } from '../../../local/sqs/sqs';
import { zipDeterministic } from '../../../scripts/zip';

export const place = { accountId: '123456789012', region: 'eu-west-1', partition: 'aws' };
export const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const clock = { now: () => Date.now() };
const timers = {
  after: (ms: number, run: () => void) => {
    const timer = setTimeout(run, ms).unref();
    return () => clearTimeout(timer);
  },
};

/** Lambda and SQS behind one endpoint, and a Lambda client. `pids` are the children that run now. */
export async function startLambda(more: Partial<LambdaOptions> = {}) {
  const pids = new Set<number>();
  const hostLog: string[] = [];
  const url = { current: '' };
  const endpointUrl = () => url.current;
  const sqs = createSqs({ place, clock, timers, newId: randomUUID, endpointUrl });
  const lambda = createLambda({
    place,
    clock,
    timers,
    newId: randomUUID,
    keeper: { keep: (pid) => void pids.add(pid), release: (pid) => void pids.delete(pid) },
    log: (line) => hostLog.push(line),
    endpointUrl,
    queues: sqs,
    ...more,
  });
  const endpoint = await startEndpoint({ services: {}, rawServices: { lambda, sqs }, place, clock });
  url.current = endpoint.url;
  const client = new LambdaClient({
    endpoint: endpoint.url,
    region: place.region,
    credentials,
    maxAttempts: 1,
  });
  const close = async () => {
    client.destroy();
    await lambda.close();
    await endpoint.close();
  };
  return { lambda, sqs, client, endpoint, pids, hostLog, close };
}

export type Started = Awaited<ReturnType<typeof startLambda>>;

export const zipOf = (source: string) => zipDeterministic({ 'index.js': strToU8(source) });

/** Creates a function of which `body` is the handler's body, with `event` and `context` in scope. */
export async function createFunction(
  { client }: Started,
  name: string,
  body: string,
  more: Partial<ConstructorParameters<typeof CreateFunctionCommand>[0]> = {},
) {
  const source = `let calls = 0; exports.handler = async (event, context) => { calls += 1; ${body} };`;
  const command = new CreateFunctionCommand({
    FunctionName: name,
    Runtime: 'nodejs22.x',
    Handler: 'index.handler',
    Role: 'arn:aws:iam::123456789012:role/r',
    Timeout: 20,
    Code: { ZipFile: zipOf(source) },
    ...more,
  });
  return client.send(command);
}

/** Invokes with a JSON value; the answer is parsed. */
export async function invoke(
  { client }: Started,
  FunctionName: string,
  event: unknown = {},
  more: object = {},
) {
  const Payload = JSON.stringify(event);
  const result = await client.send(new InvokeCommand({ FunctionName, Payload, ...more }));
  const text = result.Payload?.transformToString() ?? '';
  return { ...result, value: (text === '' ? undefined : JSON.parse(text)) as unknown };
}

/** Waits for a condition, at most that long. */
export async function until(what: string, met: () => boolean, ms = 20_000): Promise<void> {
  const deadline = Date.now() + ms;
  while (!met()) {
    if (Date.now() > deadline) throw new Error(`not within ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
