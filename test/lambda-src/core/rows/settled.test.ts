import { nextAction } from '../../../../lambda-src/core/next-action';
import type { SlotObservation } from '../../../../lambda-src/core/observation';
import { BLUE, GREEN, WEB, asks, greenRotated, look, service, settled, verified } from '../examples';

const GREEN2 = { slot: 'green', version: 'green-2' } as const;
const pending = (version: string, since: number, standInMade = false): Partial<SlotObservation> => ({
  pending: { version, since, standIn: `for-${version}`, standInMade },
});
const slots = (change: { blue?: Partial<SlotObservation>; green?: Partial<SlotObservation> }) => {
  const { blue, green } = look(settled()).slots;
  return { blue: { ...blue, ...change.blue }, green: { ...green, ...change.green } };
};
const barred = [
  ['the group is busy', { busyGroup: ['billing'] }, /billing/],
  ['something must be mended', { blockers: ['the active secret has rotation enabled'] }, /rotation enabled/],
] as const;

describe('row 5: a published copy that somebody moved', () => {
  it.each(['mirror', 'pointer'])('%s: the active version is rolled out again, even while paused', (copy) => {
    const action = nextAction(look(settled({ paused: true }), { [copy]: 'previous' }));
    expect(action).toMatchObject({
      row: '5',
      record: { phase: 'rolling', active: BLUE, previous: GREEN, flippedAt: null },
    });
  });

  it('I2: waits for no group: the guard refuses only once the record rolls', () => {
    const action = nextAction(look(settled(), { mirror: 'other', busyGroup: ['billing'] }));
    expect(action).toMatchObject({ row: '5', record: { phase: 'rolling' } });
  });
});

describe('row 10: a consumer that joined', () => {
  const consumers = [service(), service({ name: 'main/new' })];

  it('takes part in a rollout of what is active already', () => {
    expect(nextAction(look(settled(), { consumers }))).toMatchObject({
      row: '10',
      record: { phase: 'rolling', active: BLUE, consumers: { [WEB]: {}, 'main/new': {} } },
    });
  });

  it.each(barred)('waits where %s', (_, change, reason) => {
    const action = nextAction(look(settled(), { consumers, ...change }));
    expect(action).toMatchObject({
      kind: 'wait',
      row: '10',
      reason: expect.stringMatching(reason) as string,
    });
  });
});

describe('row 11: a person asks', () => {
  const revert = { request: asks('revert') };
  const rotate = { request: asks('rotate') };

  it('to revert: the previous version is verified, then rolled out, answered in the same write', () => {
    expect(nextAction(look(settled(), revert))).toEqual({ kind: 'verify', row: '11', target: GREEN });
    expect(nextAction(look(settled(), { ...revert, verification: verified(GREEN) }))).toMatchObject({
      record: { phase: 'rolling', active: GREEN, previous: BLUE, handled: [{ id: 'r1', answer: 'done' }] },
    });
  });

  it('to revert to what does not log in: refused, in words', () => {
    const action = nextAction(look(settled(), { ...revert, verification: verified(GREEN, 'refused') }));
    expect(action).toMatchObject({
      record: {
        phase: 'settled',
        active: BLUE,
        handled: [{ answer: 'refused: the previous credential does not log in' }],
      },
    });
  });

  it.each(barred)('to revert, while %s: refused, in words', (_, change) => {
    expect(nextAction(look(settled(), { ...revert, ...change }))).toMatchObject({
      row: '11',
      record: { phase: 'settled', handled: [{ id: 'r1' }] },
    });
  });

  it('I2: to rotate: the standby is rotated with the request’s own token', () => {
    const action = nextAction(look(settled(), rotate));
    expect(action).toMatchObject({ kind: 'rotate', row: '11', slot: 'green', token: 'token-of-r1' });
  });

  it('I3: to rotate: answered once that token is there, and not rotated again', () => {
    const started = slots({ green: { ...pending('token-of-r1', 1_099), versions: ['token-of-r1'] } });
    expect(nextAction(look(settled(), { ...rotate, slots: started }))).toMatchObject({
      record: { phase: 'settled', handled: [{ id: 'r1', answer: 'done' }] },
    });
  });

  it('to rotate, while a rotation of the standby is in flight: waits for it', () => {
    const action = nextAction(
      look(settled(), { ...rotate, slots: slots({ green: pending('green-2', 1_099) }) }),
    );
    expect(action).toMatchObject({ kind: 'wait', row: '-' });
  });

  it.each(barred)('to rotate, while %s: refused, in words', (_, change) => {
    expect(nextAction(look(settled(), { ...rotate, ...change }))).toMatchObject({
      row: '11',
      record: { phase: 'settled', handled: [{ id: 'r1' }] },
    });
  });

  it('to rotate, while an earlier rotation is not rolled out: that one comes first', () => {
    const action = nextAction(look(settled(), { ...rotate, slots: greenRotated }));
    expect(action).toMatchObject({ kind: 'verify', row: '13' });
  });
});

describe('row 13: the standby was rotated', () => {
  const rotated = { slots: greenRotated };

  it('I1: it is verified before it becomes active', () => {
    expect(nextAction(look(settled(), rotated))).toEqual({ kind: 'verify', row: '13', target: GREEN2 });
    expect(nextAction(look(settled(), { ...rotated, verification: verified(GREEN2) }))).toMatchObject({
      record: { phase: 'rolling', active: GREEN2, previous: BLUE, flippedAt: null },
    });
  });

  it('is rejected with an alarm where it does not log in', () => {
    const action = nextAction(look(settled(), { ...rotated, verification: verified(GREEN2, 'refused') }));
    expect(action).toMatchObject({
      alarm: 'rejected',
      record: { phase: 'settled', active: BLUE, rejected: [GREEN2] },
    });
  });

  it('is rejected as well where it logs in, and no container could start with it', () => {
    const action = nextAction(look(settled(), { ...rotated, verification: verified(GREEN2, 'unusable') }));
    expect(action).toMatchObject({
      alarm: 'rejected',
      why: `green ${GREEN2.version} cannot be used: as the server says`,
      record: { phase: 'settled', active: BLUE, rejected: [GREEN2] },
    });
  });

  it('waits for an outage, with an alarm', () => {
    const action = nextAction(look(settled(), { ...rotated, verification: verified(GREEN2, 'outage') }));
    expect(action).toMatchObject({ kind: 'wait', row: '13', alarm: 'outage' });
  });

  it.each([
    ['was rejected', settled({ rejected: [GREEN2] })],
    ['comes while paused', settled({ paused: true })],
  ])('is left alone where it %s', (_, record) => {
    expect(nextAction(look(record, rotated))).toMatchObject({ kind: 'wait', row: '-' });
  });

  it('a standby without a value is not one', () => {
    const action = nextAction(look(settled(), { slots: slots({ green: { current: null } }) }));
    expect(action).toMatchObject({ kind: 'wait', row: '-' });
  });

  it.each(barred)('waits where %s', (_, change) => {
    expect(nextAction(look(settled(), { ...rotated, ...change }))).toMatchObject({ kind: 'wait', row: '13' });
  });
});

describe('row 14: a rotation of the standby that died', () => {
  const staged = slots({ green: pending('green-2', 800) });

  it('loses AWSPENDING only when it cannot run any more', () => {
    expect(nextAction(look(settled(), { slots: staged, now: 1_040 }))).toMatchObject({ kind: 'wait' });
    const action = nextAction(look(settled(), { slots: staged, now: 1_041 }));
    expect(action).toMatchObject({ kind: 'unstage', row: '14', target: GREEN2 });
  });

  it('keeps it while paused', () => {
    expect(nextAction(look(settled({ paused: true }), { slots: staged }))).toMatchObject({ row: '-' });
  });
});

describe('row 15: the active slot was asked to rotate, and refused', () => {
  const refused = pending('blue-2', 800);
  const answered = pending('blue-2', 800, true);

  it('I2: the standby is rotated in its stead, with a token made from the refused one', () => {
    const action = nextAction(look(settled(), { slots: slots({ blue: refused }) }));
    expect(action).toMatchObject({ kind: 'rotate', row: '15', slot: 'green', token: 'for-blue-2' });
  });

  it('I6: a young AWSPENDING may be the test that comes with a schedule: an apply starts no rotation', () => {
    const tested = pending('blue-2', 1_090);
    expect(nextAction(look(settled(), { slots: slots({ blue: tested }) }))).toMatchObject({
      kind: 'wait',
      row: '-',
    });
  });

  it('then the label goes, and the standby is not rotated twice', () => {
    const green = { ...pending('for-blue-2', 1_099), versions: ['for-blue-2', GREEN.version] };
    const action = nextAction(look(settled(), { slots: slots({ blue: answered, green }) }));
    expect(action).toMatchObject({ kind: 'unstage', row: '15', target: { slot: 'blue', version: 'blue-2' } });
  });

  it('so it does where the rotation in its stead died long ago, before row 14 takes away what shows that there was one', () => {
    const green = { ...pending('for-blue-2', 800), versions: ['for-blue-2', GREEN.version] };
    const action = nextAction(look(settled(), { slots: slots({ blue: answered, green }) }));
    expect(action).toMatchObject({ kind: 'unstage', row: '15', target: { slot: 'blue', version: 'blue-2' } });
  });

  it('and where that version has no label any more: its token would start no other rotation', () => {
    const action = nextAction(look(settled(), { slots: slots({ blue: answered }) }));
    expect(action).toMatchObject({ kind: 'unstage', row: '15', target: { slot: 'blue', version: 'blue-2' } });
  });

  it.each([
    [
      'a rotation of the standby is in flight',
      settled(),
      { blue: refused, green: pending('green-2', 1_099) },
    ],
    ['paused', settled({ paused: true }), { blue: refused }],
  ])('waits while %s', (_, record, change) => {
    expect(nextAction(look(record, { slots: slots(change) }))).toMatchObject({ kind: 'wait', row: '-' });
  });

  it.each(barred)('waits where %s', (_, change) => {
    const action = nextAction(look(settled(), { slots: slots({ blue: refused }), ...change }));
    expect(action).toMatchObject({ kind: 'wait', row: '15' });
  });
});

describe('row 17: the sweep asks whether the active version logs in', () => {
  it('verifies it, also while paused, and is content where it does', () => {
    const sweep = look(settled({ paused: true }), { sweep: true });
    expect(nextAction(sweep)).toEqual({ kind: 'verify', row: '17', target: BLUE });
    expect(nextAction({ ...sweep, verification: verified(BLUE) })).toMatchObject({ kind: 'wait', row: '-' });
  });

  it('halts where it is refused', () => {
    const action = nextAction(look(settled(), { sweep: true, verification: verified(BLUE, 'refused') }));
    expect(action).toMatchObject({ alarm: 'halted', record: { phase: 'halted', haltedFrom: 'settled' } });
  });

  it('alarms where the database cannot be asked, and halts nothing', () => {
    const action = nextAction(look(settled(), { sweep: true, verification: verified(BLUE, 'outage') }));
    expect(action).toMatchObject({ kind: 'wait', row: '17', alarm: 'outage' });
  });

  it('asks nothing on any other wake-up', () => {
    expect(nextAction(look(settled()))).toEqual({ kind: 'wait', row: '-', reason: 'nothing to do' });
  });
});
