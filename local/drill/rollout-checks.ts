import { DatabaseError } from 'pg';
import { connectAs, passwordOf } from './connect';
import { entriesOf, textOf, timeOf } from './function-log';
import { APP, ORCHESTRATOR } from './installation/model';
import { readRecord } from './record';
import type { Stage } from './stage';
import { DrillError, until } from './wait';

/**
 * How long the canary was alone: from when it was seen to have moved until the next service was redeployed.
 * @param since the beginning of the rotation, in milliseconds since the epoch
 * @returns milliseconds; null without a canary
 */
export async function canaryAlone(stage: Stage, since: number): Promise<number | null> {
  const { canaryMovedAt } = await readRecord(stage);
  if (canaryMovedAt === null) return null;
  const forced = entriesOf(stage.system.lambda.logsOf(ORCHESTRATOR)).filter(
    (entry) =>
      entry['action'] === 'force-deployment' &&
      entry['credential'] === (stage.credential ?? APP).name &&
      timeOf(entry) >= since,
  );
  const [canary] = forced;
  const canaryName = canary === undefined ? '' : textOf(canary, 'consumer');
  const next = forced.find((entry) => textOf(entry, 'consumer') !== canaryName);
  return next === undefined ? null : timeOf(next) - canaryMovedAt;
}

/**
 * Waits until the former user is locked out, and tries to log in as it with its password.
 * @throws DrillError where it may
 */
export async function untilLockedOut(stage: Stage): Promise<void> {
  const { active } = await readRecord(stage);
  const slot = active.slot === 'blue' ? 'green' : 'blue';
  const user = (stage.credential ?? APP).users[slot];
  await until(`${user} to be locked out`, stage.signal, async () => {
    const { retired } = await readRecord(stage);
    return retired?.slot === slot && retired.done ? true : undefined;
  });
  const code = await answerTo(stage, slot);
  // Invalid authorization specification: the password is right, the role may not log in (PostgreSQL, "Error Codes").
  if (code !== '28000') throw new DrillError(`${user} is locked out, but the server answers ${code}.`);
  stage.output.progress(`  ${user} may not log in any more: the server answers ${code}`);
}

async function answerTo(stage: Stage, slot: 'blue' | 'green'): Promise<string> {
  try {
    const session = await connectAs(stage, slot, await passwordOf(stage, slot), 'psql');
    await session.end();
    return 'with a session';
  } catch (error) {
    return error instanceof DatabaseError ? (error.code ?? 'no SQLSTATE') : String(error);
  }
}

/** From the write that began a rollout to the one that ended it. */
interface Rollout {
  readonly credential: string;
  readonly from: number;
  until: number;
}

/** How many rollouts began while another one was under way, whose credential is another. */
export function overlaps({ system }: Pick<Stage, 'system'>): number {
  const rollouts: Rollout[] = [];
  for (const entry of entriesOf(system.lambda.logsOf(ORCHESTRATOR))) {
    if (entry['action'] !== 'write-record') continue;
    const credential = textOf(entry, 'credential');
    const open = rollouts.find((one) => one.credential === credential && one.until === Infinity);
    if (textOf(entry, 'phase') === 'settled') {
      if (open !== undefined) open.until = timeOf(entry);
    } else if (open === undefined) rollouts.push({ credential, from: timeOf(entry), until: Infinity });
  }
  return rollouts.filter(({ credential, from }) =>
    rollouts.some((other) => other.credential !== credential && other.from <= from && from < other.until),
  ).length;
}
