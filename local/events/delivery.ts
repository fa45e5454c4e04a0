import { AwsError } from '../endpoint/seams';
import type { Event, EventBridgeOptions, EventSettings, Rule, Target } from './model';
import { inputOf } from './transform';

/** A target never accepts this event: no retry. EventBridge does not retry these either. */
class Undeliverable extends Error {
  override readonly name = 'Undeliverable';
}

/** EventBridge's retry policy where a target has none (EventBridge User Guide, "Retrying event delivery"). */
const DEFAULT_ATTEMPTS = 185;
const DEFAULT_AGE_SECONDS = 86_400;

/** Brings events to targets: asynchronously, at least once, with retries, then to the dead-letter queue. */
export class Deliveries {
  readonly #waits = new Set<() => void>();
  #closed = false;

  constructor(
    private readonly options: EventBridgeOptions,
    private readonly settings: EventSettings,
  ) {}

  /** Begins a delivery; the caller never waits for it. */
  begin(event: Event, rule: Rule, target: Target): void {
    const fate = this.options.deliveryFilter?.(event, target) ?? 'deliver';
    if (fate === 'drop') return;
    const input = inputOf(target, event, rule);
    const first = { input, rule, target, eventId: event.id, since: this.options.clock.now() };
    const copies = fate === 'duplicate' ? 2 : 1;
    const delay = typeof fate === 'object' ? fate.delayMs : 0;
    for (let copy = 0; copy < copies; copy += 1) this.#later(delay, () => this.#attempt(first, 1));
  }

  /** Runs something after a wait, unless this is closed before. */
  #later(ms: number, run: () => void): void {
    if (this.#closed) return;
    const cancel = this.options.timers.after(ms, () => {
      this.#waits.delete(cancel);
      run();
    });
    this.#waits.add(cancel);
  }

  close(): void {
    this.#closed = true;
    this.#waits.forEach((cancel) => cancel());
    this.#waits.clear();
  }

  #attempt(delivery: Attempted, attempt: number): void {
    const { target, since, eventId } = delivery;
    try {
      this.#send(delivery);
    } catch (error) {
      const { MaximumRetryAttempts, MaximumEventAgeInSeconds } = target.RetryPolicy ?? {};
      const wait = Math.min(this.settings.retryMs * 2 ** (attempt - 1), this.settings.longestRetryMs);
      const oldest = since + (MaximumEventAgeInSeconds ?? DEFAULT_AGE_SECONDS) * 1000;
      const over =
        attempt > (MaximumRetryAttempts ?? DEFAULT_ATTEMPTS) || this.options.clock.now() + wait > oldest;
      if (!over && !(error instanceof Undeliverable)) {
        this.#later(wait, () => this.#attempt(delivery, attempt + 1));
        return;
      }
      const reason = error instanceof Error ? error.message : String(error);
      this.options.log(`event ${eventId} did not reach ${target.Arn} in ${attempt} attempt(s): ${reason}`);
      this.#bury(delivery);
    }
  }

  #send({ input, target, rule }: Attempted): void {
    const { functions, queues } = this.options;
    if (isFunction(target.Arn)) {
      if (!functions.mayInvoke(target.Arn, 'events.amazonaws.com', rule.arn)) {
        throw new Undeliverable(
          `no permission for events.amazonaws.com from ${rule.arn}, or no such function`,
        );
      }
      functions.invokeAsync(target.Arn, input);
      return;
    }
    try {
      // The queue must exist; its policy, which would have to allow events.amazonaws.com, is not enforced here.
      queues.send(target.Arn, input, target.SqsParameters?.MessageGroupId);
    } catch (error) {
      const gone = error instanceof AwsError && error.code === 'QueueDoesNotExist';
      throw gone ? new Undeliverable(error.message) : error;
    }
  }

  #bury({ input, target }: Attempted): void {
    const queueArn = target.DeadLetterConfig?.Arn;
    if (queueArn === undefined) return;
    try {
      this.options.queues.send(queueArn, input);
    } catch (error) {
      this.options.log(`dead-letter queue ${queueArn} refused an event: ${String(error)}`);
    }
  }
}

interface Attempted {
  readonly input: string;
  readonly rule: Rule;
  readonly target: Target;
  readonly eventId: string;
  /** When delivery began, in milliseconds since the epoch. */
  readonly since: number;
}

/** Whether an ARN names a Lambda function; the other targets are queues. */
export const isFunction = (arn: string) => arn.split(':')[2] === 'lambda';
