import { nextAction } from '../../../../lambda-src/core/next-action';
import type { Observation } from '../../../../lambda-src/core/observation';
import type { CredentialRecord } from '../../../../lambda-src/core/record';
import { BLUE, GREEN, greenRotated, look, settled, verified } from '../examples';

const leaked = { ...GREEN, ended: false, attempts: 0, reportedAt: 0 };
const ready = { sweep: true, verification: verified(BLUE) };
const inFlight = {
  ...look(null).slots,
  green: {
    current: GREEN.version,
    pending: { version: 'green-2', since: 1_090, standIn: 's', standInMade: false },
    versions: [GREEN.version, 'green-2'],
  },
};
const empty = { ...look(null).slots, green: { current: null, pending: null, versions: [] } };

describe('row 16: an active password that is too old', () => {
  const old = { ...ready, overdue: 'today' };

  it('lets the standby be rotated with the token of the day', () => {
    expect(nextAction(look(settled(), old))).toEqual({
      kind: 'rotate',
      row: '16',
      slot: 'green',
      token: 'today',
      why: 'the active password of blue is older than maxAgeDays',
    });
  });

  const quiet: readonly [string, Partial<CredentialRecord>, Partial<Observation>][] = [
    ['it is young, or today was tried already', {}, { overdue: null }],
    ['it was just reverted to', { reason: 'the deployment failed' }, {}],
    ['a rotation is under way', {}, { slots: inFlight }],
    ['the standby has no value', {}, { slots: empty }],
    ['it is paused', { paused: true }, {}],
  ];
  it.each(quiet)('not where %s', (_what, change, seen) => {
    const action = nextAction(look(settled(change), { ...old, ...seen }));
    expect(action).toMatchObject({ kind: 'wait', row: '-' });
  });

  it('not before a leak is over', () => {
    const action = nextAction(look(settled({ compromised: leaked }), old));
    expect(action).toMatchObject({ kind: 'retire', row: '12' });
  });

  it('not where what was rotated last waits for its rollout', () => {
    const record = settled({ compromised: null });
    const barred = { ...old, slots: greenRotated, blockers: ['a blocker'] };
    expect(nextAction(look(record, barred))).toMatchObject({ kind: 'wait', row: '13' });
  });

  it('waits for its group, and for what a person must mend', () => {
    expect(nextAction(look(settled(), { ...old, busyGroup: ['billing'] }))).toMatchObject({
      kind: 'wait',
      row: '16',
    });
    expect(nextAction(look(settled(), { ...old, blockers: ['a blocker'] }))).toMatchObject({
      kind: 'wait',
      row: '16',
      alarm: 'blocked',
    });
  });
});

describe('row 16: the former user, after its soak', () => {
  const SOAK = 500;
  const at = (record: CredentialRecord, change: Partial<Observation> = {}) => {
    const observation = look(record, { now: SOAK + 1, ...ready, ...change });
    return nextAction({ ...observation, settings: { ...observation.settings, soak: SOAK } });
  };

  it('is locked out, a moment after the soak and not before', () => {
    expect(at(settled())).toEqual({
      kind: 'retire',
      row: '16',
      target: GREEN,
      why: 'nothing uses it since the last rollout',
    });
    expect(at(settled(), { now: SOAK })).toMatchObject({ kind: 'wait', row: '-' });
  });

  it('once: and again where it was only intended, or where the other one was meant', () => {
    expect(at(settled({ retired: { slot: 'green', done: true } }))).toMatchObject({ kind: 'wait', row: '-' });
    expect(at(settled({ retired: { slot: 'green', done: false } }))).toMatchObject({ kind: 'retire' });
    expect(at(settled({ retired: { slot: 'blue', done: true } }))).toMatchObject({ kind: 'retire' });
  });

  const quiet: readonly [string, Partial<CredentialRecord>, Partial<Observation>][] = [
    ['nothing was rolled out yet', { previous: null }, {}],
    ['it is not swept', {}, { sweep: false }],
    ['a rotation is under way', {}, { slots: inFlight }],
    ['it has no value', {}, { slots: empty }],
    ['it is paused', { paused: true }, {}],
  ];
  it.each(quiet)('not where %s', (_what, change, seen) => {
    expect(at(settled(change), seen)).toMatchObject({ kind: 'wait', row: '-' });
  });

  it('not where its rotation waits for the rollout, and not while a leak is answered', () => {
    expect(at(settled(), { slots: greenRotated, blockers: ['a blocker'] })).toMatchObject({ row: '13' });
    expect(at(settled({ compromised: leaked }))).toMatchObject({ kind: 'retire', row: '12' });
  });

  it('only after row 17 has asked whether the active one logs in: it may be refused at every sweep', () => {
    expect(at(settled(), { verification: null })).toEqual({ kind: 'verify', row: '17', target: BLUE });
    expect(at(settled(), { verification: verified(BLUE, 'refused') })).toMatchObject({ alarm: 'halted' });
  });

  it('never, where nobody asked for it', () => {
    expect(nextAction(look(settled(), { now: 1e12, ...ready }))).toMatchObject({ kind: 'wait', row: '-' });
  });
});
