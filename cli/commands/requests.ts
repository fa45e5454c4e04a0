import type { Request } from '../../lambda-src/contract/record';
import { requestToken } from '../../lambda-src/contract/tokens';
import { isRejected, type CredentialRecord } from '../../lambda-src/core/record';
import { rotatedSlot } from '../../lambda-src/core/strategy';
import { CommandError, EXIT } from '../exit';
import { explainHalt } from '../halt';
import { oneCredential, openInstallation, type Installation, type Whereabouts } from '../installation';
import { answered, describeCalls, planRequest } from '../request';
import { longestRotation, readConsumers, readSlots, readTruth, type Truth } from '../state';
import { waitFor, type Terminal } from '../terminal';

export interface RequestOptions extends Whereabouts {
  readonly dryRun: boolean;
  readonly yes: boolean;
  /** Whether to wait until every consumer has moved. */
  readonly wait: boolean;
  /** Seconds: the longest to wait, for the answer and for the end. */
  readonly timeout: number;
}

/** What a kind of request means for a person. */
interface Meaning {
  /** Why there is nothing to do, or null. */
  readonly pointless: (record: CredentialRecord) => string | null;
  /** What has to be agreed to; null where nothing has. */
  readonly question: (truth: Truth, record: CredentialRecord) => string | null;
  readonly done: (record: CredentialRecord, truth: Truth) => string;
  /** The version that is active once it has come to its end; null where nothing is rolled out. */
  readonly becomes: (record: CredentialRecord, request: Request) => string | null;
}

const nothing = () => null;

/** Each but a leaked password, which is a command of its own. */
export type Plain = Exclude<Request['kind'], 'compromised'>;

const MEANINGS: Readonly<Record<Plain, Meaning>> = {
  rotate: {
    pointless: nothing,
    question: ({ config: { strategy, slots, consumers } }, { active }) =>
      strategy === 'single'
        ? `Give ${slots[active.slot].user}, the only user, a new password now? New logins fail until ${services(consumers.length)} ${consumers.length === 1 ? 'is' : 'are'} redeployed.`
        : null,
    done: ({ active }, { config: { strategy } }) =>
      `The rotation of ${rotatedSlot(strategy, active.slot)} has begun; events roll the services onto it.`,
    becomes: (_, { id }) => requestToken(id),
  },
  revert: {
    pointless: ({ previous }) => (previous === null ? 'there is no previous credential to go back to' : null),
    question: ({ config: { consumers } }, { active, previous }) =>
      `Go back from ${active.slot} to ${previous?.slot ?? 'nothing'} and redeploy ${services(consumers.length)}?`,
    done: ({ active }) => `Going back; ${active.slot} is what services get from now on.`,
    becomes: ({ previous }) => previous?.version ?? null,
  },
  pause: {
    pointless: ({ paused }) => (paused ? 'it is paused already' : null),
    question: nothing,
    done: () => 'Paused: every rotation is refused until tandem unpause. The schedules stay.',
    becomes: nothing,
  },
  unpause: {
    pointless: ({ paused }) => (paused ? null : 'it is not paused'),
    question: nothing,
    done: () => 'Not paused any more.',
    becomes: nothing,
  },
  resume: {
    pointless: ({ phase }) => (phase === 'halted' ? null : `it is ${phase}, not halted`),
    question: (_, { haltedFrom }) => `Is that mended, and is it to go on ${haltedFrom ?? 'settled'}?`,
    done: ({ phase }) => `It goes on: ${phase}.`,
    becomes: ({ active }) => active.version,
  },
};

export function services(count: number): string {
  return count === 1 ? '1 service' : `${count} services`;
}

/** Asks the orchestrator for something, and waits for its answer. @returns the exit code */
export async function ask(
  terminal: Terminal,
  kind: Plain,
  named: string | undefined,
  options: RequestOptions,
): Promise<number> {
  const installation = openInstallation(options);
  const credential = await oneCredential(installation, named);
  const truth = await readTruth(installation, credential);
  const meaning = MEANINGS[kind];
  const { record } = truth;
  if (kind === 'resume' && record?.phase === 'halted') explainHalt(terminal, credential, record);
  const because = record === null ? null : meaning.pointless(record);
  if (because !== null) {
    terminal.answer(
      { credential, kind, outcome: 'nothing', because },
      () => `Nothing to do for ${credential}: ${because}.`,
    );
    return EXIT.done;
  }
  const plan = planRequest(installation, credential, truth, kind);
  if (options.dryRun) {
    terminal.answer({ credential, kind, outcome: 'dry-run', calls: plan.calls }, () =>
      describeCalls(plan.calls),
    );
    return EXIT.done;
  }
  const question = record === null ? null : meaning.question(truth, record);
  if (question !== null) await terminal.confirm(question, options.yes);
  const first = kind === 'rotate' ? await whatComesFirst(installation, truth) : null;
  await plan.make();
  terminal.progress(`Asked to ${kind} ${credential} (${plan.request.id}); waiting for the orchestrator.`);
  if (first !== null) terminal.progress(first);
  const after = await answered(installation, credential, plan.request, options.timeout);
  const version = record === null ? null : meaning.becomes(record, plan.request);
  if (!options.wait || version === null) {
    const now = after.record;
    terminal.answer(
      { credential, kind, outcome: 'done', request: plan.request.id, phase: now?.phase ?? null },
      () => (now === null ? 'Done.' : meaning.done(now, truth)),
    );
    return EXIT.done;
  }
  return await untilSettled(terminal, installation, credential, { kind, version, seconds: options.timeout });
}

/** A rotation that is asked for waits for one that was begun; for minutes a refused or dead one looks like one under way. */
async function whatComesFirst(installation: Installation, truth: Truth): Promise<string | null> {
  const { config, record } = truth;
  if (record === null) return null;
  const next = rotatedSlot(config.strategy, record.active.slot);
  const begun = (await readSlots(installation, truth)).find(
    ({ slot, pending }) => slot === next && pending !== null,
  );
  if (begun === undefined) return null;
  const minutes = Math.ceil(longestRotation(config) / 60_000);
  const earliest = minutes === 1 ? 'a minute' : `${minutes} minutes`;
  return `A rotation of ${begun.slot} was begun before. This one follows when that has ended; where it was refused or died, once a sweep has cleared it, ${earliest} after it was begun at the earliest.`;
}

/** Follows a rollout and tells each change. @returns the exit code */
async function untilSettled(
  terminal: Terminal,
  installation: Installation,
  credential: string,
  { kind, version, seconds }: { readonly kind: string; readonly version: string; readonly seconds: number },
): Promise<number> {
  let said = '';
  const record = await waitFor(`${credential} to settle`, seconds, async () => {
    const truth = await readTruth(installation, credential);
    if (truth.record === null) throw new CommandError(`${credential} has no readable record any more.`);
    const line = await progressOf(installation, truth, truth.record);
    if (line !== said) terminal.progress(line);
    said = line;
    return ended(truth.record, version) ? truth.record : undefined;
  });
  const { phase, active, reason } = record;
  const adopted = phase === 'settled' && active.version === version;
  terminal.answer(
    {
      credential,
      kind,
      outcome: adopted ? 'adopted' : phase === 'halted' ? 'halted' : 'reverted',
      phase,
      active,
      reason,
    },
    () =>
      adopted
        ? `Settled: every consumer of ${credential} is on ${active.slot}, and nothing old is left.`
        : phase === 'halted'
          ? `Halted: ${reason ?? 'no reason noted'}. Mend that, then run tandem resume.`
          : `It did not become active; ${active.slot} is. ${reason ?? 'The value does not log in.'}`,
  );
  return adopted ? EXIT.done : EXIT.failed;
}

function ended(record: CredentialRecord, version: string): boolean {
  const { phase, active } = record;
  if (phase === 'halted') return true;
  if (phase !== 'settled') return false;
  return (
    active.version === version ||
    (['blue', 'green'] as const).some((slot) => isRejected(record, { slot, version }))
  );
}

/** A rollout in one line. */
export async function progressOf(
  installation: Installation,
  truth: Truth,
  record: CredentialRecord,
): Promise<string> {
  const { phase, active, flippedAt } = record;
  if (phase !== 'rolling' && phase !== 'reverting') return `${phase} on ${active.slot}`;
  if (flippedAt === null) return `${phase}: publishing ${active.slot}`;
  const consumers = await readConsumers(installation, truth);
  const behind = consumers.filter(({ deployment, former }) => deployment !== 'completed' || former > 0);
  const names = behind.map(({ name, deployment, former }) =>
    deployment === 'completed' ? `${name} (${former} old)` : name,
  );
  return `${phase} on ${active.slot}: ${consumers.length - behind.length} of ${services(consumers.length)} moved${names.length === 0 ? '' : `; not yet ${names.join(', ')}`}`;
}
