import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueueTagsCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
  TagQueueCommand,
  UntagQueueCommand,
} from '@aws-sdk/client-sqs';
import { randomUUID } from 'node:crypto';
import { startEndpoint } from '../../../local/endpoint/server';
import { createSqs } from '../../../local/sqs/sqs';

const place = { accountId: '123456789012', region: 'eu-west-1', partition: 'aws' };

/** Real timers, a clock that a test may push forward. */
function time() {
  let ahead = 0;
  return {
    clock: { now: () => Date.now() + ahead },
    timers: {
      after: (ms: number, run: () => void) => {
        const timer = setTimeout(run, ms).unref();
        return () => clearTimeout(timer);
      },
    },
    pass: (ms: number) => void (ahead += ms),
  };
}

const { clock, timers, pass } = time();
let endpoint: Awaited<ReturnType<typeof startEndpoint>>;
let client: SQSClient;
const sqs = createSqs({ place, clock, timers, newId: randomUUID, endpointUrl: () => endpoint.url });

beforeAll(async () => {
  endpoint = await startEndpoint({ services: {}, rawServices: { sqs }, place, clock });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  client = new SQSClient({ endpoint: endpoint.url, region: place.region, credentials });
});
afterAll(async () => {
  client.destroy();
  await endpoint.close();
});

let made = 0;
async function queue(attributes: Record<string, string> = {}, fifo = true) {
  made += 1;
  const QueueName = `q${made}${fifo ? '.fifo' : ''}`;
  const Attributes = {
    ...(fifo ? { FifoQueue: 'true', ContentBasedDeduplication: 'true' } : {}),
    ...attributes,
  };
  const { QueueUrl = '' } = await client.send(new CreateQueueCommand({ QueueName, Attributes }));
  const arn = `arn:aws:sqs:eu-west-1:123456789012:${QueueName}`;
  return { QueueUrl, QueueName, arn };
}
const send = (QueueUrl: string, MessageBody: string, MessageGroupId = 'g') =>
  client.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageGroupId }));
const receive = async (QueueUrl: string, more: object = {}) => {
  const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...more });
  return (await client.send(command)).Messages ?? [];
};
const bodies = async (QueueUrl: string, more?: object) =>
  (await receive(QueueUrl, more)).map(({ Body }) => Body);
const attributesOf = async (QueueUrl: string) =>
  (await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))).Attributes;

describe('a queue', () => {
  it('has a URL on this endpoint and is found by its name', async () => {
    const { QueueUrl, QueueName } = await queue();
    expect(QueueUrl).toBe(`${endpoint.url}/123456789012/${QueueName}`);
    await expect(client.send(new GetQueueUrlCommand({ QueueName }))).resolves.toMatchObject({ QueueUrl });
  });

  it('answers every attribute that Terraform compares', async () => {
    const { QueueUrl, arn } = await queue({ VisibilityTimeout: '90' });
    expect(await attributesOf(QueueUrl)).toMatchObject({
      QueueArn: arn,
      VisibilityTimeout: '90',
      DelaySeconds: '0',
      MessageRetentionPeriod: '345600',
      FifoQueue: 'true',
      ContentBasedDeduplication: 'true',
      DeduplicationScope: 'queue',
      FifoThroughputLimit: 'perQueue',
      SqsManagedSseEnabled: 'true',
    });
    await client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: '7' } }));
    expect(await attributesOf(QueueUrl)).toMatchObject({ VisibilityTimeout: '7' });
  });

  it('created again with other attributes is refused, with the same ones is the same queue', async () => {
    const { QueueUrl, QueueName } = await queue({ VisibilityTimeout: '5' });
    const again = (VisibilityTimeout: string) =>
      client.send(
        new CreateQueueCommand({ QueueName, Attributes: { FifoQueue: 'true', VisibilityTimeout } }),
      );
    await expect(again('5')).resolves.toMatchObject({ QueueUrl });
    await expect(again('6')).rejects.toMatchObject({ name: 'QueueNameExists' });
  });

  it('that was deleted is not there, in the words that old and new clients look for', async () => {
    const { QueueUrl } = await queue();
    await client.send(new DeleteQueueCommand({ QueueUrl }));
    await expect(attributesOf(QueueUrl)).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
    const response = await fetch(endpoint.url, {
      method: 'POST',
      headers: {
        'x-amz-target': 'AmazonSQS.PurgeQueue',
        authorization: 'AWS4-HMAC-SHA256 Credential=a/20260101/x/sqs/aws4_request',
      },
      body: JSON.stringify({ QueueUrl }),
    });
    expect(response.headers.get('x-amzn-query-error')).toBe('AWS.SimpleQueueService.NonExistentQueue;Sender');
  });

  it('keeps tags', async () => {
    const { QueueUrl } = await queue();
    await client.send(new TagQueueCommand({ QueueUrl, Tags: { a: '1', b: '2' } }));
    await client.send(new UntagQueueCommand({ QueueUrl, TagKeys: ['a'] }));
    expect((await client.send(new ListQueueTagsCommand({ QueueUrl }))).Tags).toEqual({ b: '2' });
  });

  it.each([
    ['an unknown attribute', { Colour: 'red' }, 'InvalidAttributeName'],
    ['a value out of range', { VisibilityTimeout: '43201' }, 'InvalidAttributeValue'],
    ['a redrive policy that is none', { RedrivePolicy: '{}' }, 'InvalidAttributeValue'],
  ])('is refused with %s', async (_case, attributes, name) => {
    await expect(queue(attributes)).rejects.toMatchObject({ name });
  });
});

describe('a FIFO queue', () => {
  it('delivers a group in order, several messages in one receive, and nothing more of it while one is in flight', async () => {
    const { QueueUrl } = await queue();
    await send(QueueUrl, '1');
    await send(QueueUrl, '2');
    await send(QueueUrl, 'other', 'h');
    expect(await bodies(QueueUrl, { MaxNumberOfMessages: 1 })).toEqual(['1']);
    expect(await bodies(QueueUrl)).toEqual(['other']);
    pass(31_000);
    expect(await bodies(QueueUrl)).toEqual(['1', '2', 'other']);
  });

  it('unblocks a group when its message is deleted', async () => {
    const { QueueUrl } = await queue();
    await send(QueueUrl, '1');
    await send(QueueUrl, '2');
    const [first] = await receive(QueueUrl, { MaxNumberOfMessages: 1 });
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: first?.ReceiptHandle }));
    expect(await bodies(QueueUrl)).toEqual(['2']);
  });

  it('drops the same body within five minutes and takes it again after that', async () => {
    const { QueueUrl } = await queue();
    const [one, same] = [await send(QueueUrl, 'x'), await send(QueueUrl, 'x')];
    expect(same.MessageId).toBe(one.MessageId);
    pass(301_000);
    await send(QueueUrl, 'x');
    expect(await bodies(QueueUrl)).toEqual(['x', 'x']);
  });

  it('refuses a message without a group, and without a deduplication id where content gives none', async () => {
    const { QueueUrl } = await queue({ ContentBasedDeduplication: 'false' });
    await expect(send(QueueUrl, 'x')).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    const command = new SendMessageCommand({ QueueUrl, MessageBody: 'x', MessageDeduplicationId: 'd' });
    await expect(client.send(command)).rejects.toMatchObject({ name: 'MissingParameter' });
  });

  it('gives a message to the dead-letter queue after maxReceiveCount receives, and the next one its turn', async () => {
    const dead = await queue();
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 2 });
    const { QueueUrl, arn } = await queue({ RedrivePolicy, VisibilityTimeout: '1' });
    await send(QueueUrl, 'poison');
    await send(QueueUrl, 'next');
    for (let receives = 0; receives < 2; receives += 1) {
      expect(await bodies(QueueUrl, { MaxNumberOfMessages: 1 })).toEqual(['poison']);
      pass(1100);
    }
    expect(await bodies(QueueUrl, { MaxNumberOfMessages: 1 })).toEqual(['next']);
    const [message] = await receive(dead.QueueUrl, { MessageSystemAttributeNames: ['All'] });
    expect(message).toMatchObject({
      Body: 'poison',
      Attributes: { DeadLetterQueueSourceArn: arn, MessageGroupId: 'g', ApproximateReceiveCount: '3' },
    });
  });
});

describe('a standard queue', () => {
  it('hides what was received until its visibility timeout is set to nothing', async () => {
    const { QueueUrl } = await queue({}, false);
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
    const [message] = await receive(QueueUrl);
    expect(await bodies(QueueUrl)).toEqual([]);
    const ReceiptHandle = message?.ReceiptHandle;
    await client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
    expect(await bodies(QueueUrl)).toEqual(['x']);
  });

  it('answers a long poll as soon as a message arrives', async () => {
    const { QueueUrl } = await queue({}, false);
    const poll = bodies(QueueUrl, { WaitTimeSeconds: 20 });
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
    expect(await poll).toEqual(['x']);
  });

  it('delays, counts and purges', async () => {
    const { QueueUrl } = await queue({}, false);
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'later', DelaySeconds: 10 }));
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'now' }));
    expect(await bodies(QueueUrl)).toEqual(['now']);
    expect(await attributesOf(QueueUrl)).toMatchObject({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesDelayed: '1',
      ApproximateNumberOfMessagesNotVisible: '1',
    });
    await client.send(new PurgeQueueCommand({ QueueUrl }));
    expect(await attributesOf(QueueUrl)).toMatchObject({ ApproximateNumberOfMessagesDelayed: '0' });
  });

  it('carries message attributes and tells which entries of a batch failed', async () => {
    const { QueueUrl } = await queue({}, false);
    const MessageAttributes = { who: { DataType: 'String', StringValue: 'me' } };
    const Entries = [
      { Id: 'a', MessageBody: 'x', MessageAttributes },
      { Id: 'b', MessageBody: '\u0001' },
    ];
    const result = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    expect(result.Successful?.[0]?.MD5OfMessageAttributes).toMatch(/^[0-9a-f]{32}$/);
    expect(result.Failed).toMatchObject([{ Id: 'b', Code: 'InvalidMessageContents' }]);
    expect(await receive(QueueUrl, { MessageAttributeNames: ['All'] })).toMatchObject([
      { MessageAttributes },
    ]);
  });
});
