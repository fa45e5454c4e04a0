import { setTimeout as sleep } from 'node:timers/promises';
import { pointerText, type Delivery } from '../../lambda-src/core/delivery';
import type { Slot, SlotVersion } from '../../lambda-src/core/slot';
import { EXIT } from '../exit';
import { oneCredential, openInstallation, type Installation, type Whereabouts } from '../installation';
import {
  readConsumers,
  readSlots,
  readTruth,
  type ConsumerState,
  type SlotState,
  type Truth,
} from '../state';
import { duration, moment, table, unlessQuick, type Terminal } from '../terminal';

const REDRAW_MS = 2_000;

interface CredentialStatus {
  readonly credential: string;
  readonly delivery: Delivery;
  readonly phase: string;
  /** Milliseconds since the epoch. */
  readonly since: number | null;
  readonly active: (SlotVersion & { readonly user: string }) | null;
  readonly paused: boolean;
  /** The slot whose leaked password is being taken out of use. */
  readonly compromised: Slot | null;
  /** The slot whose user may not log in. */
  readonly retired: Slot | null;
  /** Whether that is done; else it was begun or refused, and is tried again. */
  readonly lockedOut: boolean;
  readonly reason: string | null;
  readonly flippedAt: number | null;
  readonly pointer: string | null;
  /** The request that waits for an answer. */
  readonly request: { readonly id: string; readonly kind: string } | null;
  /** The latest requests with their answers. */
  readonly answers: readonly { readonly id: string; readonly answer: string }[];
  /** Versions that were refused or reverted from. */
  readonly rejected: readonly { readonly slot: string; readonly version: string }[];
  readonly slots: readonly SlotState[];
  readonly consumers: readonly ConsumerState[];
}

/** @returns the exit code: 1 where a credential is halted or has no record */
export async function status(
  terminal: Terminal,
  where: Whereabouts,
  credential: string | undefined,
  watch: boolean,
): Promise<number> {
  const installation = openInstallation(where);
  const asking = `Asking AWS about ${installation.prefix}.`;
  const names = await unlessQuick(terminal, asking, async () =>
    credential === undefined
      ? await installation.credentials()
      : [await oneCredential(installation, credential)],
  );
  for (;;) {
    const credentials = await unlessQuick(terminal, asking, () => statusesOf(installation, names));
    if (watch && !terminal.json) terminal.clear();
    terminal.answer({ prefix: installation.prefix, credentials }, () =>
      page(terminal, installation.prefix, credentials),
    );
    if (!watch)
      return credentials.every(({ phase }) => phase !== 'halted' && phase !== 'no record')
        ? EXIT.done
        : EXIT.failed;
    await sleep(REDRAW_MS);
  }
}

async function statusesOf(
  installation: Installation,
  names: readonly string[],
): Promise<readonly CredentialStatus[]> {
  const credentials: CredentialStatus[] = [];
  for (const name of names) credentials.push(await statusOf(installation, name));
  return credentials;
}

async function statusOf(installation: Installation, credential: string): Promise<CredentialStatus> {
  const truth = await readTruth(installation, credential);
  const [slots, consumers] = await Promise.all([
    readSlots(installation, truth),
    readConsumers(installation, truth),
  ]);
  return { credential, ...summary(truth), slots, consumers };
}

function summary({
  config,
  record,
  pointer,
  waiting,
}: Truth): Omit<CredentialStatus, 'credential' | 'slots' | 'consumers'> {
  const request = waiting === null ? null : { id: waiting.id, kind: waiting.kind };
  const common = { delivery: config.delivery, pointer, request };
  if (record === null) {
    const nothing = {
      since: null,
      active: null,
      paused: false,
      compromised: null,
      retired: null,
      lockedOut: false,
    };
    const never = { reason: null, flippedAt: null };
    return { ...common, phase: 'no record', ...nothing, ...never, answers: [], rejected: [] };
  }
  const { phase, since, active, paused, reason, flippedAt, handled, rejected } = record;
  const { compromised, retired } = record;
  return {
    ...common,
    phase,
    since,
    active: { ...active, user: config.slots[active.slot].user },
    paused,
    compromised: compromised?.slot ?? null,
    retired: retired?.slot ?? null,
    lockedOut: retired?.done ?? false,
    reason,
    flippedAt,
    answers: handled,
    rejected,
  };
}

function page(terminal: Terminal, prefix: string, credentials: readonly CredentialStatus[]): string {
  const now = Date.now();
  const blocks = credentials.map((credential) => block(terminal, credential, now));
  return [`${terminal.paint('bold', prefix)}   ${moment(now)}`, ...blocks].join('\n\n');
}

function block(terminal: Terminal, status: CredentialStatus, now: number): string {
  const lines = [headline(terminal, status, now), ...remarks(terminal, status, now)];
  const { slots, consumers } = status;
  for (const rows of [slotRows(slots, now), consumerRows(consumers), leftRows(consumers, now)])
    if (rows.length > 1) lines.push('', table(rows, '  ', terminal.columns));
  return lines.join('\n');
}

const COLOURS: Readonly<Record<string, 'green' | 'yellow' | 'red'>> = { settled: 'green', rolling: 'yellow' };

function headline(
  terminal: Terminal,
  { credential, phase, since, active, paused }: CredentialStatus,
  now: number,
): string {
  const name = terminal.paint('bold', credential);
  const state = terminal.paint(COLOURS[phase] ?? 'red', phase);
  if (active === null || since === null)
    return `${name}   ${state}: nothing moves until bootstrap has run, or the record is restored from its history`;
  const pause = paused ? `   ${terminal.paint('yellow', 'paused')}` : '';
  return `${name}   ${state} on ${active.slot} (${active.user}) since ${moment(since)}, ${duration(now - since)}${pause}`;
}

function remarks(terminal: Terminal, status: CredentialStatus, now: number): string[] {
  const { phase, reason, active, delivery, pointer, request, rejected, slots, answers } = status;
  const lines: string[] = [];
  if (reason !== null && phase !== 'settled') lines.push(terminal.paint('red', `why: ${reason}`));
  if (reason !== null && phase === 'settled') lines.push(`last revert: ${reason}`);
  if (phase === 'halted') lines.push('Mend that, then run tandem resume.');
  if (active !== null && pointer !== pointerText(delivery, active))
    lines.push(
      terminal.paint(
        'yellow',
        `the pointer says ${pointer ?? 'nothing'}, not ${pointerText(delivery, active)}: the next look publishes it again`,
      ),
    );
  if (status.compromised !== null)
    lines.push(
      terminal.paint('yellow', `the password of ${status.compromised} leaked: it is being taken out of use`),
    );
  if (status.retired !== null)
    lines.push(
      status.lockedOut
        ? `${status.retired} may not log in`
        : `${status.retired} is to be locked out: the next sweep tries, if no session of it is open`,
    );
  for (const { slot, pending } of slots) {
    if (pending === null) continue;
    const age = pending.since === null ? '' : ` for ${duration(now - pending.since)}`;
    lines.push(
      terminal.paint(
        'yellow',
        `AWSPENDING sits on ${slot} ${pending.version}${age}: a rotation is under way, or was refused or failed`,
      ),
    );
  }
  for (const { slot, version } of rejected)
    if (slots.some((held) => held.slot === slot && held.version === version))
      lines.push(`${slot} ${version} was rejected: nothing uses it, and the next rotation replaces it`);
  if (request !== null) lines.push(`waits for an answer: ${request.kind} (${request.id})`);
  for (const { id, answer } of answers.filter(({ answer }) => answer !== 'done'))
    lines.push(`request ${id} ${answer}`);
  return lines.map((line) => `  ${line}`);
}

function slotRows(slots: readonly SlotState[], now: number): string[][] {
  const time = (at: number | null) => (at === null ? '-' : moment(at));
  return [
    ['slot', 'role', 'user', 'password set', 'age', 'last rotated', 'next rotation by'],
    ...slots.map(({ slot, role, user, since, lastRotated, nextRotation, rotationEnabled }) => [
      slot,
      role,
      user,
      time(since),
      since === null ? '-' : duration(now - since),
      time(lastRotated),
      rotationEnabled ? time(nextRotation) : 'not enabled',
    ]),
  ];
}

function consumerRows(consumers: readonly ConsumerState[]): string[][] {
  return [
    ['consumer', 'deployment', 'desired', 'tasks', 'on the former user'],
    ...consumers.map(({ name, exists, deployment, desired, tasks, former }) => [
      name,
      exists ? deployment : 'missing',
      String(desired),
      String(tasks),
      String(former),
    ]),
  ];
}

/** The tasks that a rollout waits for, with what `aws ecs` wants to know of them. */
function leftRows(consumers: readonly ConsumerState[], now: number): string[][] {
  return [
    ['waits for the end of task', 'of', 'started'],
    ...consumers.flatMap(({ name, left }) =>
      left.map(({ task, since, standalone }) => [
        task,
        standalone ? `${name} (standalone)` : name,
        `${moment(since)}, ${duration(now - since)} ago`,
      ]),
    ),
  ];
}
