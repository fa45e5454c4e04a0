import type { CredentialDocument } from '../contract/config-document';
import { parameterName } from '../contract/names';
import { ADVANCED_BYTES, STANDARD_BYTES } from '../contract/parameters';
import { recordText } from '../contract/record';
import type { CredentialRecord } from '../core/record';
import type { OrchestratorDependencies } from './dependencies';

/** The record fits into no parameter. */
export class RecordTooLargeError extends Error {
  override readonly name = 'RecordTooLargeError';
}

/**
 * Stores the record.
 * @throws RecordTooLargeError where even without names and texts it has no room; nothing was written
 */
export async function writeRecord(
  { parameters, environment, telemetry }: OrchestratorDependencies,
  { credential }: CredentialDocument,
  record: CredentialRecord,
): Promise<void> {
  const text = recordText(record);
  const bytes = Buffer.byteLength(text);
  if (bytes > ADVANCED_BYTES) {
    throw new RecordTooLargeError(
      `The record of ${credential} would have ${bytes} bytes and a parameter holds ${ADVANCED_BYTES}: register fewer consumers with it.`,
    );
  }
  if (bytes > STANDARD_BYTES) telemetry.info('the record needs an advanced parameter', { credential, bytes });
  await parameters.put(parameterName(environment.prefix, credential, 'record'), text);
}
