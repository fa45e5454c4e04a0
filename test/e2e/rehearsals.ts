import { GetFunctionConfigurationCommand, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import {
  CancelRotateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import {
  GetQueueUrlCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { rmSync, writeFileSync } from 'node:fs';
import { serverError } from '../../local/endpoint/faults';
import { stepOf } from '../../local/drill/faults/kills';
import { connectAs, passwordOf } from '../../local/drill/connect';
import { standbyOf } from '../../local/drill/faults/rotation';
import { CREDENTIAL, ORCHESTRATOR, ROTATOR, USERS } from '../../local/drill/installation/model';
import { readRecord } from '../../local/drill/record';
import { startRotation, untilReverted } from '../../local/drill/rotate';
import { until } from '../../local/drill/wait';
import type { AlarmKind } from '../../modules/alarms/meanings';
import { deliverMessages } from '../support/stage';
import { read, write, type Hall, type Rehearsal } from './hall';

const DEADLINE = { deadlineMs: 120_000 };
const nothing = () => Promise.resolve();

/** Starts a rotation while tasks of `fragile` do not start with the credential of these users. */
async function rotateOntoBroken({ stage, broken }: Hall, user: string): Promise<string> {
  writeFileSync(broken, user);
  return await startRotation(stage, await standbyOf(stage));
}

const unplugging = (end: () => void) => () => {
  end();
  return Promise.resolve();
};

const mendService = (broken: string) => () => {
  rmSync(broken);
  return Promise.resolve();
};

/** Each alarm that the functions' own metrics raise, or the queue's. */
export const REHEARSALS: Readonly<Record<AlarmKind, Rehearsal>> = {
  RotationRefused: {
    shows: /WARN {2}standby sessions/,
    inject: async ({ stage, reported }) => {
      const since = Date.now();
      const slot = await standbyOf(stage);
      const session = await connectAs(stage, slot, await passwordOf(stage, slot), 'psql');
      await startRotation(stage, slot);
      await reported('RotationRefused', since);
      return () => session.end();
    },
  },
  RotationFailed: {
    shows: /app/,
    inject: async ({ stage, board, reported }) => {
      const since = Date.now();
      const end = board.onCall(({ service }, invocation) =>
        invocation !== undefined && stepOf(invocation.payload) === 'setSecret'
          ? { error: serverError(service), when: 'without-effect' }
          : undefined,
      );
      await startRotation(stage, await standbyOf(stage));
      await reported('RotationFailed', since);
      return unplugging(end);
    },
  },
  RolloutReverted: {
    shows: /last revert: .*drill\/fragile/,
    inject: async (hall) => {
      const since = Date.now();
      const user = USERS[await standbyOf(hall.stage)];
      const token = await rotateOntoBroken(hall, user);
      await untilReverted(hall.stage, token, DEADLINE.deadlineMs);
      await hall.reported('RolloutReverted', since);
      return mendService(hall.broken);
    },
  },
  RolloutHalted: {
    shows: /halted[^]*why: .*drill\/fragile/,
    inject: async (hall) => {
      const since = Date.now();
      // What both users' names have in common: tasks start with neither credential.
      await rotateOntoBroken(hall, 'app_');
      await until(
        'the halt',
        hall.stage.signal,
        async () => ((await readRecord(hall.stage)).phase === 'halted' ? true : undefined),
        DEADLINE,
      );
      await hall.reported('RolloutHalted', since);
      return mendService(hall.broken);
    },
  },
  VersionRejected: {
    shows: /settled/,
    inject: async ({ stage, reported }) => {
      const since = Date.now();
      const SecretId = stage.installation.secrets[await standbyOf(stage)];
      const { SecretString = '{}' } = await stage.clients.secrets.send(
        new GetSecretValueCommand({ SecretId }),
      );
      const { password } = JSON.parse(SecretString) as { readonly password: string };
      const wrong = SecretString.replaceAll(password, 'x'.repeat(32)).replaceAll(
        encodeURIComponent(password),
        'x'.repeat(32),
      );
      await stage.clients.secrets.send(new PutSecretValueCommand({ SecretId, SecretString: wrong }));
      await reported('VersionRejected', since);
      return nothing;
    },
  },
  DrainOverdue: {
    shows: /on the former user[^]*rolling|rolling[^]*on the former user/,
    inject: async ({ stage, deaf, reported }) => {
      const since = Date.now();
      const former = (await readRecord(stage)).active.slot;
      const slot = await standbyOf(stage);
      writeFileSync(deaf, '');
      await startRotation(stage, slot);
      await reported('DrainOverdue', since);
      return () => {
        rmSync(deaf);
        const users = new Map(stage.logins.attempts().map(({ taskArn, user }) => [taskArn, user]));
        for (const { taskArn, pid } of stage.system.ecs.liveTasks())
          if (users.get(taskArn) === USERS[former] && pid !== undefined) process.kill(pid, 'SIGKILL');
        return Promise.resolve();
      };
    },
  },
  FlipBlocked: {
    shows: /FAIL {2}/,
    inject: async ({ stage, reported }) => {
      const since = Date.now();
      const { secrets } = stage.clients;
      const SecretId = stage.installation.secrets.active;
      await secrets.send(
        new RotateSecretCommand({
          SecretId,
          RotationLambdaARN: ROTATOR,
          RotationRules: { AutomaticallyAfterDays: 30 },
          RotateImmediately: false,
        }),
      );
      await startRotation(stage, await standbyOf(stage));
      await reported('FlipBlocked', since);
      return async () => {
        await secrets.send(new CancelRotateSecretCommand({ SecretId }));
      };
    },
  },
  DatabaseUnreachable: {
    shows: /FAIL {2}/,
    inject: async ({ stage, reported }) => {
      const since = Date.now();
      const { lambda } = stage.clients;
      const { Environment } = await lambda.send(
        new GetFunctionConfigurationCommand({ FunctionName: ROTATOR }),
      );
      const variables = Environment?.Variables ?? {};
      const elsewhere = (variables['TANDEM_DATABASE'] ?? '').replace(/"port":\d+/, '"port":1');
      const configure = async (TANDEM_DATABASE: string) => {
        const Environment = { Variables: { ...variables, TANDEM_DATABASE } };
        await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: ROTATOR, Environment }));
      };
      await configure(elsewhere);
      await reported('DatabaseUnreachable', since);
      return () => configure(variables['TANDEM_DATABASE'] ?? '');
    },
  },
  ConsumerMissing: {
    shows: /drill\/gone +missing/,
    inject: async ({ stage, reported }) => {
      const since = Date.now();
      const before = await read(stage, 'config');
      const { consumers, ...rest } = JSON.parse(before) as { readonly consumers: readonly object[] };
      await write(
        stage,
        'config',
        JSON.stringify({ ...rest, consumers: [...consumers, { cluster: 'drill', service: 'gone' }] }),
      );
      await reported('ConsumerMissing', since);
      return () => write(stage, 'config', before);
    },
  },
  RecordMissing: {
    shows: /no record/,
    inject: async ({ stage, reported }) => {
      const since = Date.now();
      const before = await read(stage, 'record');
      await write(stage, 'record', 'somebody was here');
      await reported('RecordMissing', since);
      return () => write(stage, 'record', before);
    },
  },
  LookFailed: {
    shows: /settled/,
    inject: async ({ board, reported }) => {
      const since = Date.now();
      const end = board.onCall(({ service, operation }, invocation) =>
        invocation?.functionName === ORCHESTRATOR && operation === 'GetParameters'
          ? { error: serverError(service), when: 'without-effect' }
          : undefined,
      );
      await reported('LookFailed', since);
      return unplugging(end);
    },
  },
  PasswordAge: {
    shows: /age/,
    inject: async ({ reported }) => {
      // Every sweep reports it; how old is too old is the alarm's affair.
      await reported('PasswordAge', Date.now());
      return nothing;
    },
  },
  LookMissing: {
    shows: /settled/,
    inject: async ({ stage }) => {
      await deliverMessages(stage, false);
      return () => deliverMessages(stage, true);
    },
  },
  DeadLetters: {
    shows: /settled/,
    inject: async ({ stage }) => {
      const { sqs } = stage.clients;
      // Nothing that is known makes a wake-up fail unforeseen: the queue is given one by hand.
      const { QueueUrl } = await sqs.send(
        new GetQueueUrlCommand({ QueueName: 'tandem-drill-wake-ups-dead.fifo' }),
      );
      await sqs.send(
        new SendMessageCommand({
          QueueUrl,
          MessageBody: '{}',
          MessageGroupId: CREDENTIAL,
          MessageDeduplicationId: '1',
        }),
      );
      return async () => {
        await sqs.send(new PurgeQueueCommand({ QueueUrl }));
        expect((await sqs.send(new ReceiveMessageCommand({ QueueUrl }))).Messages ?? []).toEqual([]);
      };
    },
  },
  UnexpectedReader: {
    shows: /settled/,
    // CloudTrail, which the alarm stands on, does not run here; what to do then does.
    inject: () => Promise.resolve(nothing),
  },
};
