import { readRecord } from '../../local/drill/record';
import { rotateStandby } from '../../local/drill/rotate';
import type { Stage } from '../../local/drill/stage';
import { expectUnharmed } from '../support/stage';
import { describeApplied } from './moto';
import type { Root } from './root';
import { applyVariant, arnOfSecret, type AppliedVariant } from './variant';

/** An apply waits for minutes wherever the provider does: 25 s for a queue. */
jest.setTimeout(600_000);

describeApplied('one secret with two users in turn, applied with the real AWS provider', () => {
  let stage: Stage;
  let roots: readonly Root[] = [];
  let close: AppliedVariant['close'] = () => Promise.resolve();

  beforeAll(async () => {
    ({ stage, roots, close } = await applyVariant({
      strategy: 'alternating',
      credential: { strategy: 'alternating', schedule: { secret: { expression: 'rate(30 days)' } } },
      secrets: async (clients) => {
        const arn = await arnOfSecret(clients, 'active');
        return { blue: arn, green: arn, active: arn };
      },
    }));
  });

  afterAll(async () => {
    await close();
  });

  it('rotates each user in its turn, rolled out by events alone, without one failed login', async () => {
    for (const slot of ['green', 'blue', 'green']) {
      const { logins, failedAuthentications, ...rotated } = await rotateStandby(stage);
      expect({ slot: rotated.slot, failed: logins.failed, failedAuthentications }).toEqual({
        slot,
        failed: 0,
        failedAuthentications: 0,
      });
    }
    expect(await readRecord(stage)).toMatchObject({ phase: 'settled', active: { slot: 'green' } });
    expectUnharmed(stage);
  });

  it('I6: no plan shows a change after the rotations', async () => {
    for (const root of roots) expect(await root.drift()).toEqual([]);
  });

  it('I6: a second apply starts no rotation, writes no value and moves no label', async () => {
    const mark = stage.system.callLog.mark();
    for (const root of roots) await root.apply();
    const moves = stage.system.callLog
      .since(mark)
      .filter(({ operation }) =>
        ['RotateSecret', 'PutSecretValue', 'UpdateSecretVersionStage'].includes(operation),
      );
    expect(moves).toEqual([]);
    expectUnharmed(stage);
  });
});
