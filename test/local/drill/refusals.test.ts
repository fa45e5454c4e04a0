import { RotateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { Client } from 'pg';
import { standInToken } from '../../../lambda-src/contract/tokens';
import { labelsOf, untilTested } from '../../../local/drill/passwords';
import { readRecord } from '../../../local/drill/record';
import { rotateStandby, startRotation, untilFinished, untilSettledOn } from '../../../local/drill/rotate';
import type { Stage } from '../../../local/drill/stage';
import { until } from '../../../local/drill/wait';
import {
  deliverMessages,
  expectUnharmed,
  passwordChanges,
  raiseTestStage,
  rotatorErrors,
} from '../../support/stage';

jest.setTimeout(120_000);

let stage: Stage;

beforeAll(async () => {
  stage = await raiseTestStage({
    // An AWSPENDING goes stale soon, and Secrets Manager does not retry: what a test sees is its own doing.
    document: { rotatorTimeoutSeconds: 1 },
    settings: { rotation: { retries: 0 }, events: { rateEveryMs: 500 }, ecs: { stopTimeoutMs: 5_000 } },
  });
});

afterAll(async () => {
  await stage.close();
});

const refusalWith = (text: string) =>
  until(
    `a refusal that says "${text}"`,
    stage.signal,
    () => rotatorErrors(stage).find((message) => message.includes(text)),
    {
      explain: () => rotatorErrors(stage).join('\n'),
    },
  );

const pendingOf = async (slot: 'blue' | 'green') =>
  Object.entries(await labelsOf(stage, slot)).find(
    ([, labels]) => labels.includes('AWSPENDING') && !labels.includes('AWSCURRENT'),
  )?.[0];

const untilNotPending = (slot: 'blue' | 'green') =>
  until(`AWSPENDING of ${slot} to be cleared`, stage.signal, async () =>
    (await pendingOf(slot)) === undefined ? true : undefined,
  );

it('I2: a rotation of the active slot is refused before any effect on the database, and the standby is rotated in its stead', async () => {
  const { active } = await readRecord(stage);
  const user = `app_${active.slot}`;
  const changes = passwordChanges(stage, user);
  const refused = await startRotation(stage, active.slot);
  const message = await refusalWith(`${active.slot} is the active user`);
  expect(message).toContain(`Rotation of ${active.slot} of app refused`);
  const standIn = standInToken(refused);
  await untilFinished(stage, standIn);
  await untilSettledOn(stage, standIn);
  expect(passwordChanges(stage, user)).toBe(changes);
  expect((await readRecord(stage)).active.slot).not.toBe(active.slot);
  await untilNotPending(active.slot);
  expectUnharmed(stage);
});

it('a second rotation before the first is rolled out is refused, and both are made up for', async () => {
  const { active } = await readRecord(stage);
  const standby = active.slot === 'blue' ? 'green' : 'blue';
  await deliverMessages(stage, false);
  const first = await startRotation(stage, standby);
  await untilFinished(stage, first);
  const second = await startRotation(stage, standby);
  await refusalWith(`the last rotation of ${standby} has not been rolled out yet [${first}]`);
  await deliverMessages(stage, true);
  // The refused one sits on what is active by then, so the other slot is rotated in its stead.
  await untilSettledOn(stage, standInToken(second));
  expectUnharmed(stage);
});

it('a rotation while a rollout is under way is refused, and the next one after it goes through', async () => {
  const { active } = await readRecord(stage);
  const standby = active.slot === 'blue' ? 'green' : 'blue';
  const token = await startRotation(stage, standby);
  await until(
    'the rollout to begin',
    stage.signal,
    async () => ((await readRecord(stage)).phase === 'rolling' ? true : undefined),
    { everyMs: 5 },
  );
  await startRotation(stage, active.slot);
  await refusalWith('the credential is rolling, not settled');
  await untilSettledOn(stage, token);
  await untilNotPending(active.slot);
  await rotateStandby(stage);
  expectUnharmed(stage);
});

it('I2: a session that is still open as the standby refuses its rotation by application name and address, and is not ended', async () => {
  const { active } = await readRecord(stage);
  const standby = active.slot === 'blue' ? 'green' : 'blue';
  const [version] =
    Object.entries(await labelsOf(stage, standby)).find(([, labels]) => labels.includes('AWSCURRENT')) ?? [];
  const value = stage.system.secrets.readValue(stage.installation.secrets[standby], {
    versionId: version ?? '',
  });
  const { password } = JSON.parse(value.kind === 'string' ? value.text : '{}') as {
    readonly password: string;
  };
  const { postgres } = stage.system;
  const session = new Client({
    host: 'localhost',
    port: postgres.port,
    database: 'app',
    user: `app_${standby}`,
    password,
    ssl: { ca: postgres.caPem },
    application_name: 'psql',
  });
  await session.connect();
  const changes = passwordChanges(stage, `app_${standby}`);
  await startRotation(stage, standby);
  const message = await refusalWith('application_name psql, from 127.0.0.1');
  expect(message).toContain(`Rotation of ${standby} of app refused: a session is still open as ${standby}`);
  expect(passwordChanges(stage, `app_${standby}`)).toBe(changes);
  expect((await session.query<{ one: number }>('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  await session.end();
  await untilNotPending(standby);
  const report = await rotateStandby(stage);
  expect(report.slot).toBe(standby);
  expectUnharmed(stage);
});

it('the test of a rotation alone (RotateImmediately=false) succeeds and changes nothing', async () => {
  const before = { blue: await labelsOf(stage, 'blue'), green: await labelsOf(stage, 'green') };
  const errors = rotatorErrors(stage).length;
  const statements = stage.server.text().split('ALTER ROLE').length;
  for (const slot of ['blue', 'green'] as const) {
    const SecretId = stage.installation.secrets[slot];
    await stage.clients.secrets.send(new RotateSecretCommand({ SecretId, RotateImmediately: false }));
  }
  await untilTested(stage);
  expect({ blue: await labelsOf(stage, 'blue'), green: await labelsOf(stage, 'green') }).toEqual(before);
  expect(rotatorErrors(stage)).toHaveLength(errors);
  expect(stage.server.text().split('ALTER ROLE')).toHaveLength(statements);
  expectUnharmed(stage);
});

it('a rotation with a token seen before ends as it did: nothing is changed', async () => {
  const { active } = await readRecord(stage);
  const before = await labelsOf(stage, active.slot);
  const user = `app_${active.slot}`;
  const changes = passwordChanges(stage, user);
  for (const Step of ['createSecret', 'setSecret', 'testSecret', 'finishSecret']) {
    const payload = {
      SecretId: stage.installation.secrets[active.slot],
      ClientRequestToken: active.version,
      Step,
    };
    const answer = await stage.system.lambda.invoke('tandem-drill-rotator', JSON.stringify(payload));
    expect(answer).toEqual({ payload: 'null' });
  }
  expect(await labelsOf(stage, active.slot)).toEqual(before);
  expect(passwordChanges(stage, user)).toBe(changes);
  expectUnharmed(stage);
});
