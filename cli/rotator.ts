import { InvokeCommand } from '@aws-sdk/client-lambda';
import type { DirectEvent } from '../lambda-src/contract/events';
import { resourceName } from '../modules/shared/naming';
import { CommandError } from './exit';
import type { Installation } from './installation';

/**
 * Invokes the rotator, which alone reaches the database, and waits for its answer.
 * @returns its answer as JSON text
 * @throws CommandError with what it said where it failed
 */
export async function invokeRotator({ clients, prefix }: Installation, event: DirectEvent): Promise<string> {
  const FunctionName = resourceName(prefix, ['rotator']);
  const answer = await clients.lambda.send(
    new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }),
  );
  const text = Buffer.from(answer.Payload ?? []).toString('utf8');
  if (answer.FunctionError !== undefined)
    throw new CommandError(`The rotator ${FunctionName} failed to ${event.action}: ${text}`);
  return text;
}
