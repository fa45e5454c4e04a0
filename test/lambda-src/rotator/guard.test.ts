import type { Step } from '../../../lambda-src/contract/events';
import type { RotationRefusedError } from '../../../lambda-src/rotator/errors';
import { blinding, itUnlessSuperuser } from '../../support/rotator/admins';
import { RotatorRig } from '../../support/rotator/rig';
import type { Installation } from '../../support/rotator/installation';

let rig: RotatorRig;
beforeAll(async () => void (rig = await RotatorRig.start()), 180_000);
afterAll(() => rig.stop(), 60_000);

// Generous: the machine may be busy.
jest.setTimeout(90_000);

interface Refused {
  readonly clause: string;
  readonly reason: RegExp;
  readonly offenders: readonly unknown[];
}

/** The step is refused with slot, reason and offenders in the message, and the server saw no change. */
async function expectRefused(
  app: Installation,
  version: string,
  step: Step,
  refused: Refused,
): Promise<void> {
  const mark = rig.log.mark();
  const calls = rig.target.callLog.mark();
  const error = await app.step('green', version, step).then(
    () => null,
    (thrown: unknown) => thrown as RotationRefusedError,
  );
  expect(error).toMatchObject({
    name: 'RotationRefusedError',
    credential: 'app',
    kind: 'green',
    refusal: { clause: refused.clause, offenders: refused.offenders },
  });
  expect(error?.message).toMatch(/^Rotation of green of app refused: /);
  expect(error?.message).toMatch(refused.reason);
  for (const offender of error?.refusal.offenders ?? []) expect(error?.message).toContain(offender);
  expect(app.effects(mark)).toEqual([]);
  const writes = rig.target.callLog.since(calls).filter(({ operation }) => /^(Put|Update)/.test(operation));
  expect(writes).toEqual([]);
}

const BY_RECORD: readonly (readonly [string, (app: Installation) => Promise<void>, Refused])[] = [
  [
    'there is no record',
    (app) => app.deleteParameter('record'),
    { clause: 'record', reason: /no readable record: run bootstrap/, offenders: [] },
  ],
  [
    'the record cannot be read',
    (app) => app.setParameter('record', '{"schema":1,"phase":"settled"}'),
    { clause: 'record', reason: /no readable record/, offenders: [] },
  ],
  [
    'the slot is the active one',
    (app) => app.changeRecord({ active: { slot: 'green', version: 'v' } }),
    { clause: 'standby', reason: /green is the active user/, offenders: ['green'] },
  ],
  [
    'a rollout is under way',
    (app) => app.changeRecord({ phase: 'rolling', active: { slot: 'blue', version: 'v-rolling' } }),
    { clause: 'record', reason: /is rolling, not settled/, offenders: ['v-rolling'] },
  ],
  [
    'a revert is under way',
    (app) =>
      app.changeRecord({
        phase: 'reverting',
        reason: 'web failed',
        active: { slot: 'blue', version: 'v-back' },
      }),
    { clause: 'record', reason: /is reverting, not settled \(web failed\)/, offenders: ['v-back'] },
  ],
  [
    'it is halted',
    (app) =>
      app.changeRecord({
        phase: 'halted',
        haltedFrom: 'rolling',
        reason: 'restored',
        active: { slot: 'blue', version: 'v-halt' },
      }),
    { clause: 'record', reason: /is halted, not settled \(restored\)/, offenders: ['v-halt'] },
  ],
  [
    'it is paused',
    (app) => app.changeRecord({ paused: true }),
    { clause: 'record', reason: /is paused: unpause it first/, offenders: [] },
  ],
  [
    'a consumer joined',
    (app) =>
      app.changeDocument({
        consumers: [
          { cluster: 'shop', service: 'web' },
          { cluster: 'shop', service: 'worker' },
        ],
      }),
    { clause: 'record', reason: /no rollout has covered yet/, offenders: ['shop/worker'] },
  ],
];

describe('I2, guard clauses 1 and 2: createSecret is refused where', () => {
  it.each(BY_RECORD)('%s', async (_what, arrange, refused) => {
    const app = await rig.install();
    const version = await app.begin('green');
    await arrange(app);
    await expectRefused(app, version, 'createSecret', refused);
    expect(rig.log.text()).not.toMatch(new RegExp(`user=${app.names.users.green} .*tandem-rotator`));
  });
});

describe('I2, guard clauses 1 and 2: setSecret, whose value is staged, is refused where', () => {
  it.each(BY_RECORD)('%s', async (_what, arrange, refused) => {
    const app = await rig.install();
    const version = await app.begin('green');
    await app.step('green', version, 'createSecret');
    const { url } = await app.value('green');
    await arrange(app);
    await expectRefused(app, version, 'setSecret', refused);
    expect(await app.workingAs(url)).toBe(app.names.owner);
    expect(await app.versionWith('green', 'AWSPENDING')).toBe(version);
  });
});

describe('I2, guard clause 3', () => {
  it('refuses the next rotation until the last one was rolled out', async () => {
    const app = await rig.install();
    const first = await app.begin('green');
    await app.complete('green', first);
    const second = await app.begin('green');
    const refused = { clause: 'seen', reason: /has not been rolled out yet/, offenders: [first] };
    await expectRefused(app, second, 'createSecret', refused);
  });

  it('lets the next rotation through where the version was rejected', async () => {
    const app = await rig.install();
    const first = await app.begin('green');
    await app.complete('green', first);
    await app.changeRecord({ rejected: [{ slot: 'green', version: first }] });
    const second = await app.begin('green');
    await app.complete('green', second);
    expect((await app.labels('green'))[second]).toEqual(['AWSCURRENT']);
  });

  it('does not let it through where the same version of the other slot was rejected', async () => {
    const app = await rig.install();
    const first = await app.begin('green');
    await app.complete('green', first);
    await app.changeRecord({ rejected: [{ slot: 'blue', version: first }] });
    const second = await app.begin('green');
    const refused = { clause: 'seen', reason: /has not been rolled out yet/, offenders: [first] };
    await expectRefused(app, second, 'createSecret', refused);
  });
});

describe('createSecret is refused', () => {
  it('where the rotation was cancelled', async () => {
    const app = await rig.install();
    const version = await app.begin('green');
    await app.cancelRotation('green');
    const refused = { clause: 'rotation', reason: /rotation is not enabled/, offenders: ['green'] };
    await expectRefused(app, version, 'createSecret', refused);
  });

  it('where the slot has no value: its first value would become AWSCURRENT at once', async () => {
    const app = await rig.install({ bootstrapped: false });
    const version = await app.begin('green');
    const refused = {
      clause: 'value',
      reason: /green has no value yet: run bootstrap/,
      offenders: ['green'],
    };
    await expectRefused(app, version, 'createSecret', refused);
    expect(await app.versionWith('green', 'AWSCURRENT')).toBeUndefined();
  });
});

describe('I2, guard clause 5: an open session', () => {
  it('refuses setSecret, naming application_name and address; once it is closed the retry goes through', async () => {
    const app = await rig.install();
    const { url } = await app.value('green');
    const psql = await app.open(url, 'psql');
    const version = await app.begin('green');
    await app.step('green', version, 'createSecret');
    const shape = new RegExp(
      `^${app.names.users.green}: application_name psql, from 127\\.0\\.0\\.1, pid \\d+ on 127\\.0\\.0\\.1:\\d+, since 20`,
    );
    await expectRefused(app, version, 'setSecret', {
      clause: 'sessions',
      reason: /a session is still open as green/,
      offenders: [expect.stringMatching(shape)],
    });
    await psql.query('SELECT 1');
    await psql.end();
    await app.drained('green');
    await app.complete('green', version);
    expect(await app.workingAs(url)).toBe('28P01');
  });

  it('of the active user stands in nobody’s way', async () => {
    const app = await rig.install();
    const { url } = await app.value('blue');
    const client = await app.open(url);
    await app.complete('green', await app.begin('green'));
    await client.query('SELECT 1');
    await client.end();
  });

  itUnlessSuperuser(
    'cannot be excluded by an admin that may not see it: refused, and never taken for none',
    async () => {
      const app = await rig.install();
      await rig.test.server.query(blinding(app.names.admin));
      const version = await app.begin('green');
      await app.step('green', version, 'createSecret');
      const mark = rig.log.mark();
      await expect(app.step('green', version, 'setSecret')).rejects.toMatchObject({
        kind: 'cannot-see-sessions',
        message: expect.stringContaining(`GRANT pg_read_all_stats TO "${app.names.admin}"`) as string,
      });
      expect(app.effects(mark)).toEqual([]);
    },
  );
});

describe('what all of this has left behind', () => {
  it('shows no password: not in the server log, telemetry or an error (I5)', () => {
    expect(rig.secretsKnown).toBeGreaterThan(10);
    expect(rig.leaks()).toEqual([]);
  });
});
