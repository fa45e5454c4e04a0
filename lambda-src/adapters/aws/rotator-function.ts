import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { verdictSchema, type Verdict } from '../../contract/events';
import { parsedJson } from '../../contract/parse';
import type { SlotVersion } from '../../core/slot';
import type { RotatorClient } from '../../ports/rotator';

/** The rotator, invoked as a Lambda function and waited for. */
export class RotatorFunction implements RotatorClient {
  constructor(
    private readonly client: LambdaClient,
    private readonly functionName: string,
  ) {}

  async verify(credential: string, { slot, version }: SlotVersion): Promise<Verdict> {
    const command = new InvokeCommand({
      FunctionName: this.functionName,
      Payload: JSON.stringify({ action: 'verify', credential, slot, version }),
    });
    let answer;
    try {
      answer = await this.client.send(command);
    } catch (error) {
      return { result: 'outage', detail: `the rotator could not be invoked: ${String(error)}` };
    }
    const text = answer.Payload === undefined ? '' : Buffer.from(answer.Payload).toString('utf8');
    if (answer.FunctionError !== undefined)
      return { result: 'outage', detail: `the rotator failed: ${errorMessage(text)}` };
    return parsedJson('answer of the rotator', verdictSchema, text);
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
