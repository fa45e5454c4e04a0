import {
  CreateEventSourceMappingCommand,
  DeleteEventSourceMappingCommand,
  GetEventSourceMappingCommand,
  ListEventSourceMappingsCommand,
  ListTagsCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { failedItems } from '../../../local/lambda/event-source';
import { createFunction, credentials, place, startLambda, until, type Started } from './support';

let started: Started;
let client: SQSClient;
beforeAll(async () => {
  started = await startLambda();
  client = new SQSClient({ endpoint: started.endpoint.url, region: place.region, credentials });
});
afterAll(async () => {
  client.destroy();
  await started.close();
});

async function queue(name: string, attributes: Record<string, string> = {}) {
  const Attributes = {
    FifoQueue: 'true',
    ContentBasedDeduplication: 'true',
    VisibilityTimeout: '2',
    ...attributes,
  };
  const { QueueUrl = '' } = await client.send(
    new CreateQueueCommand({ QueueName: `${name}.fifo`, Attributes }),
  );
  return { QueueUrl, arn: `arn:aws:sqs:eu-west-1:123456789012:${name}.fifo` };
}
const send = (QueueUrl: string, MessageBody: string, MessageGroupId: string) =>
  client.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageGroupId }));
const map = (FunctionName: string, EventSourceArn: string, more: object = {}) =>
  started.client.send(new CreateEventSourceMappingCommand({ FunctionName, EventSourceArn, ...more }));
const left = async (QueueUrl: string) => {
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
  );
  return (
    Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible)
  );
};
/** The lines that the function wrote itself, without Lambda's. */
const lines = (name: string) =>
  [...started.lambda.logsOf(name).matchAll(/INFO\t(.*)\n/g)].map(([, line]) => line);
const emptied = async (QueueUrl: string) => {
  const deadline = Date.now() + 20_000;
  while ((await left(QueueUrl)) > 0 && Date.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await left(QueueUrl)).toBe(0);
};

describe('an event source mapping on a FIFO queue', () => {
  it('delivers records as SQS events and deletes what was handled', async () => {
    const { QueueUrl, arn } = await queue('plain');
    await createFunction(started, 'plain', 'console.log(JSON.stringify(event.Records[0]));', { Timeout: 2 });
    await map('plain', arn);
    await send(QueueUrl, 'hello', 'g');
    await until('it arrives', () => lines('plain').length === 1);
    expect(JSON.parse(lines('plain')[0] ?? '')).toMatchObject({
      body: 'hello',
      eventSource: 'aws:sqs',
      eventSourceARN: arn,
      awsRegion: 'eu-west-1',
      attributes: { MessageGroupId: 'g', ApproximateReceiveCount: '1' },
    });
    await emptied(QueueUrl);
  });

  it('runs one batch of a group at a time, in order, and groups side by side', async () => {
    const { QueueUrl, arn } = await queue('ordered', { VisibilityTimeout: '30' });
    const body = `const g = event.Records[0].attributes.MessageGroupId;
      console.log('begin ' + g); await new Promise((r) => setTimeout(r, 300));
      console.log('end ' + g + ' ' + event.Records.map((r) => r.body));`;
    await createFunction(started, 'ordered', body);
    const { UUID } = await map('ordered', arn, { Enabled: false, BatchSize: 2 });
    for (const message of ['a1', 'a2', 'a3', 'b1']) await send(QueueUrl, message, message.charAt(0));
    await started.client.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: true }));
    await until(
      'all are handled',
      () => lines('ordered').filter((line) => line?.startsWith('end')).length === 3,
    );
    const seen = lines('ordered');
    expect(seen.filter((line) => line?.includes(' a'))).toEqual([
      'begin a',
      'end a a1,a2',
      'begin a',
      'end a a3',
    ]);
    expect(seen.indexOf('begin b')).toBeLessThan(seen.indexOf('end a a1,a2'));
    await emptied(QueueUrl);
  });

  it('blocks the group of a throwing message until that goes to the dead-letter queue, and no other group', async () => {
    const dead = await queue('poison-dead');
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 2 });
    const { QueueUrl, arn } = await queue('poison', { RedrivePolicy, VisibilityTimeout: '2' });
    const body = `const b = event.Records[0].body; console.log(b); if (b === 'bad') throw new Error(b);`;
    await createFunction(started, 'poison', body, { Timeout: 2 });
    await map('poison', arn, { BatchSize: 1 });
    await send(QueueUrl, 'bad', 'g');
    await send(QueueUrl, 'good', 'g');
    await send(QueueUrl, 'other', 'h');
    await until('the group goes on', () => lines('poison').includes('good'));
    expect(lines('poison').filter((line) => line !== 'other')).toEqual(['bad', 'bad', 'good']);
    expect(lines('poison').indexOf('other')).toBeLessThan(lines('poison').lastIndexOf('bad'));
    await emptied(QueueUrl);
    expect(await left(dead.QueueUrl)).toBe(1);
  });

  it('keeps only what a function reports as failed, and shows it again after the visibility timeout', async () => {
    const { QueueUrl, arn } = await queue('partial');
    const body = `console.log(event.Records.map((r) => r.body).join());
      return { batchItemFailures: calls > 1 ? [] : event.Records.filter((r) => r.body !== '1').map((r) => ({ itemIdentifier: r.messageId })) };`;
    await createFunction(started, 'partial', body, { Timeout: 2 });
    const { UUID } = await map('partial', arn, {
      Enabled: false,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    for (const message of ['1', '2', '3']) await send(QueueUrl, message, 'g');
    await started.client.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: true }));
    await until('the rest comes again', () => lines('partial').length === 2);
    expect(lines('partial')).toEqual(['1,2,3', '2,3']);
    await emptied(QueueUrl);
  });

  it('delivers again after the process was killed in the middle', async () => {
    const { QueueUrl, arn } = await queue('killed');
    await createFunction(
      started,
      'killed',
      'console.log("run"); await new Promise((r) => setTimeout(r, 200));',
      {
        Timeout: 2,
      },
    );
    started.lambda.killNext('killed', { afterMs: 60 });
    await map('killed', arn);
    await send(QueueUrl, 'x', 'g');
    await emptied(QueueUrl);
    expect(started.lambda.logsOf('killed').match(/START/g)).toHaveLength(2);
  });

  it('is Disabling as long as the function works on what it was given, and Disabled then', async () => {
    const { QueueUrl, arn } = await queue('disabled', { VisibilityTimeout: '30' });
    const go = path.join(mkdtempSync(path.join(tmpdir(), 'tandem-mapping-')), 'go');
    const body = `console.log('begun');
      const go = () => process.getBuiltinModule('node:fs').existsSync(${JSON.stringify(go)});
      while (!go()) await new Promise((r) => setTimeout(r, 20));`;
    await createFunction(started, 'disabled', body, { Timeout: 30 });
    const { UUID } = await map('disabled', arn);
    await send(QueueUrl, 'x', 'g');
    await until('it works on a message', () => lines('disabled').includes('begun'));
    const disabled = await started.client.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: false }));
    expect(disabled.State).toBe('Disabling');
    await send(QueueUrl, 'y', 'h');
    writeFileSync(go, '');
    const state = async () => (await started.client.send(new GetEventSourceMappingCommand({ UUID }))).State;
    while ((await state()) === 'Disabling') await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await state()).toBe('Disabled');
    expect(await left(QueueUrl)).toBe(1);
    rmSync(path.dirname(go), { recursive: true });
  });

  it('polls no more when it is deleted', async () => {
    const { QueueUrl, arn } = await queue('deleted');
    await createFunction(started, 'deleted', '', { Timeout: 2 });
    const { UUID } = await map('deleted', arn);
    expect(await started.client.send(new GetEventSourceMappingCommand({ UUID }))).toMatchObject({
      State: 'Enabled',
      BatchSize: 10,
      EventSourceArn: arn,
    });
    await started.client.send(new DeleteEventSourceMappingCommand({ UUID }));
    const list = await started.client.send(new ListEventSourceMappingsCommand({ FunctionName: 'deleted' }));
    expect(list.EventSourceMappings).toEqual([]);
    await send(QueueUrl, 'x', 'g');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await left(QueueUrl)).toBe(1);
    expect(started.lambda.logsOf('deleted')).toBe('');
  });

  it('is refused on a queue that hides a message for less than the function may run', async () => {
    const { arn } = await queue('short');
    await createFunction(started, 'long', '', { Timeout: 3 });
    await expect(map('long', arn)).rejects.toThrow(
      'Queue visibility timeout: 2 seconds is less than Function timeout: 3 seconds',
    );
  });
});

describe('the answer of a function that reports failures', () => {
  const messages = ['a', 'b'].map((messageId) => ({
    messageId,
    receiptHandle: '',
    body: '',
    md5OfBody: '',
    attributes: {},
    messageAttributes: {},
  }));

  it.each([
    ['null means that all succeeded', 'null', []],
    ['an empty object means that all succeeded', '{}', []],
    ['an empty list means that all succeeded', '{"batchItemFailures":[]}', []],
    ['a null list means that all succeeded', '{"batchItemFailures":null}', []],
    ['named messages failed', '{"batchItemFailures":[{"itemIdentifier":"b"}]}', ['b']],
    ['an unknown id means that all failed', '{"batchItemFailures":[{"itemIdentifier":"z"}]}', ['a', 'b']],
    ['an empty id means that all failed', '{"batchItemFailures":[{"itemIdentifier":""}]}', ['a', 'b']],
    ['a null id means that all failed', '{"batchItemFailures":[{"itemIdentifier":null}]}', ['a', 'b']],
    ['a misspelled id means that all failed', '{"batchItemFailures":[{"itemId":"a"}]}', ['a', 'b']],
    ['what is no JSON means that all failed', 'oops', ['a', 'b']],
  ])('%s', (_sentence, payload, failed) => {
    expect([...failedItems(payload, messages)]).toEqual(failed);
  });
});

it('keeps the tags of a mapping', async () => {
  await createFunction(started, 'tagged', '', { Timeout: 1 });
  const { arn } = await queue('tagged');
  const mapping = await map('tagged', arn, { Tags: { a: '1', b: '2' }, Enabled: false });
  const Resource = mapping.EventSourceMappingArn;
  await started.client.send(new UntagResourceCommand({ Resource, TagKeys: ['a'] }));
  await started.client.send(new TagResourceCommand({ Resource, Tags: { c: '3' } }));
  const { Tags } = await started.client.send(new ListTagsCommand({ Resource }));
  expect(Tags).toEqual({ b: '2', c: '3' });
});
