import type { CredentialRecord } from '../lambda-src/core/record';
import { duration, moment, type Terminal } from './terminal';

/** Says why a credential halted, before anything is done about it. */
export function explainHalt(
  terminal: Pick<Terminal, 'progress'>,
  credential: string,
  { since, haltedFrom, reason }: CredentialRecord,
): void {
  terminal.progress(
    `${credential} halted while ${haltedFrom ?? 'settled'}, ${moment(since)} (${duration(Date.now() - since)} ago):`,
  );
  terminal.progress(`  ${reason ?? 'no reason noted'}`);
}
