import { createHash } from 'node:crypto';
import type { Clock } from '../endpoint/seams';

/** A message attribute as the API carries it. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  /** Base64. */
  readonly BinaryValue?: string;
}

/** What a sender says. */
export interface Outgoing {
  readonly body: string;
  readonly messageAttributes: Readonly<Record<string, MessageAttribute>>;
  readonly groupId?: string;
  readonly deduplicationId?: string;
  readonly delaySeconds: number;
}

/** A message in a queue. Times are milliseconds since the epoch. */
export interface Stored {
  readonly messageId: string;
  readonly body: string;
  readonly messageAttributes: Readonly<Record<string, MessageAttribute>>;
  readonly groupId?: string;
  readonly deduplicationId?: string;
  readonly sequenceNumber?: string;
  readonly sentAt: number;
  firstReceivedAt?: number;
  /** Receives across all queues, a dead-letter queue included. */
  receiveCount: number;
  visibleAt: number;
  /** The handle of the latest receive. */
  receipt?: string;
  /** ARN of the queue it came from, in a dead-letter queue. */
  sourceArn?: string;
}

/** Settings that a queue reads anew each time, because SetQueueAttributes may change them. */
export interface QueueSettings {
  readonly retentionSeconds: number;
  /** Where a message goes that was received `maxReceiveCount` times and not deleted. */
  readonly redrive?: { readonly maxReceiveCount: number; move(message: Stored): void };
}

/** SQS forgets a deduplication id after five minutes. */
const DEDUPLICATION_MS = 300_000;

/**
 * The messages of one queue, standard or FIFO.
 *
 * FIFO (Amazon SQS Developer Guide, "FIFO queue delivery logic"): while a message of a group is in flight no
 * other of that group is delivered; one receive returns as many messages of one group as it can.
 */
export class Queue {
  #messages: Stored[] = [];
  readonly #seen = new Map<string, { readonly message: Stored; readonly until: number }>();
  readonly #listeners = new Set<() => void>();
  #sequence = 0n;

  constructor(
    readonly fifo: boolean,
    private readonly clock: Clock,
    private readonly newId: () => string,
    private readonly settings: () => QueueSettings,
  ) {}

  /** Stores a message, or answers with the one whose deduplication id it repeats. */
  send(outgoing: Outgoing): Stored {
    const now = this.clock.now();
    const { deduplicationId, groupId } = outgoing;
    const earlier = deduplicationId === undefined ? undefined : this.#seen.get(deduplicationId);
    if (earlier !== undefined && earlier.until > now) return earlier.message;
    const message: Stored = {
      messageId: this.newId(),
      body: outgoing.body,
      messageAttributes: outgoing.messageAttributes,
      ...(groupId === undefined ? {} : { groupId }),
      ...(deduplicationId === undefined ? {} : { deduplicationId }),
      ...(this.fifo ? { sequenceNumber: this.#nextSequenceNumber() } : {}),
      sentAt: now,
      receiveCount: 0,
      visibleAt: now + outgoing.delaySeconds * 1000,
    };
    if (deduplicationId !== undefined) {
      this.#seen.set(deduplicationId, { message, until: now + DEDUPLICATION_MS });
    }
    this.#messages.push(message);
    this.#notify();
    return message;
  }

  /** Takes a message that another queue gave up; its id and its count of receives stay. */
  adopt(message: Stored, sourceArn: string): void {
    const now = this.clock.now();
    const adopted = { ...message, sourceArn, visibleAt: now, ...(this.fifo ? { sentAt: now } : {}) };
    delete adopted.receipt;
    this.#messages.push(adopted);
    this.#notify();
  }

  /**
   * Hides and returns what is visible now.
   * @param oneGroup of a FIFO queue, only messages of the first group that has any
   */
  receive(max: number, visibilitySeconds: number, oneGroup = false): Stored[] {
    this.#expire();
    this.#redrive();
    const taken = this.#available(oneGroup).slice(0, max);
    const now = this.clock.now();
    for (const message of taken) {
      message.receiveCount += 1;
      message.firstReceivedAt ??= now;
      message.receipt = this.newId();
      message.visibleAt = now + visibilitySeconds * 1000;
    }
    // Others learn when what was hidden here comes back.
    if (taken.length > 0) this.#notify();
    return taken;
  }

  /** Removes a message by the handle of its latest receive; tells whether there was one. */
  remove(receipt: string): boolean {
    const before = this.#messages.length;
    this.#messages = this.#messages.filter((message) => message.receipt !== receipt);
    const removed = this.#messages.length < before;
    if (removed) this.#notify();
    return removed;
  }

  /** Sets how long a message in flight stays hidden from now on; false when it is not in flight. */
  changeVisibility(receipt: string, seconds: number): boolean {
    const now = this.clock.now();
    const message = this.#messages.find((candidate) => candidate.receipt === receipt);
    if (message === undefined || message.visibleAt <= now) return false;
    message.visibleAt = now + seconds * 1000;
    this.#notify();
    return true;
  }

  purge(): void {
    this.#messages = [];
  }

  counts(): { visible: number; inFlight: number; delayed: number } {
    this.#expire();
    const now = this.clock.now();
    const hidden = this.#messages.filter((message) => message.visibleAt > now);
    const inFlight = hidden.filter((message) => message.receipt !== undefined).length;
    return { visible: this.#messages.length - hidden.length, inFlight, delayed: hidden.length - inFlight };
  }

  /** When the next hidden message becomes visible, if any is hidden. */
  nextVisibleAt(): number | undefined {
    const now = this.clock.now();
    const times = this.#messages.map((message) => message.visibleAt).filter((at) => at > now);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Calls back after every change that may make a message available, or move the time when one will be. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #available(oneGroup: boolean): Stored[] {
    const now = this.clock.now();
    if (!this.fifo) return this.#messages.filter((message) => message.visibleAt <= now);
    const groups = new Map<string, Stored[]>();
    const blocked = new Set<string>();
    for (const message of this.#messages) {
      const group = message.groupId ?? '';
      // In flight or delayed: everything behind it waits, or the order would be lost.
      if (message.visibleAt > now) blocked.add(group);
      const members = groups.get(group);
      if (members === undefined) groups.set(group, [message]);
      else members.push(message);
    }
    const free = [...groups].filter(([group]) => !blocked.has(group)).map(([, members]) => members);
    return oneGroup ? (free[0] ?? []) : free.flat();
  }

  #redrive(): void {
    const { redrive } = this.settings();
    if (redrive === undefined) return;
    const now = this.clock.now();
    const spent = this.#messages.filter(
      (message) => message.visibleAt <= now && message.receiveCount >= redrive.maxReceiveCount,
    );
    this.#messages = this.#messages.filter((message) => !spent.includes(message));
    spent.forEach((message) => redrive.move(message));
  }

  #expire(): void {
    const now = this.clock.now();
    const oldest = now - this.settings().retentionSeconds * 1000;
    this.#messages = this.#messages.filter((message) => message.sentAt > oldest);
    for (const [id, { until }] of this.#seen) if (until <= now) this.#seen.delete(id);
  }

  #nextSequenceNumber(): string {
    this.#sequence += 1n;
    return this.#sequence.toString().padStart(20, '0');
  }

  #notify(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

/** MD5 in hex, as SQS answers for bodies. */
export const md5 = (data: string | Buffer) => createHash('md5').update(data).digest('hex');

/** MD5 of message attributes (Amazon SQS Developer Guide, "Calculating the MD5 message digest for message attributes"). */
export function md5OfAttributes(attributes: Readonly<Record<string, MessageAttribute>>): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const parts: Buffer[] = [];
  const sized = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    parts.push(length, bytes);
  };
  for (const name of names) {
    const attribute = attributes[name];
    if (attribute === undefined) continue;
    sized(Buffer.from(name));
    sized(Buffer.from(attribute.DataType));
    const binary = attribute.BinaryValue !== undefined;
    parts.push(Buffer.from([binary ? 2 : 1]));
    sized(binary ? Buffer.from(attribute.BinaryValue, 'base64') : Buffer.from(attribute.StringValue ?? ''));
  }
  return md5(Buffer.concat(parts));
}
