import { nextAction } from '../../../../lambda-src/core/next-action';
import type { Deployment } from '../../../../lambda-src/core/observation';
import {
  consumerNotMoving,
  revertFailed,
  rolloutEnding,
  rolloutFailed,
} from '../../../../lambda-src/core/rows/rollout';
import type { ConsumerRecord } from '../../../../lambda-src/core/record';
import {
  BLUE,
  DEADLINE,
  GREEN,
  SKEW,
  VISIBILITY,
  WEB,
  asks,
  look,
  moved,
  reverting,
  rolling,
  service,
  unflipped,
} from '../examples';

const d1: Deployment = { id: 'd1', primary: true, state: 'completed', createdAt: 0 };
const d2: Deployment = { id: 'd2', primary: true, state: 'in-progress', createdAt: 1_010 };
const noted = (change: Partial<ConsumerRecord>) => ({
  consumers: { [WEB]: { old: ['d1'], intendedAt: null, deployment: null, newSince: null, ...change } },
});
const forced = noted({ intendedAt: 1_001, deployment: 'd2' });

describe('row 6: a rollout that fails reverts', () => {
  const failing = [
    ['its deployment failed', { deployments: [{ ...d2, state: 'failed' as const }] }, 1_020],
    ['ECS rolled it back', { deployments: [d1, { ...d2, primary: false }] }, 1_001 + VISIBILITY + 1],
    ['the deadline passed', { deployments: [d1] }, 1_000 + DEADLINE + 1],
    ['the deadline of a later deployment passed', { deployments: [d2] }, d2.createdAt + DEADLINE + 1],
  ] as const;

  it.each(failing)('where %s', (_, change, now) => {
    const action = nextAction(look(rolling(forced), { now, consumers: [service(change)] }));
    expect(action).toMatchObject({
      row: '6',
      alarm: 'reverted',
      record: { phase: 'reverting', active: GREEN, previous: BLUE, rejected: [BLUE], flippedAt: null },
    });
  });

  it.each(failing)('row 7: a revert halts where %s', (_, change, now) => {
    const action = nextAction(look(reverting(forced), { now, consumers: [service(change)] }));
    expect(action).toMatchObject({ row: '7', alarm: 'halted', record: { phase: 'halted', active: BLUE } });
  });

  it('not yet where a rollback may be a picture from before the forced deployment', () => {
    const consumers = [service({ deployments: [d1] })];
    expect(nextAction(look(rolling(forced), { now: 1_001 + VISIBILITY, consumers }))).toMatchObject({
      row: '9',
    });
  });

  it('not yet at the deadline itself', () => {
    const consumers = [service({ deployments: [d2] })];
    expect(nextAction(look(rolling(forced), { now: 1_000 + DEADLINE, consumers }))).toMatchObject({
      row: '9',
    });
  });

  it('where an adopted deployment of unknown intent is rolled back', () => {
    const record = rolling(noted({ deployment: 'd2' }));
    expect(nextAction(look(record, { now: 1_031, consumers: [service()] }))).toMatchObject({ row: '6' });
  });

  it('a deployment that failed before the flip says nothing', () => {
    const consumers = [service({ deployments: [{ ...d1, state: 'failed' }] })];
    expect(nextAction(look(rolling(), { consumers }))).toMatchObject({ kind: 'force-deployment' });
  });

  it('when a person asks for it, answered in the same write', () => {
    const action = nextAction(look(rolling(), { request: asks('revert') }));
    expect(action).toMatchObject({
      row: '6',
      record: { phase: 'reverting', active: GREEN, handled: [{ id: 'r1', answer: 'done' }] },
    });
  });
});

describe('row 9: the end of a rollout', () => {
  const oldTask = { id: 't1', startedBy: 'd1', createdAt: 0 };
  const forgotten = moved({ tasks: [oldTask] });

  it('waits for deployments under way', () => {
    const action = nextAction(look(rolling(forced), { consumers: [service({ deployments: [d2] })] }));
    expect(action).toEqual({ kind: 'wait', row: '9', reason: `deploying: ${WEB}` });
  });

  it('I1: waits for every old task, by name, and alarms past the drain deadline without reverting', () => {
    const waiting = nextAction(look(rolling(forced), { now: 3_000, consumers: [forgotten] }));
    expect(waiting).toEqual({
      kind: 'wait',
      row: '9',
      reason: `still on the former credential: ${WEB} task t1`,
    });
    const overdue = nextAction(look(rolling(forced), { now: 3_001, consumers: [forgotten] }));
    expect(overdue).toMatchObject({ kind: 'wait', alarm: 'drain-overdue' });
  });

  it('I1: a task that no deployment started, of before the flip, is an old one', () => {
    const consumers = [moved({ tasks: [{ id: 't9', startedBy: 'a person', createdAt: 999 }] })];
    expect(nextAction(look(rolling(forced), { consumers }))).toMatchObject({ kind: 'wait', row: '9' });
  });

  it('I1: waits for standalone tasks of before the flip and its skew, and alarms without reverting', () => {
    const standalone = [
      { id: 'r1', startedBy: '', createdAt: 1_000 + SKEW },
      { id: 'r2', startedBy: '', createdAt: 1_000 + SKEW + 1 },
    ];
    const left = (now: number, given: typeof standalone) =>
      nextAction(look(rolling(forced), { now, consumers: [moved()], standalone: given }));
    expect(left(3_000, standalone)).toEqual({
      kind: 'wait',
      row: '9',
      reason: 'still on the former credential: standalone task r1',
    });
    expect(left(3_001, standalone)).toMatchObject({ kind: 'wait', alarm: 'drain-overdue' });
    expect(left(3_000, standalone.slice(1))).toMatchObject({ record: { phase: 'settled' } });
  });

  it('a standalone task neither moves a service nor keeps it from being taken for empty', () => {
    const standalone = [{ id: 'r1', startedBy: '', createdAt: 1_050 }];
    const consumers = [service({ desiredCount: 0, tasks: [] })];
    expect(nextAction(look(rolling(), { now: 1_001 + VISIBILITY, consumers, standalone }))).toMatchObject({
      record: { phase: 'settled' },
    });
  });

  it('settles, with evidence, and takes note of both versions', () => {
    expect(nextAction(look(rolling(forced), { consumers: [moved()] }))).toMatchObject({
      row: '9',
      evidence: 'adopted',
      record: { phase: 'settled', active: BLUE, seen: { blue: BLUE.version, green: GREEN.version } },
    });
  });

  it('settles a first rollout, which has no previous version', () => {
    const record = rolling({ ...forced, previous: null, seen: { blue: null, green: 'green-0' } });
    expect(nextAction(look(record, { consumers: [moved()] }))).toMatchObject({
      record: { phase: 'settled', seen: { blue: BLUE.version, green: 'green-0' } },
    });
  });

  it('alarms when it settles after a revert', () => {
    const record = reverting({ ...forced, seen: { blue: BLUE.version, green: 'green-0' } });
    expect(nextAction(look(record, { consumers: [moved()] }))).toMatchObject({
      evidence: 'reverted',
      alarm: 'reverted',
      record: { phase: 'settled', seen: { blue: BLUE.version, green: GREEN.version } },
    });
  });

  it('I1: believes that nothing is there only when a picture from before the flip is impossible', () => {
    const empty = [service({ desiredCount: 0, tasks: [] })];
    const early = nextAction(look(rolling(), { now: 1_000 + VISIBILITY, consumers: empty }));
    expect(early).toMatchObject({ kind: 'wait', row: '9' });
    const late = nextAction(look(rolling(), { now: 1_001 + VISIBILITY, consumers: empty }));
    expect(late).toMatchObject({ record: { phase: 'settled' } });
    expect(late).not.toHaveProperty('alarm');
  });

  it('I1: waits as long as a reader may have the former credential in its cache, without an alarm', () => {
    const at = (now: number) => {
      const observation = look(rolling(forced), { now, consumers: [moved()] });
      return nextAction({ ...observation, settings: { ...observation.settings, lag: 500 } });
    };
    expect(at(1_500 + SKEW)).toEqual({
      kind: 'wait',
      row: '9',
      reason: 'readers may still have the former credential in their caches',
    });
    expect(at(1_501 + SKEW)).toMatchObject({ record: { phase: 'settled' } });
  });

  it('counts a missing service as moved, with an alarm', () => {
    const missing = [service({ exists: false, deployments: [], tasks: [] })];
    const action = nextAction(look(rolling(), { consumers: missing }));
    expect(action).toMatchObject({ alarm: 'consumer-missing', record: { phase: 'settled' } });
    expect(action).toHaveProperty('why', expect.stringContaining(WEB));
  });
});

describe('before the flip is noted', () => {
  it.each([rolling(unflipped), reverting(unflipped)])(
    'I1: no row of a rollout acts, for there is no telling what is old: $phase',
    (record) => {
      const observation = look(record, { now: 9_999, consumers: [moved()], request: asks('revert') });
      for (const row of [rolloutFailed, revertFailed, consumerNotMoving, rolloutEnding])
        expect(row(observation)).toBeNull();
    },
  );
});
