import { readRecord } from '../../../local/drill/record';
import { READER, lagOf } from '../../../local/drill/reader';
import { untilLockedOut } from '../../../local/drill/rollout-checks';
import { rotateStandby } from '../../../local/drill/rotate';
import type { Stage } from '../../../local/drill/stage';
import { timelineOf } from '../../../local/drill/timeline/recorded';
import { expectUnharmed, raiseTestStage } from '../../support/stage';

jest.setTimeout(180_000);

const CACHE_SECONDS = 2;
const BAKE_SECONDS = 1;

let stage: Stage;
const startedAt = Date.now();

beforeAll(async () => {
  stage = await raiseTestStage({
    services: [{ name: 'web' }, { name: 'worker' }],
    reader: CACHE_SECONDS,
    document: { rollout: { canaryBakeSeconds: BAKE_SECONDS }, retire: { soakSeconds: 0 } },
  });
});

afterAll(async () => {
  await stage.close();
});

it.each(['green', 'blue'])(
  'I1: onto %s a canary first, the former user then locked out, and neither a service nor a reader with a cache fails to log in',
  async (slot) => {
    const report = await rotateStandby(stage);
    expect(report.slot).toBe(slot);
    // Settled no sooner than the reader's cache has let go of the former credential.
    const { since, flippedAt } = await readRecord(stage);
    expect(since - (flippedAt ?? since)).toBeGreaterThanOrEqual(lagOf(CACHE_SECONDS) * 1_000);
    expect(report.canaryMs).toBeGreaterThanOrEqual(BAKE_SECONDS * 1_000);
    await untilLockedOut(stage);
    expectUnharmed(stage);
  },
);

it('the reader was never redeployed: one task of it logged in as both users', () => {
  const attempts = stage.logins.attempts().filter(({ service }) => service === READER);
  expect(new Set(attempts.map(({ taskArn }) => taskArn)).size).toBe(1);
  expect(new Set(attempts.map(({ user }) => user))).toEqual(new Set(['app_blue', 'app_green']));
  const lane = timelineOf(stage, startedAt).tasks.filter(({ service }) => service === READER);
  expect(lane.map(({ user }) => user)).toEqual(['app_blue', 'app_green', 'app_blue']);
});
