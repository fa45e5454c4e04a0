import { DescribeSecretCommand, UpdateSecretVersionStageCommand } from '@aws-sdk/client-secrets-manager';
import { standInToken } from '../../../lambda-src/contract/tokens';
import { CREDENTIAL } from '../installation/model';
import { valueOf } from '../connect';
import { writeActive, writeParameter } from '../parameters';
import { labelsOf } from '../passwords';
import { readRecord } from '../record';
import { startRotation } from '../rotate';
import type { Stage } from '../stage';
import { DrillError, until } from '../wait';
import { CONVERGENCE_MS, pointerOf, pointerText, untilConverged } from './converged';
import type { Incident, Scene, Told } from './model';
import { refusalSince, refusals } from './refusals';
import { otherSlot, seeThrough, standbyOf } from './rotation';

export const rotateActive: Incident = {
  kind: 'incident',
  name: 'rotate-active',
  ofTwoSecrets: true,
  description: 'somebody rotates the active slot: refused, and the standby rotated in its stead',
  async play({ stage }) {
    const standby = await standbyOf(stage);
    const active = otherSlot(standby);
    const mark = refusals(stage).length;
    const at = Date.now();
    const refused = await startRotation(stage, active);
    const message = await refusalSince(stage, mark, `${active} is the active user`);
    const standIn = standInToken(refused);
    await until(
      `${standby} to be rotated in its stead`,
      stage.signal,
      async () => ((await labelsOf(stage, standby))[standIn] === undefined ? undefined : true),
      { deadlineMs: CONVERGENCE_MS },
    );
    const seen = await seeThrough(stage, standby, standIn);
    return {
      at,
      injected: `RotateSecret on ${active}, which was active`,
      answered: `"${message}"; ${standby} rotated in its stead, ${seen}`,
    };
  },
};

export const twoRotations: Incident = {
  kind: 'incident',
  name: 'two-rotations',
  ofTwoSecrets: true,
  description: 'RotateSecret twice on the standby and once on the active slot, all at once',
  async play({ stage }) {
    const standby = await standbyOf(stage);
    const active = otherSlot(standby);
    const mark = refusals(stage).length;
    const at = Date.now();
    const [first, second] = await Promise.allSettled([
      startRotation(stage, standby),
      startRotation(stage, standby),
      startRotation(stage, active),
    ]);
    const started = [first, second].filter((result) => result.status === 'fulfilled');
    const [only] = started;
    if (only === undefined || started.length > 1)
      throw new DrillError(`${started.length} of two rotations of ${standby} at once were taken on.`);
    const message = await refusalSince(stage, mark, `Rotation of ${active} of ${CREDENTIAL} refused`);
    await seeThrough(stage, standby, only.value);
    return {
      at,
      injected: `RotateSecret twice on ${standby} and once on ${active} at once`,
      answered: `one went through, the second was turned away by Secrets Manager, the third: "${message}"`,
    };
  },
};

export const pointerEdited: Incident = {
  kind: 'incident',
  name: 'pointer-edited',
  description: 'the pointer parameter edited by hand, while all is settled or in the middle of a rollout',
  async play(scene) {
    const { stage, random } = scene;
    const { settled, finish } = await momentFor(stage, random.chance(0.5));
    const wrong = otherSlot((await readRecord(stage)).active.slot);
    const at = Date.now();
    await writeParameter(stage, 'pointer', await pointerTo(stage, wrong));
    await untilPointsRight(stage);
    await finish();
    const moment = settled ? 'while all was settled' : 'in the middle of a rollout';
    return { at, injected: `pointer set to ${wrong} ${moment}`, answered: 'set right again, and settled' };
  },
};

/** Nothing to wait for, or a rotation that has just become a rollout. */
async function momentFor(
  stage: Stage,
  settled: boolean,
): Promise<{ readonly settled: boolean; readonly finish: () => Promise<unknown> }> {
  if (settled) return { settled, finish: () => Promise.resolve() };
  const slot = await standbyOf(stage);
  const token = await startRotation(stage, slot);
  await until(
    'the rollout to begin',
    stage.signal,
    async () => {
      const { phase, active } = await readRecord(stage);
      return phase !== 'settled' || active.version === token ? true : undefined;
    },
    { everyMs: 5, deadlineMs: CONVERGENCE_MS },
  );
  return { settled, finish: () => seeThrough(stage, slot, token) };
}

/** What the pointer would say of a slot. */
async function pointerTo(stage: Stage, slot: 'blue' | 'green'): Promise<string> {
  const labels = Object.entries(await labelsOf(stage, slot));
  const version = labels.find(([, some]) => some.includes('AWSCURRENT'))?.[0] ?? '';
  return pointerText(stage, { slot, version });
}

async function untilPointsRight(stage: Stage): Promise<void> {
  await until(
    'the pointer to be right again',
    stage.signal,
    async () => {
      const { active } = await readRecord(stage);
      return (await pointerOf(stage)) === pointerText(stage, active) ? true : undefined;
    },
    { deadlineMs: CONVERGENCE_MS },
  );
}

export const mirrorEdited: Incident = {
  kind: 'incident',
  name: 'mirror-edited',
  description: 'what tasks read moved back by hand to the former credential',
  async play(scene) {
    const { stage } = scene;
    // Only what was published before can be gone back to, and it must log in: a rotation makes it so.
    const standby = await standbyOf(stage);
    await seeThrough(stage, standby, await startRotation(stage, standby));
    await untilConverged(stage);
    return await moveMirrorBack(scene);
  },
};

async function moveMirrorBack({ stage }: Scene): Promise<Told> {
  const at = Date.now();
  const injected = await moveBack(stage);
  await until(
    'the mirror to be noticed',
    stage.signal,
    async () => ((await readRecord(stage)).phase === 'settled' ? undefined : true),
    { everyMs: 5, deadlineMs: CONVERGENCE_MS },
  );
  return { at, injected, answered: 'published anew and redeployed' };
}

/** @returns what was done, in words */
async function moveBack(stage: Stage): Promise<string> {
  const standby = await standbyOf(stage);
  const { delivery = 'secret' } = stage;
  switch (delivery) {
    case 'parameter':
      await writeActive(stage, (await valueOf(stage, standby)).url);
      return 'the active parameter written over with the former credential';
    case 'entrypoint':
      await writeParameter(stage, 'pointer', await pointerTo(stage, standby));
      return 'the pointer written over with the former version';
    case 'secret':
      return await moveLabelBack(stage);
  }
}

/** @returns what was done, in words */
async function moveLabelBack(stage: Stage): Promise<string> {
  const SecretId = stage.installation.secrets.active;
  const { VersionIdsToStages = {} } = await stage.clients.secrets.send(
    new DescribeSecretCommand({ SecretId }),
  );
  const holding = (label: string) =>
    Object.entries(VersionIdsToStages).find(([, labels]) => labels.includes(label))?.[0];
  await stage.clients.secrets.send(
    new UpdateSecretVersionStageCommand({
      SecretId,
      VersionStage: 'AWSCURRENT',
      RemoveFromVersionId: holding('AWSCURRENT'),
      MoveToVersionId: holding('AWSPREVIOUS'),
    }),
  );
  return 'AWSCURRENT of the active secret moved back to the former credential';
}
