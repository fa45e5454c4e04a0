import { nextAction } from '../../../../lambda-src/core/next-action';
import type { Deployment } from '../../../../lambda-src/core/observation';
import { withConsumer, type ConsumerRecord } from '../../../../lambda-src/core/record';
import { DEADLINE, SKEW, VISIBILITY, WEB, look, moved, reverting, rolling, service } from '../examples';

const d1: Deployment = { id: 'd1', primary: true, state: 'completed', createdAt: 0 };
const d2: Deployment = { id: 'd2', primary: true, state: 'in-progress', createdAt: 1_010 };
const noted = (change: Partial<ConsumerRecord>) => ({
  consumers: { [WEB]: { old: ['d1'], intendedAt: null, deployment: null, newSince: null, ...change } },
});

describe('row 8: every consumer gets one new deployment', () => {
  it.each([rolling(), reverting()])('$phase forces one where only old ones run', (record) => {
    expect(nextAction(look(record))).toEqual({ kind: 'force-deployment', row: '8', consumer: WEB });
  });

  it('waits for a deployment that was under way before the flip, at most half the deadline', () => {
    const busy = service({ deployments: [{ id: 'd1', primary: true, state: 'in-progress', createdAt: 0 }] });
    expect(nextAction(look(rolling(), { consumers: [busy] }))).toMatchObject({ kind: 'wait', row: '8' });
    const late = { consumers: [busy], now: 1_000 + DEADLINE / 2 + 1 };
    expect(nextAction(look(rolling(), late))).toMatchObject({ kind: 'force-deployment' });
    expect(nextAction(look(reverting(), { consumers: [busy] }))).toMatchObject({ kind: 'force-deployment' });
  });

  it('keeps none waiting for another that has to wait, or whose deployment was intended and has not come about', () => {
    const busy = service({ deployments: [{ id: 'd1', primary: true, state: 'in-progress', createdAt: 0 }] });
    const second = { kind: 'force-deployment', row: '8', consumer: 'main/second' };
    const consumers = [busy, service({ name: 'main/second' })];
    expect(nextAction(look(rolling(), { consumers }))).toEqual(second);
    const intended = rolling(noted({ intendedAt: 1_001 }));
    expect(nextAction(look(intended, { consumers }))).toEqual(second);
    expect(nextAction(look(intended, { consumers, now: 1_001 + VISIBILITY + 1 }))).toEqual(second);
    const both = withConsumer(intended, 'main/second', { old: ['d1'], intendedAt: 1_001 });
    expect(nextAction(look(both, { consumers, now: 1_001 + VISIBILITY + 1 }))).toEqual({
      ...second,
      consumer: WEB,
    });
  });

  it('one created within the clocks’ skew of the flip counts as old', () => {
    const within = service({ deployments: [{ ...d2, state: 'completed', createdAt: 1_000 + SKEW }] });
    expect(nextAction(look(rolling(), { consumers: [within] }))).toMatchObject({ kind: 'force-deployment' });
    const after = service({ deployments: [{ ...d2, createdAt: 1_000 + SKEW + 1 }] });
    expect(nextAction(look(rolling(), { consumers: [after] }))).toMatchObject({ kind: 'write-record' });
  });

  it('one noted at the flip is old, whatever ECS’s clock says', () => {
    const ahead = service({ deployments: [{ ...d1, createdAt: 1_050 }] });
    expect(nextAction(look(rolling(), { consumers: [ahead] }))).toMatchObject({ kind: 'force-deployment' });
  });

  it('adopts somebody else’s', () => {
    const action = nextAction(look(rolling(), { consumers: [service({ deployments: [d2] })] }));
    expect(action).toMatchObject({
      row: '8',
      record: { consumers: { [WEB]: { deployment: 'd2', intendedAt: 1_100, newSince: d2.createdAt } } },
    });
  });

  it('one that somebody begins after ours is new, however soon after the flip', () => {
    const record = rolling(noted({ intendedAt: 1_001, deployment: 'd1x', newSince: 1_001 }));
    const soon = { ...d2, state: 'completed' as const, createdAt: 1_002 };
    const tasks = [{ id: 't1', startedBy: 'd2', createdAt: 1_001 }];
    const action = nextAction(look(record, { consumers: [service({ deployments: [soon], tasks })] }));
    expect(action).toMatchObject({ row: '9', record: { phase: 'settled' } });
  });

  it('a task of a deployment that no look saw before the flip is old, even of the very millisecond of ours', () => {
    const record = rolling(noted({ intendedAt: 1_001, deployment: 'd2', newSince: 1_001 }));
    const ours = { ...d2, state: 'completed' as const, createdAt: 1_001 };
    const deployments = [ours, { ...d1, id: 'unseen', primary: false, createdAt: 999 }];
    const tasks = [{ id: 't1', startedBy: 'unseen', createdAt: 1_001 }];
    const action = nextAction(look(record, { consumers: [service({ deployments, tasks })] }));
    expect(action).toMatchObject({ reason: `still on the former credential: ${WEB} task t1` });
  });

  it('ours stays new where a later one fails and ECS goes back to it', () => {
    const record = rolling(noted({ intendedAt: 1_001, deployment: 'd2', newSince: d2.createdAt }));
    const deployments = [
      { ...d2, id: 'd3', primary: false, state: 'failed' as const, createdAt: 1_020 },
      { ...d2, state: 'completed' as const },
    ];
    const action = nextAction(look(record, { consumers: [service({ deployments, tasks: [] })] }));
    expect(action).toMatchObject({ row: '9', record: { phase: 'settled' } });
  });

  it('I3: an intent without an id waits, adopts what appeared, and only then forces again', () => {
    const record = rolling(noted({ intendedAt: 1_001 }));
    const visible = 1_001 + VISIBILITY;
    expect(nextAction(look(record, { now: visible }))).toMatchObject({ kind: 'wait', row: '8' });
    expect(nextAction(look(record, { now: visible + 1 }))).toMatchObject({ kind: 'force-deployment' });
    const rolledBack = [service({ deployments: [d1, { ...d2, primary: false }] })];
    expect(nextAction(look(record, { now: visible + 1, consumers: rolledBack }))).toMatchObject({
      record: { consumers: { [WEB]: { deployment: 'd2' } } },
    });
  });

  it('forces one for a consumer that joined during the rollout', () => {
    const consumers = [moved(), service({ name: 'main/new' })];
    const action = nextAction(look(rolling(noted({ deployment: 'd2' })), { consumers }));
    expect(action).toMatchObject({ kind: 'force-deployment', consumer: 'main/new' });
  });

  it('forces none for a service without a deployment that exists no more', () => {
    const consumers = [service({ exists: false, deployments: [] })];
    expect(nextAction(look(rolling(), { consumers }))).toMatchObject({ kind: 'wait', row: '9' });
  });
});
