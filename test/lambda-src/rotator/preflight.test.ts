import { preflight } from '../../../lambda-src/rotator/preflight';
import { blinding, itUnlessSuperuser } from '../../support/rotator/admins';
import { RotatorRig } from '../../support/rotator/rig';
import type { Installation } from '../../support/rotator/installation';
import { FINDINGS } from './preflight-findings';

let rig: RotatorRig;
beforeAll(async () => void (rig = await RotatorRig.start()), 180_000);
afterAll(() => rig.stop(), 60_000);

// Generous: the machine may be busy.
jest.setTimeout(90_000);

const ask = (app: Installation) => app.noted(preflight(app.dependencies, 'app'));

/** An installation as an apply leaves it. */
async function sound(): Promise<Installation> {
  const app = await rig.install();
  await app.enableRotation('blue');
  await app.enableRotation('green');
  return app;
}

const query = (text: string) => rig.test.server.query(text);
const withAdminOption = () => Number.parseInt(rig.test.server.version, 10) >= 16;

describe('preflight', () => {
  it('passes every check on a sound installation, and changes nothing', async () => {
    const app = await sound();
    const mark = rig.log.mark();
    const calls = rig.target.callLog.mark();
    const { ok, checks } = await ask(app);
    expect(ok).toBe(true);
    expect(checks.filter(({ status }) => status !== 'pass')).toEqual([]);
    expect(checks.map(({ name }) => name)).toEqual([
      'record',
      'secret blue',
      'secret green',
      'secret active',
      'pointer',
      'admin login',
      'admin privileges',
      'admin sees sessions',
      'admin ends sessions',
      'owner role',
      'parity',
      'user blue',
      'user green',
      'standby sessions',
      'active login',
    ]);
    expect(app.effects(mark)).toEqual([]);
    const made = rig.target.callLog.since(calls).map(({ operation }) => operation);
    expect(made.filter((operation) => !/^(Get|Describe)/.test(operation))).toEqual([]);
  });

  it.each(FINDINGS)('finds %s, and says what to do', async (_what, arrange, check, status, detail) => {
    const app = await sound();
    await arrange(app);
    const { ok, checks } = await ask(app);
    expect(checks.filter(({ name }) => name === check)).toEqual([
      { name: check, status, detail: expect.stringMatching(detail) as string },
    ]);
    expect(ok).toBe(status !== 'fail');
    const others = checks.filter(({ name }) => name !== check);
    expect(others.filter((other) => other.status === 'fail' && other.name.startsWith('secret'))).toEqual([]);
  });

  itUnlessSuperuser('finds an admin without ADMIN OPTION on a user, from PostgreSQL 16 on', async () => {
    const app = await sound();
    const { users, admin } = app.names;
    if (withAdminOption()) await query(`REVOKE ${users.green} FROM ${admin} GRANTED BY postgres`);
    const { checks } = await ask(app);
    expect(checks.find(({ name }) => name === 'user green')).toMatchObject(
      withAdminOption()
        ? { status: 'fail', detail: expect.stringContaining('no ADMIN OPTION') as string }
        : { status: 'pass' },
    );
  });

  itUnlessSuperuser('finds an admin that could not end the sessions of a leaked password', async () => {
    const app = await sound();
    const { users, admin } = app.names;
    await query(blinding(admin));
    await query(`GRANT pg_read_all_stats TO ${admin}`);
    // Who may grant a role to itself may end its sessions.
    if (withAdminOption()) await query(`REVOKE ${users.green} FROM ${admin} GRANTED BY postgres`);
    else await query(`ALTER ROLE ${admin} NOCREATEROLE`);
    const { checks } = await ask(app);
    expect(checks.find(({ name }) => name === 'admin ends sessions')).toMatchObject({
      status: 'warn',
      detail: expect.stringMatching(
        `${users.green} on 127.0.0.1:.*GRANT pg_signal_backend TO ${admin}`,
      ) as string,
    });
  });

  itUnlessSuperuser('does not call the standby drained where its sessions cannot be seen', async () => {
    const app = await sound();
    await query(blinding(app.names.admin));
    const { checks } = await ask(app);
    expect(checks.map(({ name }) => name)).not.toContain('standby sessions');
  });

  it('names the sessions of the standby that a rotation would be refused for', async () => {
    const app = await sound();
    const { url } = await app.value('green');
    const session = await app.open(url, 'metabase');
    const { ok, checks } = await ask(app);
    expect(checks.find(({ name }) => name === 'standby sessions')).toMatchObject({
      status: 'warn',
      detail: expect.stringContaining('application_name metabase, from 127.0.0.1') as string,
    });
    expect(ok).toBe(true);
    await session.end();
  });

  it('before bootstrap says to run it, wherever something is missing', async () => {
    const app = await rig.install({ bootstrapped: false });
    const { ok, checks } = await ask(app);
    expect(ok).toBe(false);
    const told = checks.filter(({ detail }) => detail.includes('run bootstrap')).map(({ name }) => name);
    expect(told).toEqual([
      'record',
      'secret blue',
      'secret green',
      'owner role',
      'database owner',
      'user blue',
      'user green',
    ]);
  });

  it('finds a secret that does not exist, and goes on to the other checks', async () => {
    const app = await sound();
    const gone = `${app.arns.green.slice(0, -6)}AbCdEf`;
    await app.changeDocument({
      slots: {
        blue: { user: app.names.users.blue, secretArn: app.arns.blue },
        green: { user: app.names.users.green, secretArn: gone },
      },
    });
    const { ok, checks } = await ask(app);
    expect(ok).toBe(false);
    expect(checks.find(({ name }) => name === 'secret green')).toMatchObject({
      status: 'fail',
      detail: `The secret ${gone} does not exist: apply the installation again.`,
    });
    expect(checks.find(({ name }) => name === 'admin login')).toMatchObject({ status: 'pass' });
  });

  it('with the database down still tells about the rest', async () => {
    const app = await sound();
    await rig.test.server.stop();
    try {
      const { ok, checks } = await ask(app);
      expect(ok).toBe(false);
      expect(checks.filter(({ status }) => status !== 'pass')).toEqual([
        { name: 'database', status: 'fail', detail: expect.stringContaining('Nothing listens on') as string },
      ]);
      expect(checks.length).toBeGreaterThan(4);
    } finally {
      await rig.test.server.restart();
    }
  });
});

describe('what all of this has left behind', () => {
  it('shows no password: not in the server log, telemetry or an error (I5)', () => {
    expect(rig.secretsKnown).toBeGreaterThan(10);
    expect(rig.leaks()).toEqual([]);
  });
});
