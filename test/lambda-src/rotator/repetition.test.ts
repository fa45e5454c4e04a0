import { STEPS, type Step } from '../../../lambda-src/contract/events';
import type { RotatorDependencies } from '../../../lambda-src/rotator/dependencies';
import { replaced } from '../../support/rotator/replaced';
import { RotatorRig } from '../../support/rotator/rig';
import type { Installation } from '../../support/rotator/installation';

let rig: RotatorRig;
beforeAll(async () => void (rig = await RotatorRig.start()), 180_000);
afterAll(() => rig.stop(), 60_000);

// Generous: the machine may be busy.
jest.setTimeout(90_000);

/** Where every rotation must arrive. */
async function expectRotated(app: Installation, version: string): Promise<void> {
  expect((await app.labels('green'))[version]).toEqual(['AWSCURRENT']);
  expect(await app.versionWith('green', 'AWSPENDING')).toBeUndefined();
  const { url } = await app.value('green', version);
  expect(await app.workingAs(url)).toBe(app.names.owner);
}

/** The n-th move of a label fails before it has an effect, as where the function dies there. */
function dyingAtMove(dependencies: RotatorDependencies, n: number): RotatorDependencies {
  const { secrets } = dependencies;
  let moves = 0;
  const moveLabel: typeof secrets.moveLabel = (...move) => {
    moves += 1;
    if (moves === n) return Promise.reject(new Error('died'));
    return secrets.moveLabel(...move);
  };
  return { ...dependencies, secrets: replaced(secrets, { moveLabel }) };
}

describe('I3: a step that is run again', () => {
  it('ends the same, each of the four', async () => {
    const app = await rig.install();
    const version = await app.begin('green');
    for (const step of STEPS) {
      await app.step('green', version, step);
      await app.step('green', version, step);
    }
    await expectRotated(app, version);
  });

  it('createSecret keeps the value that is staged', async () => {
    const app = await rig.install();
    const version = await app.begin('green');
    await app.step('green', version, 'createSecret');
    const staged = await app.text('green', version);
    await app.step('green', version, 'createSecret');
    expect(await app.text('green', version)).toBe(staged);
  });

  it('setSecret alters to the same password after a death between ALTER and finishSecret', async () => {
    const app = await rig.install();
    const version = await app.begin('green');
    await app.step('green', version, 'createSecret');
    await app.step('green', version, 'setSecret');
    const { url } = await app.value('green', version);
    expect(await app.workingAs(url)).toBe(app.names.owner);
    const mark = rig.log.mark();
    await app.complete('green', version);
    expect(app.effects(mark)).toHaveLength(1);
    expect((await app.value('green', version)).url).toBe(url);
    await expectRotated(app, version);
  });

  it.each(STEPS)(
    'any step after a whole rotation, here %s, writes nothing and alters nothing',
    async (step) => {
      const app = await rig.install();
      const version = await app.begin('green');
      await app.complete('green', version);
      const labels = await app.labels('green');
      const [log, calls] = [rig.log.mark(), rig.target.callLog.mark()];
      await app.step('green', version, step);
      expect(app.effects(log)).toEqual([]);
      // What is staged is asked under the lock, so setSecret alone connects to learn that there is nothing to do.
      expect(app.connections(log)).toBe(step === 'setSecret' ? 1 : 0);
      const made = rig.target.callLog.since(calls).map(({ operation }) => operation);
      expect(made.filter((operation) => /^(Put|Update)/.test(operation))).toEqual([]);
      expect(await app.labels('green')).toEqual(labels);
    },
  );
});

describe('I3: finishSecret that dies', () => {
  it('before its first move is repeated to the same end', async () => {
    const app = await rig.install();
    const version = await app.begin('green');
    for (const step of STEPS.slice(0, 3)) await app.step('green', version, step);
    const dying = dyingAtMove(app.dependencies, 1);
    await expect(app.step('green', version, 'finishSecret', dying)).rejects.toThrow('died');
    expect((await app.labels('green'))[version]).toEqual(['AWSPENDING']);
    await app.complete('green', version);
    await expectRotated(app, version);
  });

  it.each([
    ['before anybody has looked', undefined],
    ['while the rollout is under way', 'rolling'],
    ['after the rollout', 'settled'],
  ] as const)('between its moves is repeated to the same end, %s', async (_when, phase) => {
    const app = await rig.install();
    const version = await app.begin('green');
    for (const step of STEPS.slice(0, 3)) await app.step('green', version, step);
    const dying = dyingAtMove(app.dependencies, 2);
    await expect(app.step('green', version, 'finishSecret', dying)).rejects.toThrow('died');
    expect((await app.labels('green'))[version]?.toSorted()).toEqual(['AWSCURRENT', 'AWSPENDING']);
    if (phase !== undefined) await app.changeRecord({ phase, active: { slot: 'green', version } });
    const mark = rig.log.mark();
    await app.complete('green', version);
    expect(app.effects(mark)).toEqual([]);
    await expectRotated(app, version);
  });
});

describe('testSecret alone (RotateImmediately=false)', () => {
  it('succeeds with an AWSPENDING that has no value, and changes nothing', async () => {
    const app = await rig.install();
    const version = await app.begin('green');
    const [labels, log, calls] = [await app.labels('green'), rig.log.mark(), rig.target.callLog.mark()];
    await app.step('green', version, 'testSecret');
    expect(await app.labels('green')).toEqual(labels);
    expect(app.connections(log)).toBe(0);
    const made = rig.target.callLog.since(calls).map(({ operation }) => operation);
    expect(made).toEqual(['GetSecretValue', 'DescribeSecret', 'DescribeSecret']);
  });
});

describe('a rotation that was superseded', () => {
  it.each(STEPS)('is refused by %s, without an effect', async (step: Step) => {
    const app = await rig.install();
    const version = await app.begin('green');
    if (step !== 'createSecret') await app.step('green', version, 'createSecret');
    await app.takeOff('green', 'AWSPENDING', version);
    const [labels, log] = [await app.labels('green'), rig.log.mark()];
    await expect(app.step('green', version, step)).rejects.toMatchObject({
      name: 'RotationRefusedError',
      kind: 'green',
      refusal: { clause: 'token', offenders: [version] },
    });
    expect(app.effects(log)).toEqual([]);
    expect(await app.labels('green')).toEqual(labels);
  });
});

describe('what all of this has left behind', () => {
  it('shows no password: not in the server log, telemetry or an error (I5)', () => {
    expect(rig.secretsKnown).toBeGreaterThan(10);
    expect(rig.leaks()).toEqual([]);
  });
});
