import { verdictSchema } from '../../lambda-src/contract/events';
import { parsedJson } from '../../lambda-src/contract/parse';
import { resourceName } from '../../modules/shared/naming';
import { CommandError, EXIT } from '../exit';
import { explainHalt } from '../halt';
import { oneCredential, openInstallation, type Whereabouts } from '../installation';
import { describeCalls, type Call } from '../request';
import { invokeRotator } from '../rotator';
import { readTruth } from '../state';
import type { Terminal } from '../terminal';

export interface ReassertOptions extends Whereabouts {
  readonly dryRun: boolean;
  readonly yes: boolean;
}

/** Gives the database the password that is stored, after it was restored to an older state. @returns the exit code */
export async function reassert(
  terminal: Terminal,
  named: string | undefined,
  options: ReassertOptions,
): Promise<number> {
  const installation = openInstallation(options);
  const credential = await oneCredential(installation, named);
  const { record } = await readTruth(installation, credential);
  if (record?.phase !== 'halted')
    throw new CommandError(
      `${credential} ${record === null ? 'has no readable record' : `is ${record.phase}, not halted`}: a password is reasserted only where the sweep found that the database refuses it. Nothing was done.`,
    );
  explainHalt(terminal, credential, record);
  const { slot, version } = record.active;
  const event = { action: 'reassert', credential, slot, version } as const;
  const rotator = resourceName(installation.prefix, ['rotator']);
  const calls: Call[] = [{ call: 'lambda:Invoke', on: rotator, with: event }];
  if (options.dryRun) {
    terminal.answer({ credential, outcome: 'dry-run', calls }, () => describeCalls(calls));
    return EXIT.done;
  }
  await terminal.confirm(
    `Give the database the stored password of ${slot} (version ${version})?`,
    options.yes,
  );
  const text = await invokeRotator(installation, event);
  const { result, detail } = parsedJson('answer of the rotator', verdictSchema, text);
  terminal.answer({ credential, outcome: result, detail, slot, version }, () =>
    result === 'accepted'
      ? `Done: ${slot} ${detail}. Now let it go on: tandem resume ${credential}.`
      : `The password was set, and the login afterwards met: ${detail}. Mend that and do it again; it may be repeated.`,
  );
  return result === 'accepted' ? EXIT.done : EXIT.failed;
}
