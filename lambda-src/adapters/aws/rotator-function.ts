import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { verdictSchema, type DirectEvent, type Verdict } from '../../contract/events';
import { parsedJson } from '../../contract/parse';
import type { Slot, SlotVersion } from '../../core/slot';
import { RotatorError, type RotatorClient } from '../../ports/rotator';

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
    if (answer.FunctionError !== undefined)
      throw new RotatorError(`the rotator failed: ${errorMessage(text)}`);
    return text;
  }
}

function errorMessage(payload: string): string {
  try {
    const parsed: unknown = JSON.parse(payload);
    if (typeof parsed === 'object' && parsed !== null && 'errorMessage' in parsed)
      return String(parsed.errorMessage);
  } catch {
    // Not JSON: what the function answered is of no use in a message.
  }
  return 'no message';
}
