import { mirrorVersion } from '../../../lambda-src/contract/tokens';
import { bootstrap, destroy } from '../../../lambda-src/rotator/bootstrap';
import { RotatorRig } from '../../support/rotator/rig';
import type { Installation } from '../../support/rotator/installation';

let rig: RotatorRig;
beforeAll(async () => void (rig = await RotatorRig.start()), 180_000);
afterAll(() => rig.stop(), 60_000);

// Generous: the machine may be busy.
jest.setTimeout(90_000);

const run = (app: Installation) => app.noted(bootstrap(app.dependencies, 'app'));

/** Everything that AWS holds of the credential. */
async function look(app: Installation): Promise<unknown> {
  const secrets = ['blue', 'green', 'active'] as const;
  const parameters = ['config', 'record', 'pointer', 'request', 'evidence'] as const;
  return [
    await Promise.all(secrets.map(async (kind) => [await app.labels(kind), await app.text(kind)])),
    await Promise.all(parameters.map((kind) => app.parameter(kind))),
  ];
}

describe('bootstrap of a fresh installation', () => {
  it('makes two users that log in as the owner role, each with a value of its own', async () => {
    const app = await rig.install();
    const [blue, green] = [await app.value('blue'), await app.value('green')];
    expect(await app.workingAs(blue.url)).toBe(app.names.owner);
    expect(await app.workingAs(green.url)).toBe(app.names.owner);
    expect(blue.password).not.toBe(green.password);
    const { owner, users } = app.names;
    const marks = await rig.test.server.query<{ mark: string }>(
      `SELECT shobj_description(oid, 'pg_authid') AS mark FROM pg_roles WHERE rolname = ANY($1)`,
      [[owner, users.blue, users.green]],
    );
    expect(marks.map(({ mark }) => mark)).toEqual(
      Array(3).fill(`managed by tandem: ${app.names.prefix}/app`),
    );
  });

  it('makes blue active: in the mirror byte for byte, in the pointer, and in a settled record', async () => {
    const app = await rig.install();
    const [blue, green] = [
      await app.versionWith('blue', 'AWSCURRENT'),
      await app.versionWith('green', 'AWSCURRENT'),
    ];
    expect(await app.text('active')).toBe(await app.text('blue'));
    expect(await app.labels('active')).toEqual({
      [mirrorVersion(app.arns.blue, blue ?? '')]: ['AWSCURRENT'],
    });
    expect(await app.parameter('pointer')).toBe('blue');
    expect(await app.parameter('request')).toBe('{}');
    expect(await app.parameter('evidence')).toBe('{}');
    expect(await app.record()).toEqual({
      schema: 1,
      phase: 'settled',
      haltedFrom: null,
      since: rig.target.time.now(),
      active: { slot: 'blue', version: blue },
      previous: null,
      seen: { blue, green },
      rejected: [],
      flippedAt: null,
      consumers: { 'shop/web': { old: [], intendedAt: null, deployment: null, newSince: null } },
      handled: [],
      paused: false,
      reason: null,
      compromised: null,
      retired: null,
      canaryMovedAt: null,
    });
  });

  it('tells what it did without a value, since that lands in Terraform’s state (I5)', async () => {
    const app = await rig.install({ bootstrapped: false });
    const { did } = await run(app);
    expect(did).toContain('blue: first value stored');
    expect(did.at(-1)).toBe('record created');
    const told = JSON.stringify(did);
    for (const kind of ['blue', 'green'] as const)
      expect(told).not.toContain((await app.value(kind)).password);
    expect(told).not.toContain('SCRAM');
  });
});

describe('bootstrap run again', () => {
  it('changes nothing, on either side (I3, I6)', async () => {
    const app = await rig.install();
    const [before, mark] = [await look(app), rig.log.mark()];
    expect(await run(app)).toEqual({ credential: 'app', did: [] });
    expect(await look(app)).toEqual(before);
    expect(app.effects(mark)).toEqual([]);
  });

  it('changes nothing in the middle of a rotation and a rollout (I6)', async () => {
    const app = await rig.install();
    const version = await app.begin('green');
    await app.step('green', version, 'createSecret');
    await app.changeRecord({ phase: 'rolling' });
    const [before, mark] = [await look(app), rig.log.mark()];
    expect(await run(app)).toEqual({ credential: 'app', did: [] });
    expect(await look(app)).toEqual(before);
    expect(app.effects(mark)).toEqual([]);
  });

  it('refuses to guess where the record cannot be read', async () => {
    const app = await rig.install();
    await app.setParameter('record', 'nonsense');
    await expect(run(app)).rejects.toThrow("restore it from the parameter's history");
    expect(await app.parameter('record')).toBe('nonsense');
  });
});

describe('where there are values but no record', () => {
  it('the new record rolls the slot and version that the mirror carries, and no user is altered', async () => {
    const app = await rig.install();
    const green = (await app.versionWith('green', 'AWSCURRENT')) ?? '';
    await app.write('active', await app.value('green'), 'AWSCURRENT', mirrorVersion(app.arns.green, green));
    await app.deleteParameter('record');
    await app.deleteParameter('pointer');
    const mark = rig.log.mark();
    expect((await run(app)).did).toEqual(['pointer created', 'record created']);
    expect(await app.record()).toMatchObject({ phase: 'rolling', active: { slot: 'green', version: green } });
    expect(await app.parameter('pointer')).toBe('green');
    expect(app.effects(mark)).toEqual([]);
  });

  it('a value that does not log in is not published, and is believed once it does (I1)', async () => {
    const app = await rig.install({ bootstrapped: false });
    const { server } = rig.test;
    const { users, prefix, database, owner } = app.names;
    const password = 'brought-along-0123456789';
    const { host, port } = server;
    const url = `postgresql://${users.blue}:${password}@${host}:${String(port)}/${database}`;
    const blue = await app.write('blue', {
      host,
      port,
      dbname: database,
      username: users.blue,
      password,
      url,
    });
    await expect(run(app)).rejects.toThrow('does not log in');
    expect(await app.labels('active')).toEqual({});
    expect(await app.parameter('record')).toBeUndefined();
    await server.query(`CREATE ROLE ${users.blue} LOGIN`);
    await server.query(`COMMENT ON ROLE ${users.blue} IS 'managed by tandem: ${prefix}/app'`);
    await server.query(`GRANT ${owner} TO ${users.blue}`);
    await app.alterByHand(users.blue, password);
    const mark = rig.log.mark();
    await run(app);
    expect(await app.record()).toMatchObject({ phase: 'rolling', active: { slot: 'blue', version: blue } });
    expect(await app.text('active')).toBe(await app.text('blue'));
    expect(app.effects(mark).join('\n')).not.toContain(users.blue);
  });
});

describe('bootstrap’s destroy', () => {
  it('removes the four parameters and nothing else, and may be repeated', async () => {
    const app = await rig.install();
    const other = await rig.install();
    const urls = [(await app.value('blue')).url, (await app.value('green')).url];
    const [config, untouched, mark] = [await app.parameter('config'), await look(other), rig.log.mark()];
    const secrets = await Promise.all((['blue', 'green', 'active'] as const).map((kind) => app.labels(kind)));
    for (let time = 0; time < 2; time += 1) await destroy(app.dependencies, 'app');
    for (const kind of ['record', 'pointer', 'request', 'evidence'] as const)
      expect(await app.parameter(kind)).toBeUndefined();
    expect(await app.parameter('config')).toBe(config);
    expect(await Promise.all((['blue', 'green', 'active'] as const).map((kind) => app.labels(kind)))).toEqual(
      secrets,
    );
    expect(app.effects(mark)).toEqual([]);
    for (const url of urls) expect(await app.workingAs(url)).toBe(app.names.owner);
    expect(await look(other)).toEqual(untouched);
  });
});

describe('what all of this has left behind', () => {
  it('shows no password: not in the server log, telemetry or an error (I5)', () => {
    expect(rig.secretsKnown).toBeGreaterThan(10);
    expect(rig.leaks()).toEqual([]);
  });
});
