import { RotateSecretCommand } from '@aws-sdk/client-secrets-manager';
import type { CallMark } from '../endpoint/call-log';
import { APP } from './installation/model';
import { notePasswords } from './passwords';
import { untilReaderFollowed } from './reader';
import { readRecord } from './record';
import { canaryAlone } from './rollout-checks';
import type { RotationReport } from './report';
import type { StepInvocation } from './rotation-log';
import type { Stage } from './stage';
import { DrillError, until } from './wait';

/** A rotation goes on until so many logins were made: a short rollout on a fast machine proves little. */
const LOGINS_PER_ROTATION = 200;

/** Starts a rotation as a person would. @returns its token */
export async function startRotation(
  { clients, installation }: Pick<Stage, 'clients' | 'installation'>,
  slot: 'blue' | 'green',
): Promise<string> {
  const answer = await clients.secrets.send(
    new RotateSecretCommand({ SecretId: installation.secrets[slot] }),
  );
  return answer.VersionId ?? '';
}

/** Waits for the last step of a rotation. */
export async function untilFinished(stage: Stage, token: string): Promise<StepInvocation> {
  const finished = await until('the rotation to finish', stage.signal, () =>
    stage.rotations
      .stepsOf(token)
      .find(({ step, functionError }) => step === 'finishSecret' && functionError === undefined),
  );
  await notePasswords(stage);
  return finished;
}

/** Waits until a version is active and every consumer is on it. @throws DrillError where the credential halts */
export async function untilSettledOn(stage: Stage, version: string): Promise<void> {
  await until(
    `version ${version} to be rolled out`,
    stage.signal,
    async () => {
      const { phase, active, reason } = await readRecord(stage);
      if (phase === 'halted') throw new DrillError(`The credential halted: ${reason ?? 'no reason noted'}.`);
      return phase === 'settled' && active.version === version ? true : undefined;
    },
    { deadlineMs: 120_000 },
  );
}

/** Waits until a version was rejected and every consumer is back. @returns the record then */
export async function untilReverted(
  stage: Stage,
  version: string,
  deadlineMs: number,
): ReturnType<typeof readRecord> {
  return await until(
    'the revert to settle',
    stage.signal,
    async () => {
      const record = await readRecord(stage);
      const rejected = record.rejected.some((target) => target.version === version);
      return record.phase === 'settled' && rejected ? record : undefined;
    },
    { deadlineMs, explain: () => stage.output.said() },
  );
}

/** A rotation whose four steps are done. */
export interface Rotated {
  readonly stage: Stage;
  readonly slot: 'blue' | 'green';
  readonly token: string;
  readonly mark: CallMark;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly finished: StepInvocation;
}

/** RotateSecret on the standby, or on the one secret. */
export async function rotate(stage: Stage): Promise<Rotated> {
  const { output, system } = stage;
  const { active } = await readRecord(stage);
  const slot = stage.strategy === 'single' ? active.slot : active.slot === 'blue' ? 'green' : 'blue';
  const mark = system.callLog.mark();
  const startedAt = Date.now();
  const token = await startRotation(stage, slot);
  const finished = await untilFinished(stage, token);
  const { name } = stage.credential ?? APP;
  const of = name === APP.name ? '' : ` of ${name}`;
  output.progress(
    `  ${slot}${of} rotated in ${finished.endedAt - startedAt} ms${stage.strategy === 'single' ? '' : '; nobody uses it yet'}`,
  );
  return { stage, slot, token, mark, startedAt, finished };
}

/**
 * The rollout that follows a rotation comes from events alone.
 * @param leastLogins how many logins it goes on for
 */
export async function rolledOut(
  { stage, slot, token, mark, startedAt, finished }: Rotated,
  leastLogins: number = LOGINS_PER_ROTATION,
): Promise<RotationReport> {
  const { output, signal, rotations, system, server, logins } = stage;
  await untilSettledOn(stage, token);
  const settledAt = Date.now();
  const readerMs = stage.reader === undefined ? null : await untilReaderFollowed(stage);
  await until(`${leastLogins} logins`, signal, () =>
    logins.count(startedAt).ok >= leastLogins ? true : undefined,
  );
  const counted = logins.count(startedAt);
  output.progress(`  ${counted.ok + counted.failed} logins, ${counted.failed} failed`);
  return {
    credential: (stage.credential ?? APP).name,
    slot,
    rotationMs: finished.endedAt - startedAt,
    rolloutMs: settledAt - finished.endedAt,
    readerMs,
    canaryMs: await canaryAlone(stage, startedAt),
    logins: counted,
    window: logins.window(startedAt, settledAt),
    awsCalls: rotations.callsOf(token, system.callLog, mark),
    postgresConnections: server.connections(/^tandem-rotator\/\w+Secret$/, startedAt, finished.endedAt),
    failedAuthentications: server.refusals(startedAt, Date.now()),
  };
}

/** A rotation and its rollout. @param leastLogins how many logins it goes on for */
export async function rotateStandby(stage: Stage, leastLogins?: number): Promise<RotationReport> {
  return await rolledOut(await rotate(stage), leastLogins);
}
