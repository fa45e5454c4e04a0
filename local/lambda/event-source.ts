import { AwsError, type QueueMessage, type QueueReceiver } from '../endpoint/seams';
import type { LambdaOptions, LambdaSettings } from './model';

/** A mapping from a queue to a function, in AWS's names. */
export interface Mapping {
  readonly uuid: string;
  readonly queueArn: string;
  functionArn: string;
  batchSize: number;
  enabled: boolean;
  responseTypes: readonly string[];
  maximumConcurrency?: number;
  tags: Readonly<Record<string, string>>;
  lastModified: number;
}

/** What a poller needs besides its mapping. */
export interface PollerOptions extends Pick<LambdaOptions, 'clock' | 'timers' | 'log' | 'place'> {
  readonly queues: QueueReceiver;
  readonly settings: LambdaSettings;
  invoke(functionArn: string, payload: string): Promise<{ payload: string; functionError?: string }>;
}

/** AWS starts with five pollers a queue. */
const DEFAULT_CONCURRENCY = 5;

/**
 * Polls one queue for one function (Lambda Developer Guide, "Using Lambda with Amazon SQS"): one batch of a
 * message group at a time, which the queue sees to by hiding a group in flight. Messages of a failed batch stay
 * hidden until their visibility timeout ends; with ReportBatchItemFailures those that succeeded are deleted.
 */
export class Poller {
  readonly #batches = new Set<Promise<void>>();
  #unsubscribe: (() => void) | undefined;
  #scheduled = false;

  constructor(
    private readonly mapping: Mapping,
    private readonly options: PollerOptions,
  ) {}

  start(): void {
    if (this.#unsubscribe !== undefined) return;
    this.#unsubscribe = this.options.queues.subscribe(this.mapping.queueArn, () => this.#wake());
    this.#wake();
  }

  stop(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
  }

  /** Whether batches are under way: a poller that was stopped still sees them through. */
  get busy(): boolean {
    return this.#batches.size > 0;
  }

  /** Resolves when the batches under way are over. */
  async drained(): Promise<void> {
    await Promise.all(this.#batches);
  }

  #wake(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    // Not inside the queue's own call: a receive must not begin within a receive.
    setImmediate(() => {
      this.#scheduled = false;
      this.#poll();
    });
  }

  #poll(): void {
    const concurrency = this.mapping.maximumConcurrency ?? DEFAULT_CONCURRENCY;
    while (this.#unsubscribe !== undefined && this.#batches.size < concurrency) {
      const messages = this.#receive();
      if (messages.length === 0) return;
      const batch = this.#deliver(messages)
        .catch((error: unknown) =>
          this.options.log(`event source mapping ${this.mapping.uuid}: ${String(error)}`),
        )
        .finally(() => {
          this.#batches.delete(batch);
          this.#wake();
        });
      this.#batches.add(batch);
    }
  }

  #receive(): QueueMessage[] {
    try {
      return this.options.queues.receiveOneGroup(this.mapping.queueArn, this.mapping.batchSize);
    } catch (error) {
      this.options.log(`event source mapping ${this.mapping.uuid}: ${String(error)}`);
      this.stop();
      return [];
    }
  }

  async #deliver(messages: readonly QueueMessage[]): Promise<void> {
    const { queues, place } = this.options;
    const payload = JSON.stringify({
      Records: messages.map((message) => record(message, this.mapping, place.region)),
    });
    const result = await this.#invoke(payload);
    if (result === undefined || result.functionError !== undefined) return;
    const failed = this.mapping.responseTypes.includes('ReportBatchItemFailures')
      ? failedItems(result.payload, messages)
      : new Set<string>();
    for (const message of messages) {
      if (!failed.has(message.messageId)) queues.remove(this.mapping.queueArn, message.receiptHandle);
    }
  }

  /** Invokes, and tries again while the function is throttled and the messages are still hidden. */
  async #invoke(payload: string): Promise<{ payload: string; functionError?: string } | undefined> {
    const { clock, timers, queues, settings } = this.options;
    const deadline = clock.now() + queues.visibilityTimeoutOf(this.mapping.queueArn) * 1000;
    let wait = settings.throttleRetryMs;
    for (;;) {
      try {
        return await this.options.invoke(this.mapping.functionArn, payload);
      } catch (error) {
        const throttled = error instanceof AwsError && error.code === 'TooManyRequestsException';
        if (!throttled) throw error;
        if (this.#unsubscribe === undefined || clock.now() + wait >= deadline) return undefined;
        await new Promise<void>((resolve) => void timers.after(wait, resolve));
        wait = Math.min(wait * 2, settings.throttleRetryMs * 10);
      }
    }
  }
}

function record(message: QueueMessage, mapping: Mapping, region: string): object {
  return {
    messageId: message.messageId,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes: message.attributes,
    messageAttributes: eventAttributes(message.messageAttributes),
    md5OfBody: message.md5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: mapping.queueArn,
    awsRegion: region,
  };
}

/** Message attributes as an event spells them: other letters than the API's. */
function eventAttributes(attributes: Readonly<Record<string, unknown>>): Record<string, object> {
  const spelled = Object.entries(attributes).map(([name, value]) => {
    const { StringValue, BinaryValue, DataType } = value as Record<string, string | undefined>;
    const lists = { stringListValues: [], binaryListValues: [] };
    return [
      name,
      { stringValue: StringValue, binaryValue: BinaryValue, ...lists, dataType: DataType },
    ] as const;
  });
  return Object.fromEntries(spelled);
}

/**
 * The ids of the messages that failed. An answer that is not understood means that all of them did
 * (Lambda Developer Guide, "Success and failure conditions").
 */
export function failedItems(payload: string, messages: readonly QueueMessage[]): ReadonlySet<string> {
  const all = new Set(messages.map(({ messageId }) => messageId));
  const answer = parse(payload);
  if (answer === null || answer === '') return new Set();
  if (typeof answer !== 'object') return all;
  const failures = (answer as { batchItemFailures?: unknown }).batchItemFailures;
  if (failures === undefined) return Object.keys(answer).length === 0 ? new Set() : all;
  if (failures === null) return new Set();
  if (!Array.isArray(failures)) return all;
  const failed = new Set<string>();
  for (const failure of failures as unknown[]) {
    const id = (failure as { itemIdentifier?: unknown } | null)?.itemIdentifier;
    if (typeof id !== 'string' || !all.has(id)) return all;
    failed.add(id);
  }
  return failed;
}

function parse(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return undefined;
  }
}
