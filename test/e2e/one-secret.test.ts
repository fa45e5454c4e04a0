import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { CreateSecretCommand, DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { secretName } from '../../lambda-src/contract/names';
import { clientsOf } from '../../local/drill/clients';
import { CREDENTIAL, DATABASE, PREFIX, ROTATOR, USERS } from '../../local/drill/installation/model';
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
import { rootIn } from './existing';
import { motoIsHere } from './moto';
import type { Root } from './root';
import { describeWith } from './tools';

/** An apply waits for minutes wherever the provider does: 25 s for a queue. */
jest.setTimeout(600_000);

const TASKS = 2;

describeWith('terraform', 'one secret with two users in turn, applied with the real AWS provider', () => {
  if (!motoIsHere()) {
    process.stderr.write('Skipped, since moto is neither here nor to be installed by pip: one secret\n');
    it.skip('needs moto, which is neither here nor to be installed by pip', () => undefined);
    return;
  }
  let stage: Stage;
  let roots: readonly Root[] = [];
  let close: Account['close'] = () => Promise.resolve();

  beforeAll(async () => {
    const account = await startAccount((name) => name === ROTATOR);
    ({ close } = account);
    const file = path.join(account.directory, 'tandem.json');
    writeFileSync(file, JSON.stringify(await configuration(account)));
    const directories = await layOut(file, path.join(account.directory, 'out', 'stacks'));
    roots = directories.map((directory) => rootIn(account, directory));
    for (const root of roots) {
      await root.mustRun('init', '-input=false', '-no-color');
      await root.apply();
    }
    stage = await seen(account);
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

/** The one secret, as the drill's own steps look at a credential. */
async function seen({ system, output, logins, rotations, close }: Account): Promise<Stage> {
  const clients = clientsOf(system);
  const SecretId = secretName(PREFIX, CREDENTIAL, 'active');
  const arn = (await clients.secrets.send(new DescribeSecretCommand({ SecretId }))).ARN ?? '';
  return {
    ...{ output, system, logins, rotations, clients, close },
    signal: new AbortController().signal,
    installation: { secrets: { blue: arn, green: arn, active: arn }, adminSecret: '', queueUrl: '' },
    strategy: 'alternating',
    services: [{ name: 'web' }],
    tasks: TASKS,
    server: serverLog(system.postgres.logFile),
    passwords: new Set([system.admin.password, system.postgres.adminPassword]),
  };
}

/** A database that is there, and everything else made. */
async function configuration({ system }: Account): Promise<ConfigurationInput> {
  const { caFile, caPem, port } = system.postgres;
  const { username, password } = system.admin;
  const admin = await clientsOf(system).secrets.send(
    new CreateSecretCommand({ Name: 'admin', SecretString: JSON.stringify({ username, password }) }),
  );
  return {
    prefix: PREFIX,
    region: system.place.region,
    protect: false,
    network: { endpoints: false },
    database: {
      name: DATABASE,
      caBundle: caPem,
      existing: {
        writer: { host: 'localhost', port },
        adminSecretArn: admin.ARN ?? '',
        clientSecurityGroupIds: ['sg-00000000'],
      },
    },
    credentials: {
      [CREDENTIAL]: {
        strategy: 'alternating',
        ownDatabase: true,
        urlOptions: 'sslmode=verify-full',
        schedule: { secret: { expression: 'rate(30 days)' } },
        consumers: ['web'],
        // One machine has one clock, and its ECS answers at once: the margins can be short.
        rollout: { deadlineSeconds: 240, drainAlarmSeconds: 240, skewSeconds: 0.05, visibilitySeconds: 1 },
      },
    },
    services: {
      web: {
        image: 'application',
        command: [process.execPath, APPLICATION],
        environment: { SERVICE_NAME: 'web', NODE_EXTRA_CA_CERTS: caFile },
      },
    },
  };
}
