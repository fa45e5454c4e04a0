import type { CredentialDocument } from '../contract/config-document';
import { parameterName } from '../contract/names';
import type { CredentialRecord } from '../core/record';
import type { OrchestratorDependencies } from './dependencies';

/**
 * Bytes that a parameter holds. Source: "Managing parameter tiers", AWS Systems Manager User Guide: "Maximum size of a
 * parameter value" is 4 KB for standard and 8 KB for advanced parameters.
 */
const STANDARD = 4_096;
const ADVANCED = 8_192;

/** Characters that reason and answers may have, the most that fits first: they name every consumer that failed. */
const TEXT_LIMITS = [1_000, 300, 80];

/** The record fits into no parameter. */
export class RecordTooLargeError extends Error {
  override readonly name = 'RecordTooLargeError';
}

/**
 * Stores the record; its texts are cut before anything that decides is.
 * @throws RecordTooLargeError where the consumers alone are too many or their names too long; nothing was written
 */
export async function writeRecord(
  { parameters, environment, telemetry }: OrchestratorDependencies,
  { credential }: CredentialDocument,
  record: CredentialRecord,
): Promise<void> {
  const text = fitting(record);
  const bytes = Buffer.byteLength(text);
  if (bytes > ADVANCED) {
    throw new RecordTooLargeError(
      `The record of ${credential} would have ${bytes} bytes and a parameter holds ${ADVANCED}: register fewer consumers with it.`,
    );
  }
  if (bytes > STANDARD) telemetry.info('the record needs an advanced parameter', { credential, bytes });
  await parameters.put(parameterName(environment.prefix, credential, 'record'), text);
}

function fitting(record: CredentialRecord): string {
  const texts = TEXT_LIMITS.map((limit) => JSON.stringify(withTexts(record, limit)));
  return texts.find((text) => Buffer.byteLength(text) <= ADVANCED) ?? texts.at(-1) ?? '';
}

function withTexts(record: CredentialRecord, limit: number): CredentialRecord {
  const cut = (text: string) => (text.length <= limit ? text : `${text.slice(0, limit - 1)}…`);
  return {
    ...record,
    reason: record.reason === null ? null : cut(record.reason),
    handled: record.handled.map(({ id, answer }) => ({ id, answer: cut(answer) })),
  };
}
