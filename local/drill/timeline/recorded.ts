import { entriesOf, errorOf, textOf, timeOf, type LogEntry } from '../function-log';
import { isRefusal } from '../faults/refusals';
import type { SlotName } from '../faults/rotation';
import { ORCHESTRATOR, ROTATOR, USERS } from '../installation/model';
import { serviceOf, type Attempt } from '../logins';
import type { Stage } from '../stage';
import { BIN_MS, type Rotation, type Span, type TaskSpan, type Timeline } from './model';

const SLOTS = ['blue', 'green'] as const;

/**
 * What a run has come to so far, from what everybody logged by themselves: tasks, functions, PostgreSQL.
 * @param startedAt of the run, in milliseconds since the epoch
 */
export function timelineOf(stage: Stage, startedAt: number): Timeline {
  const since = (at: number) => Math.max(0, Math.round(at - startedAt));
  const users = { ...USERS, ...(stage.adoption === undefined ? {} : { blue: stage.adoption.user }) };
  const decisions = entriesOf(stage.system.lambda.logsOf(ORCHESTRATOR)).map((entry) => ({
    at: since(timeOf(entry)),
    entry,
  }));
  const decided = (action: string) => decisions.filter(({ entry }) => entry['action'] === action);
  return {
    durationMs: since(Date.now()),
    users,
    passwordChanges: SLOTS.flatMap((slot) =>
      stage.server.passwordChanges(users[slot]).map((at) => ({ slot, at: since(at) })),
    ),
    publishes: [
      { at: 0, slot: 'blue' },
      ...decided('publish').map(({ at, entry }) => ({ at, slot: slotOf(entry) })),
    ],
    rotations: rotationsOf(
      stage,
      since,
      new Map(decided('write-record').map(({ entry }) => [textOf(entry, 'version'), slotOf(entry)])),
    ),
    phases: decided('write-record').map(({ at, entry }) => ({
      at,
      slot: slotOf(entry),
      phase: textOf(entry, 'phase'),
    })),
    deployments: decided('force-deployment').map(({ at, entry }) => ({
      at,
      service: textOf(entry, 'consumer'),
    })),
    tasks: tasksOf(stage, since),
    logins: binsOf(stage.logins.attempts(), since),
    refusals: refusalsOf(stage, since),
  };
}

type Since = (at: number) => number;

function slotOf(entry: LogEntry): SlotName {
  return textOf(entry, 'slot') === 'green' ? 'green' : 'blue';
}

/** @param rolledOut the slot of each version that was rolled out: one secret does not tell */
function rotationsOf(
  { rotations, installation: { secrets } }: Stage,
  since: Since,
  rolledOut: ReadonlyMap<string, SlotName>,
): readonly Rotation[] {
  const byToken = new Map<string, Rotation>();
  for (const { step, token, secret, startedAt, endedAt, functionError } of rotations.steps()) {
    const before = byToken.get(token);
    // Turning a schedule on runs testSecret alone; what begins with createSecret is a rotation.
    if (before === undefined && step !== 'createSecret') continue;
    byToken.set(token, {
      slot: rolledOut.get(token) ?? (secret === secrets.green ? 'green' : 'blue'),
      from: Math.min(before?.from ?? Number.POSITIVE_INFINITY, since(startedAt)),
      until: since(endedAt),
      finished: step === 'finishSecret' && functionError === undefined,
    });
  }
  return [...byToken.values()].sort((a, b) => a.from - b.from);
}

function tasksOf({ system, logins }: Stage, since: Since): readonly TaskSpan[] {
  const byTask = new Map<string, Attempt[]>();
  for (const attempt of logins.attempts()) {
    if (attempt.user === null) continue;
    const of = byTask.get(attempt.taskArn);
    if (of === undefined) byTask.set(attempt.taskArn, [attempt]);
    else of.push(attempt);
  }
  const now = Date.now();
  return system.ecs
    .tasks()
    .flatMap(({ taskArn, group, createdAt, stoppedAt }) =>
      createdAt === undefined
        ? []
        : spansOf(
            byTask.get(taskArn) ?? [],
            { from: since(createdAt), until: since(stoppedAt ?? now) },
            since,
          ).map((span) => ({ service: serviceOf(group), ...span })),
    );
}

/** A task keeps the user that it started with, unless it reads its credential itself, again and again. */
function spansOf(
  attempts: readonly Attempt[],
  { from, until }: Span,
  since: Since,
): Omit<TaskSpan, 'service'>[] {
  const changes = attempts.filter(({ user }, index) => user !== attempts[index - 1]?.user);
  if (changes.length === 0) return [{ user: null, from, until }];
  return changes.map(({ user, at }, index) => {
    const next = changes[index + 1];
    return { user, from: index === 0 ? from : since(at), until: next === undefined ? until : since(next.at) };
  });
}

function binsOf(attempts: readonly Attempt[], since: Since): Timeline['logins'] {
  const length = attempts.reduce((most, { at }) => Math.max(most, binOf(since(at)) + 1), 0);
  const ok = Array<number>(length).fill(0);
  const failed = Array<number>(length).fill(0);
  for (const attempt of attempts) {
    const bins = attempt.ok ? ok : failed;
    const bin = binOf(since(attempt.at));
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  return { ok, failed };
}

function binOf(at: number): number {
  return Math.floor(at / BIN_MS);
}

function refusalsOf({ system }: Stage, since: Since): Timeline['refusals'] {
  return entriesOf(system.lambda.logsOf(ROTATOR)).flatMap((entry) => {
    const text = errorOf(entry);
    return isRefusal(text) ? [{ at: since(timeOf(entry)), text }] : [];
  });
}
