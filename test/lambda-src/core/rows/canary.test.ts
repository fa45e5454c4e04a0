import { nextAction } from '../../../../lambda-src/core/next-action';
import type { Deployment, Observation } from '../../../../lambda-src/core/observation';
import type { CredentialRecord } from '../../../../lambda-src/core/record';
import { DEADLINE, look, moved, reverting, rolling, service, WEB } from '../examples';

const API = 'main/api';
const BAKE = 200;
const d2: Deployment = { id: 'd2', primary: true, state: 'in-progress', createdAt: 1_010 };
const none = { old: ['d1'], intendedAt: null, deployment: null, newSince: null };
const forced = { ...none, intendedAt: 1_001, deployment: 'd2', newSince: 1_010 };

/** The first consumer is the canary; the other one has not moved, unless it is said. */
function seen(record: CredentialRecord, change: Partial<Observation> = {}): Observation {
  const observation = look(record, { consumers: [service(), service({ name: API })], ...change });
  return { ...observation, settings: { ...observation.settings, bake: BAKE } };
}
const record = (change: Partial<CredentialRecord> = {}) =>
  rolling({ consumers: { [WEB]: forced, [API]: none }, ...change });
const others = [moved(), service({ name: API })];

describe('row 8, with a canary', () => {
  it('forces the first consumer, and while it deploys no other one', () => {
    const begun = rolling({ consumers: { [WEB]: none, [API]: none } });
    expect(nextAction(seen(begun))).toEqual({ kind: 'force-deployment', row: '8', consumer: WEB });
    const consumers = [service({ deployments: [d2] }), service({ name: API })];
    expect(nextAction(seen(record(), { consumers }))).toEqual({
      kind: 'wait',
      row: '9',
      reason: `deploying: ${WEB}; waiting for the canary: ${API}`,
    });
  });

  it('notes when it has moved, and waits until it has baked', () => {
    expect(nextAction(seen(record(), { consumers: others }))).toMatchObject({
      kind: 'write-record',
      row: '8',
      record: { phase: 'rolling', canaryMovedAt: 1_100 },
      why: `${WEB}, the canary, has moved: it is watched before the others follow`,
    });
    const baking = record({ canaryMovedAt: 1_100 });
    expect(nextAction(seen(baking, { now: 1_100 + BAKE - 1, consumers: others }))).toEqual({
      kind: 'wait',
      row: '9',
      reason: `waiting for the canary: ${API}`,
    });
    expect(nextAction(seen(baking, { now: 1_100 + BAKE, consumers: others }))).toEqual({
      kind: 'force-deployment',
      row: '8',
      consumer: API,
    });
  });

  it('adopts what somebody else deploys meanwhile', () => {
    const consumers = [service({ deployments: [d2] }), service({ name: API, deployments: [d2] })];
    expect(nextAction(seen(record(), { consumers }))).toMatchObject({
      row: '8',
      record: { consumers: { [API]: { deployment: 'd2' } } },
    });
  });

  it('waits for a deployment of before the flip by the turn of the others, not by the flip', () => {
    const busy = { name: API, deployments: [{ ...d2, id: 'd1', createdAt: 0 }] };
    const baking = record({ canaryMovedAt: 1_900 });
    const at = (now: number) => nextAction(seen(baking, { now, consumers: [moved(), service(busy)] }));
    expect(at(2_100 + DEADLINE / 2)).toMatchObject({ kind: 'wait', row: '8' });
    expect(at(2_101 + DEADLINE / 2)).toMatchObject({ kind: 'force-deployment', consumer: API });
  });

  it('reverts where it fails, also while it bakes: no other service was touched', () => {
    const failed = [moved({ deployments: [{ ...d2, state: 'failed' }] }), service({ name: API })];
    for (const canaryMovedAt of [null, 1_090])
      expect(nextAction(seen(record({ canaryMovedAt }), { consumers: failed }))).toMatchObject({
        row: '6',
        record: { phase: 'reverting', canaryMovedAt: null },
      });
  });

  it('gives the others a deadline of their own, from their turn on', () => {
    const late = { now: 1_001 + DEADLINE, consumers: others };
    expect(nextAction(seen(record({ canaryMovedAt: 1_900 }), late))).toMatchObject({ kind: 'wait' });
    const begun = record({ canaryMovedAt: 1_900, consumers: { [WEB]: forced, [API]: forced } });
    const at = (now: number) =>
      nextAction(seen(begun, { now, consumers: [moved(), service({ name: API, deployments: [d2] })] }));
    expect(at(2_100 + DEADLINE)).toMatchObject({ kind: 'wait' });
    expect(at(2_101 + DEADLINE)).toMatchObject({ row: '6', record: { phase: 'reverting' } });
  });

  it('and the canary the one of the flip', () => {
    const consumers = [service({ deployments: [{ ...d2, createdAt: 1_010 }] }), service({ name: API })];
    const at = (now: number) => nextAction(seen(record(), { now, consumers }));
    expect(at(1_010 + DEADLINE)).toMatchObject({ kind: 'wait' });
    expect(at(1_011 + DEADLINE)).toMatchObject({ row: '6' });
  });

  it('a revert waits for no canary, and notes none', () => {
    const back = reverting({ consumers: { [WEB]: forced, [API]: none } });
    expect(nextAction(seen(back, { consumers: others }))).toEqual({
      kind: 'force-deployment',
      row: '8',
      consumer: API,
    });
  });

  it('is over like any other rollout, at once where it is the only consumer', () => {
    const end = rolling({ consumers: { [WEB]: forced }, canaryMovedAt: 1_100 });
    expect(nextAction(seen(end, { consumers: [moved()] }))).toMatchObject({ record: { phase: 'settled' } });
  });
});
