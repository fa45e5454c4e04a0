import { ListTasksCommand, RunTaskCommand, UpdateTaskProtectionCommand } from '@aws-sdk/client-ecs';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import { rmSync, writeFileSync } from 'node:fs';
import { standbyOf } from '../../../local/drill/faults/rotation';
import { CLUSTER, ROTATOR, USERS } from '../../../local/drill/installation/model';
import { readParameter, writeParameter } from '../../../local/drill/parameters';
import { readRecord } from '../../../local/drill/record';
import { startRotation, untilReverted } from '../../../local/drill/rotate';
import type { Stage } from '../../../local/drill/stage';
import { until } from '../../../local/drill/wait';
import type { Hall } from './hall';
import { noMending, type Rehearsal } from './model';

const DEADLINE_MS = 120_000;

/** Starts a rotation while tasks of `fragile` do not start with the credential of these users. */
async function rotateOntoBroken({ stage, broken }: Hall, user: string): Promise<string> {
  writeFileSync(broken, user);
  return await startRotation(stage, await standbyOf(stage));
}

const mendService = (broken: string) => () => {
  rmSync(broken);
  return Promise.resolve();
};

export const RolloutReverted: Rehearsal = {
  fault: 'a service does not start',
  shows: /last revert: drill\/fragile: [^]*reverted[^]*\(service fragile\).*deployment failed/,
  reads: /last revert: (?<CLUSTER>\w+)\/(?<SERVICE>\w+): /,
  inject: async (hall) => {
    const token = await rotateOntoBroken(hall, USERS[await standbyOf(hall.stage)]);
    await untilReverted(hall.stage, token, DEADLINE_MS);
    await hall.reported('RolloutReverted');
    return mendService(hall.broken);
  },
};

async function untilHalted({ stage, reported }: Hall): Promise<void> {
  const halted = async () => ((await readRecord(stage)).phase === 'halted' ? true : undefined);
  await until('the halt', stage.signal, halted, { deadlineMs: DEADLINE_MS });
  await reported('RolloutHalted');
}

export const databaseRestored: Rehearsal = {
  fault: 'the database was restored to an older state',
  shows: /halted[^]*why: the active credential (?<SLOT>\w+) (?<VERSION>\S+) does not log in/,
  locksOut: true,
  inject: async (hall) => {
    const { stage } = hall;
    const { slot, version } = (await readRecord(stage)).active;
    const older = `older-${version}`;
    stage.passwords.add(older);
    await stage.system.postgres.queryUnlogged(`ALTER ROLE ${USERS[slot]} PASSWORD '${older}'`);
    await untilHalted(hall);
    return noMending;
  },
};

export const withoutTheCommand: Rehearsal = {
  ...databaseRestored,
  fault: 'the same, and there is no tandem command',
  elsewhere: { page: 'docs/restore.md', heading: 'After the database was restored to an older state' },
};

export const revertFailed: Rehearsal = {
  fault: 'a service starts with neither credential',
  shows: /halted[^]*why: while reverting: drill\/fragile/,
  does: 2,
  inject: async (hall) => {
    // What both users' names have in common.
    await rotateOntoBroken(hall, 'app_');
    await untilHalted(hall);
    return mendService(hall.broken);
  },
};

export const VersionRejected: Rehearsal = {
  fault: 'somebody wrote a password into a slot that the database does not know',
  shows: /(?:blue|green) \S+ was rejected[^]*does not log in/,
  inject: async ({ stage, reported }) => {
    const { secrets } = stage.clients;
    const SecretId = stage.installation.secrets[await standbyOf(stage)];
    const { SecretString = '{}' } = await secrets.send(new GetSecretValueCommand({ SecretId }));
    const { password } = JSON.parse(SecretString) as { readonly password: string };
    const unknown = 'x'.repeat(32);
    const wrong = SecretString.replaceAll(password, unknown).replaceAll(
      encodeURIComponent(password),
      unknown,
    );
    await secrets.send(new PutSecretValueCommand({ SecretId, SecretString: wrong }));
    await reported('VersionRejected');
    return noMending;
  },
};

/** Rotates, and waits until what keeps a task running has kept it for too long. */
async function rotateAndWait({ stage, reported }: Hall): Promise<() => Promise<void>> {
  await startRotation(stage, await standbyOf(stage));
  await reported('DrainOverdue');
  return noMending;
}

export const taskProtected: Rehearsal = {
  fault: 'a task protects itself from scale-in',
  shows: /rolling[^]*\n +(?<TASK>[0-9a-f]{32}) +(?<CLUSTER>\w+)\/web /,
  inject: async (hall) => {
    const { ecs } = hall.stage.clients;
    const { taskArns: tasks = [] } = await ecs.send(
      new ListTasksCommand({ cluster: CLUSTER, serviceName: 'web' }),
    );
    await ecs.send(new UpdateTaskProtectionCommand({ cluster: CLUSTER, tasks, protectionEnabled: true }));
    return await rotateAndWait(hall);
  },
};

export const taskStandalone: Rehearsal = {
  fault: 'somebody has started a task by hand',
  shows: /rolling[^]*\n +(?<TASK>[0-9a-f]{32}) +(?<CLUSTER>\w+)\/web \(standalone\)/,
  does: 2,
  inject: async (hall) => {
    await hall.stage.clients.ecs.send(new RunTaskCommand({ cluster: CLUSTER, taskDefinition: 'web' }));
    return await rotateAndWait(hall);
  },
};

export const UnregisteredConsumers: Rehearsal = {
  fault: 'somebody took a service out of the configuration that reads the credential',
  shows: /FAIL {2}readers in drill +drill\/fragile reads the credential/,
  inject: async ({ stage, reported }) => {
    const before = await readParameter(stage, 'config');
    await changeConsumers(stage, before, (consumers) =>
      consumers.filter(({ service }) => service !== 'fragile'),
    );
    await reported('UnregisteredConsumers');
    return () => writeParameter(stage, 'config', before);
  },
};

export const FlipBlocked: Rehearsal = {
  fault: 'somebody enabled rotation on the active secret',
  shows: /FAIL {2}secret active +has rotation enabled/,
  inject: async ({ stage, reported }) => {
    await stage.clients.secrets.send(
      new RotateSecretCommand({
        SecretId: stage.installation.secrets.active,
        RotationLambdaARN: ROTATOR,
        RotationRules: { AutomaticallyAfterDays: 30 },
        RotateImmediately: false,
      }),
    );
    await startRotation(stage, await standbyOf(stage));
    await reported('FlipBlocked');
    return noMending;
  },
};

export const ConsumerMissing: Rehearsal = {
  fault: 'the configuration has a service that does not exist',
  shows: /drill\/gone +missing/,
  inject: async ({ stage, reported }) => {
    const before = await readParameter(stage, 'config');
    await changeConsumers(stage, before, (consumers) => [
      ...consumers,
      { cluster: CLUSTER, service: 'gone' },
    ]);
    await reported('ConsumerMissing');
    return () => writeParameter(stage, 'config', before);
  },
};

type Consumers = readonly { readonly cluster: string; readonly service: string }[];

/** Terraform writes this document: an apply of another `consumers` comes to the same. */
async function changeConsumers(
  stage: Stage,
  document: string,
  change: (consumers: Consumers) => Consumers,
): Promise<void> {
  const { consumers, ...rest } = JSON.parse(document) as { readonly consumers: Consumers };
  await writeParameter(stage, 'config', JSON.stringify({ ...rest, consumers: change(consumers) }));
}
