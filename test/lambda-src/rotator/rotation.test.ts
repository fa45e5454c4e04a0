import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { Client } from 'pg';
import { STEPS } from '../../../lambda-src/contract/events';
import { rotate } from '../../../lambda-src/rotator/rotation';
import { RotatorRig } from '../../support/rotator/rig';

let rig: RotatorRig;
beforeAll(async () => void (rig = await RotatorRig.start()), 180_000);
afterAll(() => rig.stop(), 60_000);

// Generous: the machine may be busy.
jest.setTimeout(90_000);

describe('the four steps', () => {
  it('give the standby a new password that logs in, after which the old one does not', async () => {
    const app = await rig.install();
    const before = await app.value('green');
    expect(await app.workingAs(before.url)).toBe(app.names.owner);
    const version = await app.begin('green');
    await app.complete('green', version);
    const after = await app.value('green');
    expect(after.password).not.toBe(before.password);
    expect(await app.workingAs(after.url)).toBe(app.names.owner);
    expect(await app.workingAs(before.url)).toBe('28P01');
  });

  it('leave the active user, its secret, the mirror, the pointer and the record untouched (I2, I6)', async () => {
    const app = await rig.install();
    const kinds = ['record', 'pointer', 'request', 'evidence'] as const;
    const look = async () => [
      await app.labels('blue'),
      await app.text('blue'),
      await app.labels('active'),
      await app.text('active'),
      ...(await Promise.all(kinds.map((kind) => app.parameter(kind)))),
    ];
    const [before, mark] = [await look(), rig.log.mark()];
    await app.complete('green', await app.begin('green'));
    expect(await look()).toEqual(before);
    expect(app.effects(mark).join('\n')).not.toContain(app.names.users.blue);
    const { url } = await app.value('blue');
    expect(await app.workingAs(url)).toBe(app.names.owner);
  });

  it('move AWSCURRENT, keep the former version as AWSPREVIOUS and take AWSPENDING off', async () => {
    const app = await rig.install();
    const former = await app.versionWith('green', 'AWSCURRENT');
    const version = await app.begin('green');
    await app.complete('green', version);
    expect(await app.labels('green')).toEqual({
      [former ?? '']: ['AWSPREVIOUS'],
      [version]: ['AWSCURRENT'],
    });
  });

  it('store a value with the agreed keys, whose url is all that an application needs', async () => {
    const app = await rig.install();
    await app.complete('green', await app.begin('green'));
    const { server } = rig.test;
    const value = await app.value('green');
    expect(value).toEqual({
      engine: 'postgres',
      host: server.host,
      port: server.port,
      dbname: app.names.database,
      username: app.names.users.green,
      password: expect.stringMatching(/^[A-Za-z0-9_.~-]{40}$/) as string,
      url: expect.stringContaining(`postgresql://${app.names.users.green}:`) as string,
    });
    const client = new Client({ connectionString: value.url });
    await client.connect();
    const { rows } = await client.query(
      'SELECT session_user::text AS name, current_database()::text AS place',
    );
    expect(rows).toEqual([{ name: app.names.users.green, place: app.names.database }]);
    await client.end();
  });

  it('alter once, in one statement, with a verifier instead of the password (I5)', async () => {
    const app = await rig.install();
    const version = await app.begin('green');
    const mark = rig.log.mark();
    await app.complete('green', version);
    const { green } = app.names.users;
    expect(app.effects(mark)).toEqual([
      expect.stringMatching(new RegExp(`^ALTER ROLE "${green}" PASSWORD 'SCRAM-SHA-256\\$\\d+:`)) as string,
    ]);
  });
});

describe('the budget', () => {
  it('is 3, 3, 2 and 3 AWS calls, two connections, and no failed login', async () => {
    const app = await rig.install();
    const version = await app.begin('green');
    const mark = rig.log.mark();
    const calls: Record<string, string[]> = {};
    for (const step of STEPS) {
      const from = rig.target.callLog.mark();
      await app.step('green', version, step);
      calls[step] = rig.target.callLog.since(from).map(({ operation }) => operation);
    }
    expect(calls).toEqual({
      createSecret: ['DescribeSecret', 'GetParameters', 'PutSecretValue'],
      setSecret: ['GetSecretValue', 'GetSecretValue', 'GetParameters'],
      testSecret: ['GetSecretValue', 'GetParameters'],
      finishSecret: ['DescribeSecret', 'UpdateSecretVersionStage', 'UpdateSecretVersionStage'],
    });
    expect(app.connections(mark)).toBe(2);
    expect(rig.log.text().slice(mark)).not.toContain('FATAL');
  });

  it('is no larger where the admin lies in a SecureString of Parameter Store', async () => {
    const app = await rig.install();
    const adminParameter = `/${app.names.prefix}/admin`;
    const Value = (await app.dependencies.secrets.read(app.adminArn))?.reveal();
    await rig.target.ssm.send(new PutParameterCommand({ Name: adminParameter, Value, Type: 'SecureString' }));
    const { database } = app.dependencies.environment;
    const environment = {
      ...app.dependencies.environment,
      database: { ...database, adminParameter, adminSecretArn: undefined },
    };
    const version = await app.begin('green');
    const from = rig.target.callLog.mark();
    await app.complete('green', version, { ...app.dependencies, environment });
    const calls = rig.target.callLog.since(from).map(({ operation }) => operation);
    expect(await app.workingAs((await app.value('green')).url)).toBe(app.names.owner);
    expect(calls.slice(3, 6)).toEqual(['GetParameters', 'GetSecretValue', 'GetParameters']);
    expect(calls).toHaveLength(11);
  });
});

describe('a SecretId that is no slot', () => {
  it.each([
    [
      'the active secret',
      (prefix: string) => `${prefix}/app/active-AbCdEf`,
      /is not what is rotated of app: rotate blue or green/,
    ],
    [
      'a secret of another installation',
      () => 'elsewhere/app/green-AbCdEf',
      /is no secret of the installation/,
    ],
  ])('is refused with what to do: %s', async (_what, nameOf, why) => {
    const app = await rig.install({ bootstrapped: false });
    const SecretId = `arn:aws:secretsmanager:eu-central-1:123456789012:secret:${nameOf(app.names.prefix)}`;
    const mark = rig.target.callLog.mark();
    const event = { SecretId, ClientRequestToken: 'x'.repeat(32), Step: 'createSecret' } as const;
    await expect(app.noted(rotate(app.dependencies, event))).rejects.toThrow(why);
    const calls = rig.target.callLog.since(mark).map(({ operation }) => operation);
    expect(calls.filter((operation) => operation !== 'GetParameters')).toEqual([]);
  });

  it('is refused where a secret was deleted and made again under its name', async () => {
    const app = await rig.install();
    const version = await app.begin('green');
    await app.changeDocument({
      slots: {
        blue: { user: app.names.users.blue, secretArn: app.arns.blue },
        green: { user: app.names.users.green, secretArn: `${app.arns.green.slice(0, -6)}AbCdEf` },
      },
    });
    await expect(app.step('green', version, 'createSecret')).rejects.toThrow('apply the installation again');
    expect(Object.values(await app.labels('green'))).toContainEqual(['AWSPENDING']);
  });
});

describe('what all of this has left behind', () => {
  it('shows no password: not in the server log, telemetry or an error (I5)', () => {
    expect(rig.secretsKnown).toBeGreaterThan(10);
    expect(rig.leaks()).toEqual([]);
  });
});
