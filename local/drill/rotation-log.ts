import type { CallLog, CallMark } from '../endpoint/call-log';
import type { Invoked } from '../lambda/model';

/** One step of one rotation, as Secrets Manager invoked it. */
export interface StepInvocation extends Invoked {
  readonly step: string;
  /** ClientRequestToken. */
  readonly token: string;
  /** ARN of the secret that is rotated. */
  readonly secret: string;
}

/** The invocations of the rotator's steps; direct invocations such as verify are not among them. */
export class RotationLog {
  readonly #steps: StepInvocation[] = [];

  note(invoked: Invoked): void {
    const event: unknown = JSON.parse(invoked.payload);
    if (typeof event !== 'object' || event === null || !('Step' in event) || !('ClientRequestToken' in event))
      return;
    this.#steps.push({
      ...invoked,
      step: String(event.Step),
      token: String(event.ClientRequestToken),
      secret: 'SecretId' in event ? String(event.SecretId) : '',
    });
  }

  /** Every step of every rotation, in the order in which they ended. */
  steps(): readonly StepInvocation[] {
    return this.#steps;
  }

  /** The steps of one rotation, in the order in which they ended. */
  stepsOf(token: string): readonly StepInvocation[] {
    return this.#steps.filter((step) => step.token === token);
  }

  /** What the steps of one rotation called, by `service:Operation`. */
  callsOf(token: string, callLog: CallLog, since: CallMark): Record<string, number> {
    const traces = new Set(this.stepsOf(token).map(({ traceId }) => traceId));
    const counts: Record<string, number> = {};
    for (const call of callLog.since(since)) {
      if (call.traceId === undefined || !traces.has(call.traceId)) continue;
      const name = `${call.service}:${call.operation}`;
      counts[name] = (counts[name] ?? 0) + 1;
    }
    return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => a.localeCompare(b)));
  }
}
