import { GetParameterCommand, GetParameterHistoryCommand } from '@aws-sdk/client-ssm';
import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { preflightOf } from '../../cli/commands/preflight';
import { openInstallation } from '../../cli/installation';
import { parameterName, secretName } from '../../lambda-src/contract/names';
import { CREDENTIAL, PREFIX, USERS } from '../../local/drill/installation/model';
import { readRecord } from '../../local/drill/record';
import { rotateStandby } from '../../local/drill/rotate';
import type { Stage } from '../../local/drill/stage';
import { expectUnharmed } from '../support/stage';
import { describeApplied } from './moto';
import type { Root } from './root';
import { applyVariant, arnOfSecret, type AppliedVariant } from './variant';

/** An apply waits for minutes wherever the provider does: 25 s for a queue. */
jest.setTimeout(600_000);

const Name = parameterName(PREFIX, CREDENTIAL, 'active');

describeApplied('a parameter that applications read, applied with the real AWS provider', () => {
  let stage: Stage;
  let roots: readonly Root[] = [];
  let close: AppliedVariant['close'] = () => Promise.resolve();

  beforeAll(async () => {
    ({ stage, roots, close } = await applyVariant({
      strategy: 'dual-user',
      credential: { delivery: 'parameter' },
      secrets: async (clients) => ({
        blue: await arnOfSecret(clients, 'blue'),
        green: await arnOfSecret(clients, 'green'),
        active: Name,
      }),
    }));
  });

  afterAll(async () => {
    await close();
  });

  it('makes no active secret, and a parameter that is encrypted with the key of the installation', async () => {
    const { clients } = stage;
    await expect(
      clients.secrets.send(new DescribeSecretCommand({ SecretId: secretName(PREFIX, CREDENTIAL, 'active') })),
    ).rejects.toThrow(/can't find/);
    const { Parameters = [] } = await clients.ssm.send(new GetParameterHistoryCommand({ Name }));
    const [first] = Parameters;
    expect(first).toMatchObject({
      Type: 'SecureString',
      KeyId: expect.stringMatching(/^arn:aws:kms:/) as string,
    });
  });

  it('is rolled out by events alone, without one failed login', async () => {
    for (const slot of ['green', 'blue', 'green']) {
      const { logins, failedAuthentications, ...rotated } = await rotateStandby(stage);
      expect({ slot: rotated.slot, failed: logins.failed, failedAuthentications }).toEqual({
        slot,
        failed: 0,
        failedAuthentications: 0,
      });
    }
    expect(await readRecord(stage)).toMatchObject({ phase: 'settled', active: { slot: 'green' } });
    const { Parameter } = await stage.clients.ssm.send(
      new GetParameterCommand({ Name, WithDecryption: true }),
    );
    expect(new URL(Parameter?.Value ?? '').username).toBe(USERS.green);
    expectUnharmed(stage);
  });

  it('preflight finds nothing wrong with it, nor with the task definition that reads it', async () => {
    const { url: endpointUrl, place } = stage.system;
    process.env['AWS_ACCESS_KEY_ID'] = process.env['AWS_SECRET_ACCESS_KEY'] = 'person';
    const installation = openInstallation({ prefix: PREFIX, region: place.region, endpointUrl });
    const { checks } = await preflightOf(installation, CREDENTIAL);
    expect(checks.filter(({ status }) => status === 'fail')).toEqual([]);
    const said = checks.map(({ name, detail }) => `${name}: ${detail}`);
    expect(said).toContain('parameter active: carries green');
    expect(said).toContainEqual(
      expect.stringMatching(/^consumer .*: steady, and reads the active parameter$/),
    );
  });

  it('I6: no plan shows a change after the rotations', async () => {
    for (const root of roots) expect(await root.drift()).toEqual([]);
  });

  it('I6: a second apply starts no rotation, writes no value and moves no label', async () => {
    const mark = stage.system.callLog.mark();
    for (const root of roots) await root.apply();
    const moves = stage.system.callLog
      .since(mark)
      .filter(({ operation }) =>
        ['RotateSecret', 'PutSecretValue', 'UpdateSecretVersionStage', 'PutParameter'].includes(operation),
      );
    expect(moves).toEqual([]);
    expectUnharmed(stage);
  });

  it('I5: no password is in what Terraform printed', () => {
    const printed = roots.map((root) => root.printed()).join('\n');
    expect([...stage.passwords].filter((password) => printed.includes(password))).toEqual([]);
  });
});
