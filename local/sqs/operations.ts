import { AwsError, type Clock, type Place, type Timers } from '../endpoint/seams';
import { list, number, optional, strings, text, type Input } from './input';
import { md5, md5OfAttributes, type MessageAttribute, type Stored } from './queue';
import { systemAttributes, type QueueRecord, type QueueRegistry, type SendRequest } from './registry';

export type Operation = (input: Input) => object | Promise<object>;

/** What the operations work with. */
export interface OperationContext {
  readonly registry: QueueRegistry;
  readonly place: Place;
  readonly clock: Clock;
  readonly timers: Timers;
  /** The URL that queue URLs start with, without a slash at the end. */
  readonly endpointUrl: () => string;
}

/** The operations of SQS, by name. */
export function operationsOf(context: OperationContext): Readonly<Record<string, Operation>> {
  return { ...queueOperations(context), ...tagOperations(context), ...messageOperations(context) };
}

function queueOperations(context: OperationContext): Readonly<Record<string, Operation>> {
  const { registry, place } = context;
  const urlOf = ({ name }: QueueRecord) => `${context.endpointUrl()}/${place.accountId}/${name}`;
  const queueOf = (input: Input) => queueByUrl(registry, input);
  return {
    CreateQueue: (input) => {
      const record = registry.create(
        text(input, 'QueueName'),
        strings(input['Attributes']),
        strings(input['tags']),
      );
      return { QueueUrl: urlOf(record) };
    },
    GetQueueUrl: (input) => ({ QueueUrl: urlOf(registry.byName(text(input, 'QueueName'))) }),
    ListQueues: (input) => {
      const prefix = optional(input, 'QueueNamePrefix') ?? '';
      const found = registry.list().filter(({ name }) => name.startsWith(prefix));
      return found.length === 0 ? {} : { QueueUrls: found.map(urlOf) };
    },
    DeleteQueue: (input) => (registry.delete(queueOf(input)), {}),
    PurgeQueue: (input) => (queueOf(input).queue.purge(), {}),
    GetQueueAttributes: (input) => {
      const all = answeredAttributes(queueOf(input));
      const wanted = list(input['AttributeNames']).map(String);
      const named = Object.entries(all).filter(([name]) => wanted.includes('All') || wanted.includes(name));
      return named.length === 0 ? {} : { Attributes: Object.fromEntries(named) };
    },
    SetQueueAttributes: (input) => (registry.setAttributes(queueOf(input), strings(input['Attributes'])), {}),
    ListDeadLetterSourceQueues: (input) => {
      const { arn } = queueOf(input);
      const sources = registry
        .list()
        .filter(({ attributes }) => attributes['RedrivePolicy']?.includes(`"${arn}"`));
      return { queueUrls: sources.map(urlOf) };
    },
  };
}

function tagOperations({ registry }: OperationContext): Readonly<Record<string, Operation>> {
  const queueOf = (input: Input) => queueByUrl(registry, input);
  return {
    TagQueue: (input) => {
      const record = queueOf(input);
      record.tags = { ...record.tags, ...strings(input['Tags']) };
      return {};
    },
    UntagQueue: (input) => {
      const record = queueOf(input);
      const gone = new Set(list(input['TagKeys']));
      record.tags = Object.fromEntries(Object.entries(record.tags).filter(([key]) => !gone.has(key)));
      return {};
    },
    ListQueueTags: (input) => {
      const { tags } = queueOf(input);
      return Object.keys(tags).length === 0 ? {} : { Tags: tags };
    },
  };
}

function messageOperations(context: OperationContext): Readonly<Record<string, Operation>> {
  const { registry } = context;
  const queueOf = (input: Input) => queueByUrl(registry, input);
  const send = (record: QueueRecord, input: Input) => sent(registry.send(record, sendRequest(input)));
  const remove = (record: QueueRecord, input: Input) => {
    record.queue.remove(text(input, 'ReceiptHandle'));
    return {};
  };
  const changeVisibility = (record: QueueRecord, input: Input) => {
    const seconds = number(input, 'VisibilityTimeout') ?? 0;
    if (record.queue.changeVisibility(text(input, 'ReceiptHandle'), seconds)) return {};
    throw new AwsError(
      'MessageNotInflight',
      'Value for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.',
    );
  };
  return {
    SendMessage: (input) => send(queueOf(input), input),
    SendMessageBatch: (input) => batch(queueOf(input), input, send),
    DeleteMessage: (input) => remove(queueOf(input), input),
    DeleteMessageBatch: (input) => batch(queueOf(input), input, remove),
    ChangeMessageVisibility: (input) => changeVisibility(queueOf(input), input),
    ChangeMessageVisibilityBatch: (input) => batch(queueOf(input), input, changeVisibility),
    ReceiveMessage: async (input) => {
      const record = queueOf(input);
      const seconds =
        number(input, 'WaitTimeSeconds') ?? Number(record.attributes['ReceiveMessageWaitTimeSeconds']);
      const max = number(input, 'MaxNumberOfMessages') ?? 1;
      if (max < 1 || max > 10) {
        throw new AwsError(
          'InvalidParameterValue',
          `Value ${max} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.`,
        );
      }
      const receive = () => registry.receive(record, max, number(input, 'VisibilityTimeout'));
      const messages = await receiveWithin(context, record, seconds * 1000, receive);
      return messages.length === 0
        ? {}
        : { Messages: messages.map((message) => received(message, input, context)) };
    },
  };
}

/** Long polling: receives at once, or as soon as there is something, or nothing when the time is over. */
async function receiveWithin(
  { clock, timers }: OperationContext,
  { queue }: QueueRecord,
  waitMs: number,
  receive: () => Stored[],
): Promise<Stored[]> {
  const deadline = clock.now() + waitMs;
  for (;;) {
    const messages = receive();
    const left = deadline - clock.now();
    if (messages.length > 0 || left <= 0) return messages;
    const untilVisible = (queue.nextVisibleAt() ?? deadline) - clock.now();
    await new Promise<void>((resolve) => {
      const wake = () => {
        unsubscribe();
        cancel();
        resolve();
      };
      const unsubscribe = queue.onChange(wake);
      const cancel = timers.after(Math.max(1, Math.min(left, untilVisible)), wake);
    });
  }
}

function batch(
  record: QueueRecord,
  input: Input,
  one: (record: QueueRecord, entry: Input) => object,
): object {
  const entries = list(input['Entries']) as Input[];
  if (entries.length === 0) throw new AwsError('EmptyBatchRequest', 'There should be at least one entry.');
  if (entries.length > 10) {
    throw new AwsError('TooManyEntriesInBatchRequest', 'Maximum number of entries per request are 10.');
  }
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of entries) {
    const Id = text(entry, 'Id');
    try {
      Successful.push({ Id, ...one(record, entry) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({ Id, Code: error.code, Message: error.message, SenderFault: true });
    }
  }
  return Failed.length === 0 ? { Successful } : { Successful, Failed };
}

function answeredAttributes(record: QueueRecord): Record<string, string> {
  const { visible, inFlight, delayed } = record.queue.counts();
  return {
    ...record.attributes,
    QueueArn: record.arn,
    CreatedTimestamp: String(Math.floor(record.createdAt / 1000)),
    LastModifiedTimestamp: String(Math.floor(record.modifiedAt / 1000)),
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
  };
}

function sendRequest(input: Input): SendRequest {
  const groupId = optional(input, 'MessageGroupId');
  const deduplicationId = optional(input, 'MessageDeduplicationId');
  const delaySeconds = number(input, 'DelaySeconds');
  return {
    body: optional(input, 'MessageBody') ?? '',
    messageAttributes: (input['MessageAttributes'] ?? {}) as Record<string, MessageAttribute>,
    ...(groupId === undefined ? {} : { groupId }),
    ...(deduplicationId === undefined ? {} : { deduplicationId }),
    ...(delaySeconds === undefined ? {} : { delaySeconds }),
  };
}

function sent(message: Stored): object {
  const ofAttributes = md5OfAttributes(message.messageAttributes);
  return {
    MessageId: message.messageId,
    MD5OfMessageBody: md5(message.body),
    ...(ofAttributes === undefined ? {} : { MD5OfMessageAttributes: ofAttributes }),
    ...(message.sequenceNumber === undefined ? {} : { SequenceNumber: message.sequenceNumber }),
  };
}

function received(message: Stored, input: Input, { place }: OperationContext): object {
  const wanted = [...list(input['AttributeNames']), ...list(input['MessageSystemAttributeNames'])].map(
    String,
  );
  const system = Object.entries(systemAttributes(message, place.accountId)).filter(
    ([name]) => wanted.includes('All') || wanted.includes(name),
  );
  const names = list(input['MessageAttributeNames']).map(String);
  const attributes = Object.fromEntries(
    Object.entries(message.messageAttributes).filter(([name]) =>
      names.some((pattern) => matches(pattern, name)),
    ),
  );
  const ofAttributes = md5OfAttributes(attributes);
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receipt,
    Body: message.body,
    MD5OfBody: md5(message.body),
    ...(system.length === 0 ? {} : { Attributes: Object.fromEntries(system) }),
    ...(ofAttributes === undefined
      ? {}
      : { MessageAttributes: attributes, MD5OfMessageAttributes: ofAttributes }),
  };
}

/** An attribute name that was asked for: `All`, `prefix.*` or the name itself. */
function matches(pattern: string, name: string): boolean {
  if (pattern === 'All' || pattern === '.*') return true;
  return pattern.endsWith('.*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}

function queueByUrl(registry: QueueRegistry, input: Input): QueueRecord {
  // Host and port are not looked at: a queue is the same under every name that this machine has.
  return registry.byName(text(input, 'QueueUrl').split('/').at(-1) ?? '');
}
