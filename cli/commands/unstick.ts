import { SecretsManagerStore } from '../../lambda-src/adapters/aws/secrets-manager';
import { AWSPENDING } from '../../lambda-src/ports/secrets';
import { CommandError, EXIT } from '../exit';
import { oneCredential, openInstallation, type Whereabouts } from '../installation';
import { describeCalls, type Call } from '../request';
import { longestRotation, readSlots, readTruth, type SlotState } from '../state';
import { duration, type Terminal } from '../terminal';

export interface UnstickOptions extends Whereabouts {
  readonly dryRun: boolean;
  readonly yes: boolean;
}

/** Takes AWSPENDING off versions that no rotation can be working on any more. @returns the exit code */
export async function unstick(
  terminal: Terminal,
  named: string | undefined,
  options: UnstickOptions,
): Promise<number> {
  const installation = openInstallation(options);
  const credential = await oneCredential(installation, named);
  const truth = await readTruth(installation, credential);
  const { config } = truth;
  const stuck = (await readSlots(installation, truth)).flatMap(labelOf);
  if (config.strategy === 'single' && stuck.length > 0)
    throw new CommandError(
      `${credential} has one user, and what is staged may be the only password that the database takes: the sweep asks which it is, and goes on with it. Where it halted, tandem resume lets it. Nothing was done.`,
    );
  if (stuck.length === 0) {
    terminal.answer(
      { credential, outcome: 'nothing', labels: [] },
      () => `Nothing is stuck on ${credential}.`,
    );
    return EXIT.done;
  }
  const now = Date.now();
  const longest = longestRotation(config);
  for (const { slot, role, version, since } of stuck)
    terminal.progress(
      `AWSPENDING sits on ${slot} (${role}), version ${version}, made ${duration(now - since)} ago.`,
    );
  const young = stuck.find(({ since }) => now - since <= longest);
  if (young !== undefined)
    throw new CommandError(
      `A rotation of ${young.slot} may still be running: its four steps can take ${duration(longest)}, and it is ${duration(now - young.since)} old. Nothing was done.`,
    );
  const calls = stuck.map(({ slot, version }): Call => {
    const on = config.slots[slot].secretArn;
    return { call: 'secretsmanager:UpdateSecretVersionStage', on, with: { take: AWSPENDING, from: version } };
  });
  if (options.dryRun) {
    terminal.answer({ credential, outcome: 'dry-run', calls }, () => describeCalls(calls));
    return EXIT.done;
  }
  await terminal.confirm('Take it off? What was staged there is given up.', options.yes);
  const store = new SecretsManagerStore(installation.clients.secrets);
  for (const { slot, version } of stuck)
    await store.moveLabel(config.slots[slot].secretArn, AWSPENDING, { from: version, to: null });
  terminal.answer(
    { credential, outcome: 'done', labels: stuck },
    () => `Done: ${credential} may be rotated again.`,
  );
  return EXIT.done;
}

interface StuckLabel {
  readonly slot: SlotState['slot'];
  readonly role: SlotState['role'];
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

/** A version without a date is taken for new: what is young is left alone. */
function labelOf({ slot, role, pending }: SlotState): StuckLabel[] {
  return pending === null
    ? []
    : [{ slot, role, version: pending.version, since: pending.since ?? Date.now() }];
}
