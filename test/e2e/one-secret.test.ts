import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { CreateSecretCommand, DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { secretName } from '../../lambda-src/contract/names';
import { clientsOf } from '../../local/drill/clients';
import { CREDENTIAL, PREFIX, ROTATOR, USERS } from '../../local/drill/installation/model';
import { APPLICATION } from '../../local/drill/installation/services';
import { notePasswords, untilTested } from '../../local/drill/passwords';
import { readRecord } from '../../local/drill/record';
import { rotateStandby } from '../../local/drill/rotate';
import { serverLog } from '../../local/drill/server-log';
import type { Stage } from '../../local/drill/stage';
import { until } from '../../local/drill/wait';
import { layOut } from '../../scripts/workspaces';
import type { ConfigurationInput } from '../../stacks/config/schema';
import { expectUnharmed } from '../support/stage';
import { startAccount, type Account } from './account';
import { byReference, ROLLOUT, rootIn } from './existing';
import { describeApplied } from './moto';
import type { Root } from './root';

/** An apply waits for minutes wherever the provider does: 25 s for a queue. */
jest.setTimeout(600_000);

const TASKS = 2;

describeApplied('one secret with two users in turn, applied with the real AWS provider', () => {
  let stage: Stage;
  let roots: readonly Root[] = [];
  let close: Account['close'] = () => Promise.resolve();

  beforeAll(async () => {
    const account = await startAccount((name) => name === ROTATOR);
    ({ close } = account);
    const before = await prepared(account);
    const file = path.join(account.directory, 'tandem.json');
    writeFileSync(file, JSON.stringify(configuration(before)));
    const directories = await layOut(file, path.join(account.directory, 'out', 'stacks'));
    roots = directories.map((directory) => rootIn(account, directory));
    for (const root of roots) {
      await root.mustRun('init', '-input=false', '-no-color');
      await root.apply();
    }
    stage = await withSecret(before);
    await untilTested(stage);
    await notePasswords(stage);
    await until(
      'the tasks to log in',
      stage.signal,
      () => (stage.logins.tasksOn(USERS.blue, 0) === TASKS ? true : undefined),
      {
        deadlineMs: 120_000,
        explain: () => stage.logins.failures()[0]?.error ?? stage.logins.text().slice(0, 500),
      },
    );
  });

  afterAll(async () => {
    await close();
  });

  it('rotates each user in its turn, rolled out by events alone, without one failed login', async () => {
    for (const slot of ['green', 'blue', 'green']) {
      const { logins, failedAuthentications, ...rotated } = await rotateStandby(stage);
      expect({ slot: rotated.slot, failed: logins.failed, failedAuthentications }).toEqual({
        slot,
        failed: 0,
        failedAuthentications: 0,
      });
    }
    expect(await readRecord(stage)).toMatchObject({ phase: 'settled', active: { slot: 'green' } });
    expectUnharmed(stage);
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
        ['RotateSecret', 'PutSecretValue', 'UpdateSecretVersionStage'].includes(operation),
      );
    expect(moves).toEqual([]);
    expectUnharmed(stage);
  });
});

/** The admin's secret, which others made, and nothing else yet. */
async function prepared({ system, output, logins, rotations, close }: Account): Promise<Stage> {
  const clients = clientsOf(system);
  const { username, password } = system.admin;
  const SecretString = JSON.stringify({ username, password });
  const { ARN: adminSecret = '' } = await clients.secrets.send(
    new CreateSecretCommand({ Name: 'admin', SecretString }),
  );
  return {
    ...{ output, system, logins, rotations, clients, close },
    signal: new AbortController().signal,
    installation: { secrets: { blue: '', green: '', active: '' }, adminSecret, queueUrl: '' },
    strategy: 'alternating',
    services: [{ name: 'web' }],
    tasks: TASKS,
    server: serverLog(system.postgres.logFile),
    passwords: new Set([password, system.postgres.adminPassword]),
  };
}

/** The one secret, as the drill's own steps look for those of a credential. */
async function withSecret(stage: Stage): Promise<Stage> {
  const SecretId = secretName(PREFIX, CREDENTIAL, 'active');
  const { ARN: arn = '' } = await stage.clients.secrets.send(new DescribeSecretCommand({ SecretId }));
  return {
    ...stage,
    installation: { ...stage.installation, secrets: { blue: arn, green: arn, active: arn } },
  };
}

function configuration(stage: Stage): ConfigurationInput {
  return {
    ...byReference(stage),
    credentials: {
      [CREDENTIAL]: {
        strategy: 'alternating',
        ownDatabase: true,
        urlOptions: 'sslmode=verify-full',
        schedule: { secret: { expression: 'rate(30 days)' } },
        consumers: ['web'],
        rollout: ROLLOUT,
      },
    },
    services: {
      web: {
        image: 'application',
        command: [process.execPath, APPLICATION],
        environment: { SERVICE_NAME: 'web', NODE_EXTRA_CA_CERTS: stage.system.postgres.caFile },
      },
    },
  };
}
