import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { DescribeSecretCommand, UpdateSecretVersionStageCommand } from '@aws-sdk/client-secrets-manager';
import { CLUSTER, USERS } from '../../../local/drill/installation/model';
import { APPLICATION, startService } from '../../../local/drill/installation/services';
import { readRecord } from '../../../local/drill/record';
import { rotateStandby } from '../../../local/drill/rotate';
import type { Stage } from '../../../local/drill/stage';
import { until } from '../../../local/drill/wait';
import { deliverMessages, raiseTestStage } from '../../support/stage';

jest.setTimeout(180_000);

/** An application with separate keys: logs in when it starts, and ends where it cannot, as most of them do. */
const OF_KEYS = `
  const { createRequire } = require('module');
  const { Client } = createRequire(${JSON.stringify(APPLICATION)})('pg');
  const { DB_USER, DB_PASSWORD, DB_AT } = process.env;
  process.env.DATABASE_URL = 'postgresql://' + DB_USER + ':' + encodeURIComponent(DB_PASSWORD) + '@' + DB_AT;
  const client = new Client({ connectionString: process.env.DATABASE_URL });
  const at = Date.now();
  client.connect().then(() => client.end()).then(() => require(${JSON.stringify(APPLICATION)}), (error) => {
    console.log(JSON.stringify({ at, ok: false, user: DB_USER, code: error.code, error: error.message }));
    process.exit(1);
  });
`;

let stage: Stage;

beforeAll(async () => {
  stage = await raiseTestStage({
    document: { consumers: ['web', 'keys'].map((service) => ({ cluster: CLUSTER, service })) },
    // Between the two reads of a task there is time enough for a flip.
    settings: {
      events: { rateEveryMs: 2_000 },
      ecs: { settleMs: 1_000, stopTimeoutMs: 5_000, secretReadGapMs: 3_000 },
    },
  });
  await startOfKeys();
});

afterAll(async () => {
  await stage.close();
});

it('I1: a task that reads two keys in the instant of a flip cannot log in, ends, and is replaced by one that can', async () => {
  expect((await rotateStandby(stage)).slot).toBe('green');
  expect(stage.logins.failures()).toEqual([]);
  const green = await carried();
  // What sets the mirror right again would be quicker than the second read.
  await deliverMessages(stage, false);
  flipAfterNextRead(green, (await labelled('AWSPREVIOUS')) ?? 'none');
  await stage.clients.ecs.send(
    new UpdateServiceCommand({ cluster: CLUSTER, service: 'keys', forceNewDeployment: true }),
  );
  const torn = await seen('a torn login', () => stage.logins.failures()[0]);
  expect(torn).toMatchObject({ user: USERS.green, code: '28P01' });
  await seen('its replacement to log in', () => loggedIn(USERS.blue, 1, torn.at));

  await deliverMessages(stage, true);
  await seen('the mirror to be set right, and the record to settle', async () => {
    const { phase, active } = await readRecord(stage);
    return phase === 'settled' && active.slot === 'green' && (await carried()) === green ? true : undefined;
  });
  const settledAt = Date.now();
  await seen('both services on green', () => loggedIn(USERS.green, 2, settledAt));
  // The service that reads one variable never failed, and the other one in that one task only.
  expect(new Set(stage.logins.failures().map(({ taskArn }) => taskArn))).toEqual(new Set([torn.taskArn]));
});

const seen = <T>(what: string, look: () => T | undefined | Promise<T | undefined>): Promise<T> =>
  until(what, stage.signal, look, { everyMs: 500, explain: () => stage.logins.text().slice(-1_000) });

const loggedIn = (user: string, tasks: number, since: number) =>
  stage.logins.tasksOn(user, since) >= tasks ? true : undefined;

/** The version that applications read. */
async function carried(): Promise<string> {
  return (await labelled('AWSCURRENT')) ?? 'none';
}

async function labelled(label: string): Promise<string | undefined> {
  const SecretId = stage.installation.secrets.active;
  const { VersionIdsToStages = {} } = await stage.clients.secrets.send(
    new DescribeSecretCommand({ SecretId }),
  );
  return Object.entries(VersionIdsToStages).find(([, labels]) => labels.includes(label))?.[0];
}

/** Moves what applications read back to blue, once somebody has read it: a task that reads two keys, between the two. */
function flipAfterNextRead(from: string, to: string): void {
  const { secrets } = stage.system;
  const { active } = stage.installation.secrets;
  const read = secrets.readValue.bind(secrets);
  const spy = jest.spyOn(secrets, 'readValue').mockImplementation((secretId, selector) => {
    const value = read(secretId, selector);
    if (secretId === active) {
      spy.mockRestore();
      void move(from, to);
    }
    return value;
  });
}

async function move(from: string, to: string): Promise<void> {
  await stage.clients.secrets.send(
    new UpdateSecretVersionStageCommand({
      SecretId: stage.installation.secrets.active,
      VersionStage: 'AWSCURRENT',
      RemoveFromVersionId: from,
      MoveToVersionId: to,
    }),
  );
}

async function startOfKeys(): Promise<void> {
  const { system, clients, installation } = stage;
  const { active } = installation.secrets;
  const keys = {
    name: 'keys',
    command: [process.execPath, '-e', OF_KEYS],
    environment: { DB_AT: `localhost:${system.postgres.port}/${system.database}?sslmode=verify-full` },
  };
  const secrets = [
    { name: 'DB_USER', valueFrom: `${active}:username::` },
    { name: 'DB_PASSWORD', valueFrom: `${active}:password::` },
  ];
  await startService({ clients, tasks: 1, database: system.postgres }, { secrets, through: [] }, keys);
  await seen('every task to log in', () => loggedIn(USERS.blue, 2, 0));
}
