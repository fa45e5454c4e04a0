import type { RotatorDependencies } from '../../../lambda-src/rotator/dependencies';
import { grantor } from '../../support/rotator/admins';
import { holdLock, waitingForLock } from '../../support/rotator/lock';
import { replaced } from '../../support/rotator/replaced';
import { RotatorRig } from '../../support/rotator/rig';
import type { Installation } from '../../support/rotator/installation';

let rig: RotatorRig;
beforeAll(async () => void (rig = await RotatorRig.start()), 180_000);
afterAll(() => rig.stop(), 60_000);

// Generous: the machine may be busy.
jest.setTimeout(90_000);

async function staged(): Promise<{ app: Installation; version: string }> {
  const app = await rig.install();
  const version = await app.begin('green');
  await app.step('green', version, 'createSecret');
  return { app, version };
}

describe('I2: the lock', () => {
  it('makes a setSecret that waited for it see the record written meanwhile, and refuse', async () => {
    const { app, version } = await staged();
    const { url } = await app.value('green');
    const mark = rig.log.mark();
    const release = await holdLock(app);
    const late = app.step('green', version, 'setSecret').catch((error: unknown) => error);
    await waitingForLock(app, 1);
    const { seen } = await app.record();
    await app.changeRecord({ phase: 'rolling', active: { slot: 'green', version: seen.green ?? '' } });
    await release();
    expect(await late).toMatchObject({ name: 'RotationRefusedError', refusal: { clause: 'standby' } });
    expect(app.effects(mark)).toEqual([]);
    expect(await app.workingAs(url)).toBe(app.names.owner);
  });

  it('makes a setSecret that waited for it see a session opened meanwhile, and refuse', async () => {
    const { app, version } = await staged();
    const { url } = await app.value('green');
    const mark = rig.log.mark();
    const release = await holdLock(app);
    const late = app.step('green', version, 'setSecret').catch((error: unknown) => error);
    await waitingForLock(app, 1);
    const session = await app.open(url, 'report');
    await release();
    expect(await late).toMatchObject({ name: 'RotationRefusedError', refusal: { clause: 'sessions' } });
    expect(app.effects(mark)).toEqual([]);
    await session.end();
  });

  it('makes a setSecret that waited for it see its rotation cancelled meanwhile, and refuse', async () => {
    const { app, version } = await staged();
    const mark = rig.log.mark();
    const release = await holdLock(app);
    const late = app.step('green', version, 'setSecret').catch((error: unknown) => error);
    await waitingForLock(app, 1);
    await app.takeOff('green', 'AWSPENDING', version);
    await release();
    expect(await late).toMatchObject({ name: 'RotationRefusedError', refusal: { clause: 'token' } });
    expect(app.effects(mark)).toEqual([]);
  });

  it('lets two setSecret of one rotation alter one after the other', async () => {
    const { app, version } = await staged();
    let inside = 0;
    let most = 0;
    const { database } = app.dependencies;
    const watched: RotatorDependencies = {
      ...app.dependencies,
      database: {
        ...database,
        withLock: (admin, key, work) =>
          database.withLock(admin, key, async (session) => {
            most = Math.max(most, (inside += 1));
            try {
              return await work(session);
            } finally {
              inside -= 1;
            }
          }),
      },
    };
    const mark = rig.log.mark();
    const release = await holdLock(app);
    const both = [1, 2].map(() => app.step('green', version, 'setSecret', watched));
    await waitingForLock(app, 2);
    await release();
    await Promise.all(both);
    expect(most).toBe(1);
    expect(app.effects(mark)).toHaveLength(2);
    expect(rig.log.text().slice(mark)).not.toContain('tuple concurrently updated');
    const { url } = await app.value('green', version);
    expect(await app.workingAs(url)).toBe(app.names.owner);
  });
});

describe('a staged value that does not fit', () => {
  it.each([
    ['username', 'postgres', /username is not green_/],
    ['host', 'elsewhere.example', /does not fit the configuration \(host\)/],
    ['port', 1, /does not fit the configuration \(port\)/],
    ['dbname', 'elsewhere', /does not fit the configuration \(dbname\)/],
    ['password', '', /password: /],
  ])('is refused before any effect: another %s', async (key, other, message) => {
    const app = await rig.install();
    const version = await app.begin('green');
    const current = await app.value('green');
    await app.write('green', { ...current, [key]: other }, 'AWSPENDING', version);
    const mark = rig.log.mark();
    for (const step of ['setSecret', 'testSecret'] as const)
      await expect(app.step('green', version, step)).rejects.toThrow(message);
    expect(app.effects(mark)).toEqual([]);
    expect(await app.workingAs(current.url)).toBe(app.names.owner);
  });

  it('is refused where it is no JSON at all', async () => {
    const app = await rig.install();
    const version = await app.begin('green');
    const stored = app.writeText('green', 'hunter2-hunter2', 'AWSPENDING', version);
    rig.keepSecret('hunter2-hunter2');
    await stored;
    await expect(app.step('green', version, 'setSecret')).rejects.toThrow('is not JSON');
  });
});

/** The admin's password changes between the reading of its secret and the login, as where RDS rotates it. */
function rotatedUnderway(app: Installation, password: string, stored: boolean): RotatorDependencies {
  const { secrets } = app.dependencies;
  const read: typeof secrets.read = async (arn, at) => {
    const value = await secrets.read(arn, at);
    if (arn === app.adminArn && !rotated) {
      rotated = true;
      await app.alterByHand(app.names.admin, password);
      if (stored) await app.write('admin', { username: app.names.admin, password });
    }
    return value;
  };
  let rotated = false;
  return { ...app.dependencies, secrets: replaced(secrets, { read }) };
}

describe('the admin secret', () => {
  it('is read again where RDS rotated it meanwhile, and the step succeeds', async () => {
    const { app, version } = await staged();
    const mark = rig.log.mark();
    await app.step('green', version, 'setSecret', rotatedUnderway(app, `new-${version}`, true));
    expect(rig.log.refusalsOf(app.names.admin, mark)).toBe(1);
    const { url } = await app.value('green', version);
    expect(await app.workingAs(url)).toBe(app.names.owner);
  });

  it('with a password that is wrong twice is one failed login and one clear error', async () => {
    const { app, version } = await staged();
    const mark = rig.log.mark();
    const dependencies = rotatedUnderway(app, `unknown-${version}`, false);
    await expect(app.step('green', version, 'setSecret', dependencies)).rejects.toMatchObject({
      name: 'DatabaseError',
      kind: 'wrong-password',
      message: expect.stringMatching(
        new RegExp(`does not accept the password of "${app.names.admin}".*admin secret`),
      ) as string,
    });
    expect(rig.log.refusalsOf(app.names.admin, mark)).toBe(1);
  });

  it('without a value, or with another shape, says so', async () => {
    const { app, version } = await staged();
    await app.write('admin', { user: 'postgres', password: 'not-this-one-either' });
    await expect(app.step('green', version, 'setSecret')).rejects.toThrow(
      /admin secret .* is not valid: username/,
    );
  });
});

describe('testSecret', () => {
  async function set() {
    const { app, version } = await staged();
    await app.step('green', version, 'setSecret');
    return { app, version, green: app.names.users.green, owner: app.names.owner };
  }

  it('fails where the login may not become the owner role, with the GRANT to run', async () => {
    const { app, version, green, owner } = await set();
    const { server } = rig.test;
    await server.query(`REVOKE ${owner} FROM ${green} GRANTED BY ${grantor(app.names.admin)}`);
    if (Number.parseInt(server.version, 10) >= 16)
      await server.query(`GRANT ${owner} TO ${green} WITH SET FALSE`);
    await expect(app.step('green', version, 'testSecret')).rejects.toMatchObject({
      name: 'UserUnfitError',
      message: expect.stringContaining(`GRANT "${owner}" TO "${green}" WITH SET TRUE`) as string,
    });
  });

  it('fails where sessions do not start as the owner role, with the ALTER ROLE to run', async () => {
    const { app, version, green, owner } = await set();
    await rig.test.server.query(`ALTER ROLE ${green} RESET role`);
    await expect(app.step('green', version, 'testSecret')).rejects.toMatchObject({
      name: 'UserUnfitError',
      message: expect.stringContaining(`ALTER ROLE "${green}" SET role TO '${owner}'`) as string,
    });
  });

  it('fails where the staged password does not log in, and AWSCURRENT stays', async () => {
    const { app, version, green } = await set();
    await app.alterByHand(green, `other-${version}`);
    await expect(app.step('green', version, 'testSecret')).rejects.toThrow(
      `${green} cannot log in with its new password`,
    );
    expect(await app.versionWith('green', 'AWSCURRENT')).not.toBe(version);
  });

  it('is the step that finds a missing owner role’s membership, which setSecret then mends', async () => {
    const { app, version, green, owner } = await set();
    await rig.test.server.query(`REVOKE ${owner} FROM ${green} GRANTED BY ${grantor(app.names.admin)}`);
    await expect(app.step('green', version, 'testSecret')).rejects.toThrow(/works as/);
    await app.complete('green', version);
    const { url } = await app.value('green', version);
    expect(await app.workingAs(url)).toBe(owner);
  });
});

describe('what all of this has left behind', () => {
  it('shows no password: not in the server log, telemetry or an error (I5)', () => {
    expect(rig.secretsKnown).toBeGreaterThan(10);
    expect(rig.leaks()).toEqual([]);
  });
});
