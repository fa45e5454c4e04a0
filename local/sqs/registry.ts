import { AwsError, type Clock, type Place } from '../endpoint/seams';
import { initialAttributes, merged, redriveOf, type QueueAttributes } from './attributes';
import { Queue, type MessageAttribute, type Stored } from './queue';
import { createHash } from 'node:crypto';

/** A queue with everything that the API says about it. */
export interface QueueRecord {
  readonly name: string;
  readonly arn: string;
  readonly queue: Queue;
  readonly createdAt: number;
  modifiedAt: number;
  attributes: QueueAttributes;
  tags: Record<string, string>;
}

/** What SendMessage says, before the queue's defaults are applied. */
export interface SendRequest {
  readonly body: string;
  readonly messageAttributes?: Readonly<Record<string, MessageAttribute>>;
  readonly groupId?: string;
  readonly deduplicationId?: string;
  readonly delaySeconds?: number;
}

/** Characters that XML 1.0 has no place for; SQS refuses them. */

const REFUSED_CHARACTER = /[^\u0009\u000a\u000d\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** The queues of one account and region. */
export class QueueRegistry {
  readonly #queues = new Map<string, QueueRecord>();

  constructor(
    private readonly place: Place,
    private readonly clock: Clock,
    private readonly newId: () => string,
  ) {}

  list(): QueueRecord[] {
    return [...this.#queues.values()];
  }

  /** Creates a queue; the same name with the same attributes again answers with the existing one. */
  create(name: string, given: QueueAttributes, tags: Readonly<Record<string, string>>): QueueRecord {
    if (!/^[\w-]{1,75}(\.fifo)?$|^[\w-]{76,80}$/.test(name)) {
      throw new AwsError(
        'InvalidParameterValue',
        'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
      );
    }
    const attributes = initialAttributes(name, given);
    const existing = this.#queues.get(name);
    if (existing !== undefined) {
      for (const attribute of Object.keys(given)) {
        if (existing.attributes[attribute] === attributes[attribute]) continue;
        throw new AwsError(
          'QueueNameExists',
          `A queue already exists with the same name and a different value for attribute ${attribute}`,
        );
      }
      return existing;
    }
    return this.#add(name, attributes, tags);
  }

  delete(record: QueueRecord): void {
    this.#queues.delete(record.name);
  }

  /** @throws AwsError QueueDoesNotExist */
  byName(name: string): QueueRecord {
    const record = this.#queues.get(name);
    if (record === undefined) throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
    return record;
  }

  /** @throws AwsError QueueDoesNotExist */
  byArn(arn: string): QueueRecord {
    const record = this.byName(arn.split(':').at(-1) ?? '');
    if (record.arn !== arn) throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
    return record;
  }

  setAttributes(record: QueueRecord, changes: QueueAttributes): void {
    record.attributes = merged(record.attributes, changes);
    record.modifiedAt = this.clock.now();
  }

  /** @throws AwsError as SendMessage does */
  send(record: QueueRecord, request: SendRequest): Stored {
    const { body, groupId, messageAttributes = {} } = request;
    const limit = Number(record.attributes['MaximumMessageSize']);
    if (body === '')
      throw new AwsError('MissingParameter', 'The request must contain the parameter MessageBody.');
    if (Buffer.byteLength(body) > limit) {
      throw invalid(
        `One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`,
      );
    }
    if (REFUSED_CHARACTER.test(body)) {
      throw new AwsError('InvalidMessageContents', 'Invalid characters found in the message body.');
    }
    const deduplicationId = deduplicationOf(record, request);
    if (record.queue.fifo) {
      if (groupId === undefined) {
        throw new AwsError('MissingParameter', 'The request must contain the parameter MessageGroupId.');
      }
      if (request.delaySeconds !== undefined && request.delaySeconds !== 0) {
        throw invalid(
          `Value ${request.delaySeconds} for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.`,
        );
      }
    }
    return record.queue.send({
      body,
      messageAttributes,
      ...(groupId === undefined ? {} : { groupId }),
      ...(deduplicationId === undefined ? {} : { deduplicationId }),
      delaySeconds: request.delaySeconds ?? Number(record.attributes['DelaySeconds']),
    });
  }

  receive(record: QueueRecord, max: number, visibilitySeconds?: number, oneGroup = false): Stored[] {
    const seconds = visibilitySeconds ?? Number(record.attributes['VisibilityTimeout']);
    return record.queue.receive(max, seconds, oneGroup);
  }

  #add(name: string, attributes: QueueAttributes, tags: Readonly<Record<string, string>>): QueueRecord {
    const { partition, region, accountId } = this.place;
    const now = this.clock.now();
    const record: QueueRecord = {
      name,
      arn: `arn:${partition}:sqs:${region}:${accountId}:${name}`,
      queue: new Queue(attributes['FifoQueue'] === 'true', this.clock, this.newId, () =>
        this.#settings(record),
      ),
      createdAt: now,
      modifiedAt: now,
      attributes,
      tags: { ...tags },
    };
    this.#queues.set(name, record);
    return record;
  }

  #settings(record: QueueRecord) {
    const retentionSeconds = Number(record.attributes['MessageRetentionPeriod']);
    const redrive = redriveOf(record.attributes);
    const target = this.list().find(({ arn }) => arn === redrive?.targetArn);
    if (redrive === undefined || target === undefined) return { retentionSeconds };
    const move = (message: Stored) => target.queue.adopt(message, record.arn);
    return { retentionSeconds, redrive: { maxReceiveCount: redrive.maxReceiveCount, move } };
  }
}

const invalid = (message: string) => new AwsError('InvalidParameterValue', message);

function deduplicationOf(record: QueueRecord, request: SendRequest): string | undefined {
  if (!record.queue.fifo) {
    if (request.deduplicationId === undefined) return undefined;
    throw invalid('The request include parameter that is not valid for this queue type');
  }
  if (request.deduplicationId !== undefined) return request.deduplicationId;
  if (record.attributes['ContentBasedDeduplication'] !== 'true') {
    throw invalid(
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
  }
  return createHash('sha256').update(request.body).digest('hex');
}

/** System attributes of a received message, as ReceiveMessage and a Lambda event name them. */
export function systemAttributes(message: Stored, accountId: string): Record<string, string> {
  return {
    ApproximateReceiveCount: String(message.receiveCount),
    SentTimestamp: String(message.sentAt),
    SenderId: accountId,
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? message.sentAt),
    ...(message.sequenceNumber === undefined ? {} : { SequenceNumber: message.sequenceNumber }),
    ...(message.groupId === undefined ? {} : { MessageGroupId: message.groupId }),
    ...(message.deduplicationId === undefined ? {} : { MessageDeduplicationId: message.deduplicationId }),
    ...(message.sourceArn === undefined ? {} : { DeadLetterQueueSourceArn: message.sourceArn }),
  };
}
