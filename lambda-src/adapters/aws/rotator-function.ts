import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { RETIREMENT_REFUSED, verdictSchema, type DirectEvent, type Verdict } from '../../contract/events';
import { parsedJson } from '../../contract/parse';
import type { Slot, SlotVersion } from '../../core/slot';
import { RetirementRefused, RotatorError, type RotatorClient } from '../../ports/rotator';

/** The rotator, invoked as a Lambda function and waited for. */
export class RotatorFunction implements RotatorClient {
  constructor(
    private readonly client: LambdaClient,
    private readonly functionName: string,
  ) {}

  async verify(credential: string, { slot, version }: SlotVersion): Promise<Verdict> {
    try {
      const text = await this.invoke({ action: 'verify', credential, slot, version });
      return parsedJson('answer of the rotator', verdictSchema, text);
    } catch (error) {
      if (error instanceof RotatorError) return { result: 'outage', detail: error.message };
      throw error;
    }
  }

  async retire(credential: string, { slot, version }: SlotVersion): Promise<void> {
    await this.invoke({ action: 'retire', credential, slot, version });
  }

  async restore(credential: string, slot: Slot): Promise<void> {
    await this.invoke({ action: 'restore', credential, slot });
  }

  async terminate(credential: string, { slot, version }: SlotVersion): Promise<void> {
    await this.invoke({ action: 'terminate', credential, slot, version });
  }

  /** @returns its answer as JSON text. @throws RotatorError */
  private async invoke(event: DirectEvent): Promise<string> {
    const command = new InvokeCommand({ FunctionName: this.functionName, Payload: JSON.stringify(event) });
    let answer;
    try {
      answer = await this.client.send(command);
    } catch (error) {
      throw new RotatorError(`the rotator could not be invoked: ${String(error)}`, { cause: error });
    }
    const text = answer.Payload === undefined ? '' : Buffer.from(answer.Payload).toString('utf8');
    if (answer.FunctionError === undefined) return text;
    const message = `the rotator failed: ${told(text, 'errorMessage') ?? 'no message'}`;
    throw told(text, 'errorType') === RETIREMENT_REFUSED
      ? new RetirementRefused(message)
      : new RotatorError(message);
  }
}

/** One field of what Lambda answers for a function that threw. */
function told(payload: string, field: 'errorMessage' | 'errorType'): string | null {
  try {
    const parsed: unknown = JSON.parse(payload);
    if (typeof parsed === 'object' && parsed !== null && field in parsed)
      return String(Reflect.get(parsed, field));
  } catch {
    // Not JSON: what the function answered is of no use in a message.
  }
  return null;
}
