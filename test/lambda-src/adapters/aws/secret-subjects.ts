import { CreateSecretCommand, RotateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { SecretsManagerStore } from '../../../../lambda-src/adapters/aws/secrets-manager';
import { AWSPENDING, versionWith, type SecretStore } from '../../../../lambda-src/ports/secrets';
import { MemorySecretStore } from '../../../support/memory-secrets';
import { FUNCTION_ARN, startTarget, until } from '../../../local/endpoint/target';

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

/** A secret store with one empty secret, whose rotations never get past their first step. */
export interface SecretSubject {
  readonly store: SecretStore;
  readonly secret: string;
  readonly missing: string;
  now(): number;
  /** Lets rotation be started. */
  enableRotation(): Promise<void>;
  close(): Promise<void>;
}

async function inMemory(): Promise<SecretSubject> {
  const clock = { now: () => 1_000 };
  const store = new MemorySecretStore(clock);
  store.create('db');
  return Promise.resolve({
    store,
    secret: 'db',
    missing: 'nothing',
    now: clock.now,
    enableRotation: () => {
      store.setRotationEnabled('db', true);
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  });
}

async function overSecretsManager(): Promise<SecretSubject> {
  const target = await startTarget();
  target.functions.onStep = ({ Step }) => Promise.resolve(Step === 'testSecret' ? undefined : 'refused');
  const { ARN: secret = '' } = await target.secrets.send(new CreateSecretCommand({ Name: 'db' }));
  const store = new SecretsManagerStore(target.secrets);
  return {
    store,
    secret,
    missing: secret.replace(/db-\w+$/, 'nothing-AbCdEf'),
    now: () => target.time.now(),
    enableRotation: async () => {
      await target.secrets.send(
        new RotateSecretCommand({
          SecretId: secret,
          RotationLambdaARN: FUNCTION_ARN,
          RotationRules: { AutomaticallyAfterDays: 30 },
          RotateImmediately: false,
        }),
      );
      await until('the test of the configuration is over', async () => {
        const pending = versionWith(await store.describe(secret), AWSPENDING);
        return target.functions.steps.length === 1 && pending === null;
      });
    },
    close: () => target.close(),
  };
}

export const SECRET_SUBJECTS: readonly [string, () => Promise<SecretSubject>][] = [
  ['in memory', inMemory],
  ['over AWS Secrets Manager', overSecretsManager],
];
