import { randomUUID } from 'node:crypto';
import {
  CancelRotateSecretCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { schedule } from '../../../local/drill/installation/install';
import { ROTATOR } from '../../../local/drill/installation/model';
import { untilTested } from '../../../local/drill/passwords';
import type { Stage } from '../../../local/drill/stage';
import { AwsError } from '../../../local/endpoint/seams';
import { accessKeyIdOf } from '../../../local/lambda/lambda';
import { changed } from './parameters';
import type { Misconfiguration, Scene, Seed } from './model';

/** Turns a schedule on, and waits for the test that comes with it. */
async function scheduled({ stage }: Scene, SecretId: string, ScheduleExpression: string): Promise<void> {
  await stage.clients.secrets.send(
    new RotateSecretCommand({
      SecretId,
      RotationLambdaARN: ROTATOR,
      RotationRules: { ScheduleExpression, Duration: '2h' },
      RotateImmediately: false,
    }),
  );
  await untilTested(stage);
}

const tooTight: Seed = async (scene) => {
  const { green } = scene.stage.installation.secrets;
  await scheduled(scene, green, 'cron(0 3 1 * ? *)');
  return () => scheduled(scene, green, 'cron(0 3 15 * ? *)');
};

const notRotated: Seed = async ({ stage }) => {
  const { clients, installation } = stage;
  await clients.secrets.send(new CancelRotateSecretCommand({ SecretId: installation.secrets.green }));
  return async () => {
    await schedule(clients, installation);
    await untilTested(stage);
  };
};

const activeRotated: Seed = async (scene) => {
  const { active } = scene.stage.installation.secrets;
  await scheduled(scene, active, 'cron(0 3 1 * ? *)').catch(() => undefined);
  return () => scene.stage.clients.secrets.send(new CancelRotateSecretCommand({ SecretId: active }));
};

/** Writes a secret, and moves AWSCURRENT back afterwards. */
const written =
  (secret: (stage: Stage) => string, value: object): Seed =>
  async ({ stage }) => {
    const SecretId = secret(stage);
    const before = stage.system.secrets.readValue(SecretId, {});
    await stage.clients.secrets.send(
      new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify(value) }),
    );
    const SecretString = before.kind === 'string' ? before.text : '';
    return () => stage.clients.secrets.send(new PutSecretValueCommand({ SecretId, SecretString }));
  };

/** A rotation that died after createSecret. */
const stuck: Seed = async ({ stage }) => {
  const SecretId = stage.installation.secrets.green;
  const VersionStages = ['AWSPENDING'];
  const ClientRequestToken = randomUUID();
  const { secrets } = stage.clients;
  const taken = stage.system.secrets.readValue(SecretId, {});
  const SecretString = taken.kind === 'string' ? taken.text : '';
  await secrets.send(
    new PutSecretValueCommand({ SecretId, SecretString, VersionStages, ClientRequestToken }),
  );
  return () =>
    secrets.send(
      new UpdateSecretVersionStageCommand({
        SecretId,
        VersionStage: 'AWSPENDING',
        RemoveFromVersionId: ClientRequestToken,
      }),
    );
};

/** What Secrets Manager answers where the key's policy shuts the rotator out. @param served calls that are let through first */
const denied =
  (served: number): Seed =>
  ({ board }) => {
    let calls = 0;
    const end = board.onCall(({ operation, accessKeyId }) => {
      if (operation !== 'GetSecretValue' || accessKeyId !== accessKeyIdOf(ROTATOR)) return undefined;
      calls += 1;
      if (calls <= served) return undefined;
      return {
        error: new AwsError('AccessDeniedException', 'Access to KMS is not allowed'),
        when: 'without-effect',
      };
    });
    return Promise.resolve(() => {
      end();
      return Promise.resolve();
    });
  };

/** What can be wrong with the secrets, and with who may read them. */
export const SECRETS: readonly Misconfiguration[] = [
  [
    'an admin secret of another shape',
    written(({ installation }) => installation.adminSecret, { user: 'postgres' }),
    'admin secret',
    'fail',
    /admin secret .* is not valid: username/,
  ],
  [
    'an admin secret with an older password',
    async (scene) => {
      const username = scene.stage.system.admin.username;
      return await written(({ installation }) => installation.adminSecret, { username, password: 'older' })(
        scene,
      );
    },
    'database',
    'fail',
    /does not accept the password of/,
  ],
  [
    "a key that shuts the rotator out of the admin's secret",
    denied(0),
    'admin secret',
    'fail',
    /Access to KMS is not allowed.*kms:Decrypt/,
  ],
  [
    'a key that shuts the rotator out of a slot',
    denied(1),
    'active login',
    'fail',
    /app\/blue-.* cannot be read .*kms:Decrypt/,
  ],
  [
    'a slot whose rotation was cancelled',
    notRotated,
    'secret green',
    'fail',
    /rotation is not enabled: apply the installation again/,
  ],
  [
    'an active secret that is rotated itself',
    activeRotated,
    'secret active',
    'fail',
    /has rotation enabled: disable it/,
  ],
  [
    "a slot's secret that is gone",
    changed('config', ({ installation: { secrets } }) => ({
      slots: {
        blue: { user: 'app_blue', secretArn: secrets.blue },
        green: { user: 'app_green', secretArn: `${secrets.green.slice(0, -6)}AbCdEf` },
      },
    })),
    'secret green',
    'fail',
    /does not exist: apply the installation again/,
  ],
  ['a stuck AWSPENDING', stuck, 'labels green', 'fail', /AWSPENDING sits on version .*tandem unstick/],
  [
    'a schedule too tight',
    tooTight,
    'next rotations',
    'fail',
    /apart, and a rollout alone may take .*: move one of the schedules|move one of the schedules/,
  ],
];
