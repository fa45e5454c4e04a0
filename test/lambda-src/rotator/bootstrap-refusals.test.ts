import { CreateSecretCommand, DeleteSecretCommand } from '@aws-sdk/client-secrets-manager';
import { Client } from 'pg';
import { secretName } from '../../../lambda-src/contract/names';
import type { Slot } from '../../../lambda-src/core/slot';
import { bootstrap } from '../../../lambda-src/rotator/bootstrap';
import { RotatorRig } from '../../support/rotator/rig';
import type { Installation } from '../../support/rotator/installation';

let rig: RotatorRig;
beforeAll(async () => void (rig = await RotatorRig.start()), 180_000);
afterAll(() => rig.stop(), 60_000);

// Generous: the machine may be busy.
jest.setTimeout(90_000);

const run = (app: Installation) => app.noted(bootstrap(app.dependencies, 'app'));

/** Deletes a slot's secret and makes it again, as Terraform does when it replaces it. @returns the installation that has the new one */
async function recreate(app: Installation, slot: Slot): Promise<Installation> {
  const { secrets } = rig.target;
  await secrets.send(new DeleteSecretCommand({ SecretId: app.arns[slot], ForceDeleteWithoutRecovery: true }));
  const Name = secretName(app.names.prefix, 'app', slot);
  const { ARN = '' } = await secrets.send(new CreateSecretCommand({ Name }));
  expect(ARN).not.toBe(app.arns[slot]);
  const recreated = app.withArn(slot, ARN);
  const { users } = app.names;
  await recreated.changeDocument({
    slots: {
      blue: { user: users.blue, secretArn: recreated.arns.blue },
      green: { user: users.green, secretArn: recreated.arns.green },
    },
  });
  return recreated;
}

describe('a standby whose secret was made again', () => {
  it('is filled: its user logs in with the new value, and record and mirror stay', async () => {
    const before = await rig.install();
    const lost = await before.value('green');
    const app = await recreate(before, 'green');
    const record = await app.record();
    const mirror = await app.labels('active');
    expect((await run(app)).did).toEqual([
      `ALTER ROLE "${app.names.users.green}" PASSWORD '[redacted]' LOGIN`,
      'green: first value stored',
    ]);
    const { url } = await app.value('green');
    expect(await app.workingAs(url)).toBe(app.names.owner);
    expect(await app.workingAs(lost.url)).toBe('28P01');
    expect(await app.record()).toEqual(record);
    expect(await app.labels('active')).toEqual(mirror);
    expect((await run(app)).did).toEqual([]);
  });

  it('is refused while a session of its user is open, which is named (I2)', async () => {
    const before = await rig.install();
    const { url } = await before.value('green');
    const session = await before.open(url, 'nightly-report');
    const app = await recreate(before, 'green');
    const mark = rig.log.mark();
    await expect(run(app)).rejects.toThrow(
      /green of app has no value .*application_name nightly-report, from 127/,
    );
    expect(app.effects(mark)).toEqual([]);
    expect(await app.labels('green')).toEqual({});
    await session.end();
  });

  it.each(['rolling', 'reverting', 'halted'] as const)(
    'is refused while the credential is %s (I2)',
    async (phase) => {
      const app = await recreate(await rig.install(), 'green');
      await app.changeRecord({ phase });
      const mark = rig.log.mark();
      await expect(run(app)).rejects.toThrow(`the credential is ${phase}`);
      expect(app.effects(mark)).toEqual([]);
      expect(await app.labels('green')).toEqual({});
    },
  );
});

describe('a standby whose user the mirror carries, against the record', () => {
  it('is not filled: services may have read it (I1)', async () => {
    const before = await rig.install();
    const green = await before.value('green');
    await before.write('active', green);
    const app = await recreate(before, 'green');
    const mark = rig.log.mark();
    await expect(run(app)).rejects.toThrow("restore the slot's secret first");
    expect(app.effects(mark)).toEqual([]);
    expect(await app.workingAs(green.url)).toBe(app.names.owner);
  });
});

describe('an active slot whose secret was made again', () => {
  it('is left alone where there is a record: its user is the one that services use (I2)', async () => {
    const before = await rig.install();
    const { url } = await before.value('blue');
    const app = await recreate(before, 'blue');
    const mark = rig.log.mark();
    expect((await run(app)).did).toEqual([]);
    expect(app.effects(mark)).toEqual([]);
    expect(await app.labels('blue')).toEqual({});
    expect(await app.workingAs(url)).toBe(app.names.owner);
  });

  it('is refused where the record is gone too: the mirror tells whose user it is (I1)', async () => {
    const before = await rig.install();
    const { url } = await before.value('blue');
    const app = await recreate(before, 'blue');
    await app.deleteParameter('record');
    const mark = rig.log.mark();
    await expect(run(app)).rejects.toThrow("restore the slot's secret first");
    expect(app.effects(mark)).toEqual([]);
    expect(await app.workingAs(url)).toBe(app.names.owner);
  });
});

describe('a mirror that carries a value of neither slot', () => {
  it('is refused before anything is made', async () => {
    const app = await rig.install({ bootstrapped: false });
    await app.write('active', { username: 'somebody', password: 'of-another-world-42' });
    const mark = rig.log.mark();
    await expect(run(app)).rejects.toThrow("neither blue's nor green's");
    expect(app.effects(mark)).toEqual([]);
    expect(await app.labels('blue')).toEqual({});
    expect(await app.labels('green')).toEqual({});
  });
});

describe('a role that is there already', () => {
  it.each(['users', 'owner'] as const)('is refused where it does not carry the mark: %s', async (which) => {
    const app = await rig.install({ bootstrapped: false });
    const role = which === 'owner' ? app.names.owner : app.names.users.blue;
    await rig.test.server.query(`CREATE ROLE ${role} LOGIN`);
    await expect(run(app)).rejects.toMatchObject({
      kind: 'unmarked-role',
      message: expect.stringContaining(`COMMENT ON ROLE "${role}" IS 'managed by tandem: `) as string,
    });
    expect(await app.labels('blue')).toEqual({});
    expect(app.effects().join('\n')).not.toContain('PASSWORD');
  });

  it('is refused where it carries the mark and somebody is logged in as it (I2)', async () => {
    const app = await rig.install({ bootstrapped: false });
    const { server } = rig.test;
    const { users, prefix } = app.names;
    await server.query(`CREATE ROLE ${users.blue} LOGIN`);
    await server.query(`COMMENT ON ROLE ${users.blue} IS 'managed by tandem: ${prefix}/app'`);
    const password = `by-hand-${app.names.tag}`;
    await app.alterByHand(users.blue, password);
    const client = new Client({
      host: server.host,
      port: server.port,
      user: users.blue,
      password,
      database: 'postgres',
      ssl: { ca: server.caPem },
      application_name: 'legacy',
    });
    await client.connect();
    await expect(run(app)).rejects.toThrow(/its user is in use: .*application_name legacy/);
    expect(app.effects().join('\n')).not.toContain('PASSWORD');
    await client.query('SELECT 1');
    await client.end();
  });
});

describe('what all of this has left behind', () => {
  it('shows no password: not in the server log, telemetry or an error (I5)', () => {
    expect(rig.secretsKnown).toBeGreaterThan(10);
    expect(rig.leaks()).toEqual([]);
  });
});
