import type {
  Clock,
  Place,
  QueueReceiver,
  QueueSender,
  RawRequest,
  RawResponse,
  RawService,
  Timers,
} from '../endpoint/seams';
import { checkTypes } from '../endpoint/input';
import { AwsError } from '../endpoint/seams';
import type { Input } from './input';
import { SQS_MEMBERS } from './members';
import { operationsOf } from './operations';
import { md5 } from './queue';
import { QueueRegistry, systemAttributes, type QueueRecord } from './registry';

export interface SqsOptions {
  readonly place: Place;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly newId: () => string;
  /** URL of the endpoint; queue URLs start with it. */
  readonly endpointUrl: () => string;
}

/** Amazon SQS: the API for clients, and what EventBridge and Lambda need of queues inside this process. */
export type Sqs = RawService & QueueSender & QueueReceiver;

const TARGET = 'AmazonSQS.';

/**
 * Standard and FIFO queues with deduplication, message groups, long polling and redrive, over the AWS JSON 1.0
 * protocol of SQS. Queue policies and encryption settings are stored and answered, and not enforced.
 */
export function createSqs(options: SqsOptions): Sqs {
  const registry = new QueueRegistry(options.place, options.clock, options.newId);
  const operations = operationsOf({ ...options, registry });
  return {
    operationOf,
    handle: async (request) => {
      const name = operationOf(request);
      const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
      if (operation === undefined) {
        throw new AwsError('UnknownOperationException', `SQS operation ${name} is not served`);
      }
      try {
        const input = parse(request);
        checkTypes(SQS_MEMBERS, input);
        return answer(200, await operation(input));
      } catch (error) {
        if (error instanceof AwsError) return errorAnswer(error);
        throw error;
      }
    },
    close: () => Promise.resolve(),
    ...insideAccess(registry, options),
  };
}

function insideAccess(registry: QueueRegistry, options: SqsOptions): QueueSender & QueueReceiver {
  return {
    send: (queueArn, body, groupId) => {
      registry.send(registry.byArn(queueArn), { body, ...(groupId === undefined ? {} : { groupId }) });
    },
    visibilityTimeoutOf: (queueArn) => Number(registry.byArn(queueArn).attributes['VisibilityTimeout']),
    receiveOneGroup: (queueArn, max) =>
      registry.receive(registry.byArn(queueArn), max, undefined, true).map((message) => ({
        messageId: message.messageId,
        receiptHandle: message.receipt ?? '',
        body: message.body,
        md5OfBody: md5(message.body),
        attributes: systemAttributes(message, options.place.accountId),
        messageAttributes: message.messageAttributes,
      })),
    remove: (queueArn, receiptHandle) => void registry.byArn(queueArn).queue.remove(receiptHandle),
    subscribe: (queueArn, wake) => subscribe(registry.byArn(queueArn), options, wake),
  };
}

/** Calls back at every change and whenever a hidden message becomes visible. */
function subscribe({ queue }: QueueRecord, { clock, timers }: SqsOptions, wake: () => void): () => void {
  let cancel: () => void = () => undefined;
  const arm = () => {
    cancel();
    const at = queue.nextVisibleAt();
    if (at !== undefined) cancel = timers.after(Math.max(1, at - clock.now()), changed);
  };
  const changed = () => {
    wake();
    arm();
  };
  const unsubscribe = queue.onChange(changed);
  arm();
  return () => {
    unsubscribe();
    cancel();
  };
}

function operationOf(request: RawRequest): string {
  const target = request.headers['x-amz-target'] ?? '';
  return target.startsWith(TARGET) ? target.slice(TARGET.length) : target;
}

function parse(request: RawRequest): Input {
  const text = request.body.toString('utf8');
  if (text === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Input;
  } catch {
    // Answered below, like any body that is no object.
  }
  throw new AwsError('SerializationException', 'The request body is not a JSON object.');
}

function answer(status: number, body: object, headers: Readonly<Record<string, string>> = {}): RawResponse {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.0', ...headers },
    body: JSON.stringify(body),
  };
}

/** Codes that the query protocol spells otherwise; clients older than the JSON protocol look for those. */
const QUERY_CODES: Readonly<Record<string, string>> = {
  QueueNameExists: 'QueueAlreadyExists',
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  MessageNotInflight: 'AWS.SimpleQueueService.MessageNotInflight',
  EmptyBatchRequest: 'AWS.SimpleQueueService.EmptyBatchRequest',
  TooManyEntriesInBatchRequest: 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
};

function errorAnswer(error: AwsError): RawResponse {
  const body = { __type: `com.amazonaws.sqs#${error.code}`, message: error.message };
  const query = `${QUERY_CODES[error.code] ?? error.code};Sender`;
  return answer(error.status, body, { 'x-amzn-query-error': query, 'x-amzn-errortype': error.code });
}
