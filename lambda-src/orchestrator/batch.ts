import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { parseWake, type Wake } from '../contract/events';
import { ContractError } from '../contract/parse';
import { RotatorError } from '../ports/rotator';
import { LabelMovedError, SecretMissingError } from '../ports/secrets';
import { NotDeployableError } from '../ports/services';
import type { OrchestratorDependencies } from './dependencies';
import { lookAt } from './look';
import { PublishError } from './publish';
import { RecordTooLargeError } from './write-record';

/** All the messages of a batch that concern one credential. */
interface Wakes {
  readonly messageIds: string[];
  sweep: boolean;
}

/**
 * Looks once at every credential that a batch names: messages only say "look now", so several are one.
 * A failure that the next wake-up may find mended counts as handled: reporting it would block the group. Only what
 * nobody foresaw is reported, message by message, and ends in the dead-letter queue.
 */
export async function handleBatch(
  dependencies: OrchestratorDependencies,
  event: SQSEvent,
  mayGoOn: () => boolean,
): Promise<SQSBatchResponse> {
  const failed = new Set<string>();
  const wakes = wakesOf(dependencies, event);
  for (const [credential, { sweep, messageIds }] of wakes) {
    try {
      const freed = await lookAt(dependencies, credential, sweep, mayGoOn);
      for (const next of freed) lookNext(wakes, next);
    } catch (error) {
      dependencies.telemetry.error('the look failed', error, { credential });
      dependencies.telemetry.count('LookFailed', credential);
      if (!isForeseen(error)) for (const messageId of messageIds) failed.add(messageId);
    }
  }
  return { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) };
}

/**
 * Has a credential looked at last, once more if it was before: what it waited for is over. It is of the same message group, so
 * nobody else looks at it meanwhile.
 */
function lookNext(wakes: Map<string, Wakes>, credential: string): void {
  const known = wakes.get(credential) ?? { messageIds: [], sweep: false };
  wakes.delete(credential);
  wakes.set(credential, known);
}

function wakesOf(dependencies: OrchestratorDependencies, event: SQSEvent): Map<string, Wakes> {
  const found = new Map<string, Wakes>();
  for (const record of event.Records) {
    const wake = parseRecord(dependencies, record);
    if (wake === null) continue;
    const wakes = found.get(wake.credential) ?? { messageIds: [], sweep: false };
    wakes.messageIds.push(record.messageId);
    wakes.sweep ||= wake.cause === 'sweep';
    found.set(wake.credential, wakes);
  }
  return found;
}

/** A message that nobody can read would fail for ever: it is logged and dropped, and the sweep looks anyway. */
function parseRecord({ telemetry }: OrchestratorDependencies, { body, messageId }: SQSRecord): Wake | null {
  try {
    return parseWake(body);
  } catch (error) {
    telemetry.error('a message that is no wake-up was dropped', error, { messageId });
    return null;
  }
}

/** What AWS answered, or that it did not answer, and what our own ports name. */
function isForeseen(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const named = [
    ContractError,
    LabelMovedError,
    SecretMissingError,
    PublishError,
    RecordTooLargeError,
    RotatorError,
    NotDeployableError,
  ];
  if (named.some((known) => error instanceof known)) return true;
  return '$metadata' in error || isSystemError(error) || error.name === 'TimeoutError';
}

/** `ECONNRESET` and the like; what Node calls `ERR_…` is a mistake in the code. Source: Node.js, "Class: SystemError". */
function isSystemError(error: Error): boolean {
  return 'code' in error && typeof error.code === 'string' && /^E(?!RR_)[A-Z0-9_]+$/.test(error.code);
}
