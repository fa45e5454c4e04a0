import type { ArrivedCall, CallFate } from '../../endpoint/faults';
import type { Delivery, Event } from '../../events/events';
import type { Begun } from '../../lambda/model';
import type { SystemFaults } from '../../system';

/** Decides about a call; undefined leaves it to the others. */
export type CallHook = (call: ArrivedCall, invocation: Begun | undefined) => CallFate | undefined;
/** Decides about an event on its way to a target; undefined leaves it to the others. */
export type DeliveryHook = (event: Event) => Delivery | undefined;

/** Where faults plug into a running system, and out of it again. */
export class FaultBoard {
  readonly #calls = new Set<CallHook>();
  readonly #deliveries = new Set<DeliveryHook>();
  readonly #invocations = new Map<string, Begun>();

  /** What the system is started with. */
  readonly system: SystemFaults = {
    calls: (call) => {
      const invocation = call.traceId === undefined ? undefined : this.#invocations.get(call.traceId);
      return firstOf(this.#calls, (hook) => hook(call, invocation)) ?? 'serve';
    },
    deliveries: (event) => firstOf(this.#deliveries, (hook) => hook(event)) ?? 'deliver',
    begun: (invocation) => {
      this.#invocations.set(invocation.traceId, invocation);
      // Only what may still be running is asked about.
      const [oldest] = this.#invocations.keys();
      if (this.#invocations.size > KEPT_INVOCATIONS && oldest !== undefined) this.#invocations.delete(oldest);
    },
  };

  /** @returns what unplugs it */
  onCall(hook: CallHook): () => void {
    this.#calls.add(hook);
    return () => void this.#calls.delete(hook);
  }

  /** @returns what unplugs it */
  onDelivery(hook: DeliveryHook): () => void {
    this.#deliveries.add(hook);
    return () => void this.#deliveries.delete(hook);
  }
}

const KEPT_INVOCATIONS = 1_000;

function firstOf<H, R>(hooks: ReadonlySet<H>, ask: (hook: H) => R | undefined): R | undefined {
  for (const hook of hooks) {
    const answer = ask(hook);
    if (answer !== undefined) return answer;
  }
  return undefined;
}
