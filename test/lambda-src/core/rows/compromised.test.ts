import { leakReported } from '../../../../lambda-src/core/rows/compromised';
import {
  BLUE,
  GREEN,
  asks,
  greenRotated,
  look,
  moved,
  reverting,
  rolling,
  settled,
  verified,
} from '../examples';
import { GONE, leak, leaked, LOCKED, seen, standby, TOKEN } from '../leaks';

const request = (leaving: string) => ({ request: asks('compromised', leaving) });

describe('row 12: a person reports a leaked password', () => {
  it.each([
    ['the active one', BLUE],
    ['that of the standby', GREEN],
  ])('%s: noted with the answer', (_, of) => {
    expect(seen(settled(), request(of.version))).toMatchObject({
      row: '12',
      record: { phase: 'settled', compromised: leak(of), handled: [{ id: 'r1', answer: 'done' }] },
    });
  });

  it.each([rolling(), reverting()])('also while it is $phase', (record) => {
    expect(seen(record, request(BLUE.version))).toMatchObject({
      record: { phase: record.phase, compromised: BLUE, handled: [{ answer: 'done' }] },
    });
  });

  it('locks the former user out anew: a rotation may have let it in since it was locked out last', () => {
    expect(seen(settled(GONE), request(GREEN.version))).toMatchObject({
      record: { compromised: leak(GREEN), retired: null },
    });
  });

  it('keeps the note that the active user is locked out: it is let in before anything is published', () => {
    const retired = { slot: 'blue', done: true } as const;
    expect(seen(rolling({ retired, flippedAt: null }), request(BLUE.version))).toMatchObject({
      record: { compromised: leak(BLUE), retired },
    });
  });

  it('leaves a version that no user has to row 11', () => {
    expect(leakReported(look(settled(), request('green-0')))).toBeNull();
  });

  it('not while it is halted: what halted it comes first', () => {
    const halted = settled({ phase: 'halted', reason: 'broken' });
    expect(seen(halted, request(BLUE.version))).not.toMatchObject({ row: '12' });
  });

  it.each([
    ['no user has it any more', settled(), 'green-0', 'no user has the password of this version any more'],
    ['it is paused', settled({ paused: true }), BLUE.version, 'the credential is paused: unpause it first'],
    [
      'one is noted',
      leaked(GREEN),
      BLUE.version,
      'the leaked password of green is being taken out of use already',
    ],
  ])('refused in words where %s', (_, record, version, reason) => {
    expect(seen(record, request(version))).toMatchObject({
      row: '11',
      record: { handled: [{ id: 'r1', answer: `refused: ${reason}` }] },
    });
  });
});

describe('row 12: the active password leaked', () => {
  it('the standby is rotated', () => {
    expect(seen(leaked(BLUE))).toMatchObject({ kind: 'rotate', row: '12', slot: 'green', token: TOKEN });
  });

  it('once: a rotation under way is waited for, and one that was made is rolled out', () => {
    const pending = { version: 'other', since: 1_099, standIn: 'x', standInMade: false };
    expect(seen(leaked(BLUE), standby({ pending }))).toMatchObject({ kind: 'wait', row: '-' });
    expect(seen(leaked(BLUE), { slots: greenRotated })).toMatchObject({ kind: 'verify', row: '13' });
  });

  it('a rotation for it that died gets another token before its label is taken off', () => {
    const pending = { version: TOKEN, since: 0, standIn: 'x', standInMade: false };
    expect(seen(leaked(BLUE), standby({ pending }))).toMatchObject({
      kind: 'write-record',
      row: '12',
      record: { compromised: { attempts: 1 } },
    });
  });

  it.each([
    ['paused', { paused: true }, {}],
    ['its group is busy', {}, { busyGroup: ['billing'] }],
    ['something must be mended', {}, { blockers: ['a service does not read it'] }],
  ])('waits where %s', (_, record, change) => {
    expect(seen(leaked(BLUE, record), change)).toMatchObject({ kind: 'wait' });
  });

  it('a rollout away from it that fails halts: it is never gone back to', () => {
    const deployments = [{ id: 'd2', primary: true, state: 'failed' as const, createdAt: 1_010 }];
    expect(
      seen(rolling({ compromised: leak(GREEN) }), { consumers: [moved({ deployments })] }),
    ).toMatchObject({
      row: '6',
      record: {
        phase: 'halted',
        active: BLUE,
        reason: expect.stringContaining('the password of the previous credential leaked') as string,
      },
    });
  });

  it.each([
    [null, 'there is no previous credential'],
    [GREEN, 'the previous credential was rejected before'],
  ])('as one does from %j: %s', (previous, reason) => {
    const deployments = [{ id: 'd2', primary: true, state: 'failed' as const, createdAt: 1_010 }];
    const record = rolling({ previous, rejected: [GREEN] });
    expect(seen(record, { consumers: [moved({ deployments })] })).toMatchObject({
      row: '6',
      record: { phase: 'halted', reason: expect.stringContaining(reason) as string },
    });
  });

  it.each([settled, rolling])('a revert to it is refused, in words', (phase) => {
    expect(seen(phase({ compromised: leak(GREEN) }), { request: asks('revert') })).toMatchObject({
      record: {
        active: BLUE,
        handled: [{ answer: 'refused: the password of the previous credential leaked' }],
      },
    });
  });

  it('so is one to another version of its user, once that is locked out: it would never be let in', () => {
    // Somebody wrote it into the slot by hand, and it leaked.
    const record = settled({ compromised: leak({ slot: 'green', version: 'by-hand' }) });
    const request = asks('revert');
    expect(seen(record, { request })).toMatchObject({ kind: 'verify', row: '11', target: GREEN });
    expect(seen({ ...record, ...GONE }, { request })).toMatchObject({
      record: { handled: [{ answer: 'refused: the password of the previous credential leaked' }] },
    });
  });
});

describe('row 12: the leaked password is the former one', () => {
  it('its user is locked out, then its sessions are ended, then it is rotated, noted as rejected before', () => {
    expect(seen(leaked(GREEN))).toMatchObject({ kind: 'retire', row: '12', target: GREEN });
    const intended = { retired: { slot: 'green', done: false } } as const;
    expect(seen(leaked(GREEN, intended))).toMatchObject({ kind: 'retire', row: '12', target: GREEN });
    expect(seen(leaked(GREEN, GONE))).toMatchObject({ kind: 'terminate', row: '12', target: GREEN });
    const noted = seen(leaked(GREEN, LOCKED));
    expect(noted).toMatchObject({ row: '12', record: { rejected: [{ slot: 'green', version: TOKEN }] } });
    const rejected = [{ slot: 'green', version: TOKEN }] as const;
    expect(seen(leaked(GREEN, { ...LOCKED, rejected }))).toMatchObject({
      kind: 'rotate',
      slot: 'green',
      token: TOKEN,
    });
  });

  it('what somebody stored by hand meanwhile is rejected with it: the guard would refuse the rotation', () => {
    const slots = standby({ current: 'by-hand' });
    const verification = verified(GREEN, 'accepted');
    expect(seen(leaked(GREEN, LOCKED), { ...slots, verification })).toMatchObject({
      record: {
        rejected: [
          { slot: 'green', version: 'by-hand' },
          { slot: 'green', version: TOKEN },
        ],
      },
    });
  });

  it('a leaked value that no container could start with logs in all the same: it is not over', () => {
    const slots = { ...standby({ current: 'by-hand' }).slots };
    const known = { slots: { ...slots, green: { ...slots.green, versions: [GREEN.version, 'by-hand'] } } };
    const verification = verified(GREEN, 'unusable');
    expect(seen(leaked(GREEN), { ...known, verification })).toMatchObject({ kind: 'retire', row: '12' });
  });

  it.each([
    ['the slot has no value: bootstrap fills it', standby({ current: null })],
    ['nobody could say what the next rotation would be called', { replacement: null }],
  ])('waits where %s', (_, change) => {
    expect(seen(leaked(GREEN, LOCKED), change)).toMatchObject({ kind: 'wait' });
  });

  it('waits for a rotation under way', () => {
    const pending = { version: TOKEN, since: 1_099, standIn: 'x', standInMade: false };
    expect(seen(leaked(GREEN, LOCKED), standby({ pending }))).toMatchObject({ kind: 'wait', row: '-' });
  });
});

describe('a user that was locked out', () => {
  it('is let in before it is asked whether it logs in: row 4, and row 11 for a revert', () => {
    const retired = { slot: 'blue', done: true } as const;
    const unflipped = { retired, flippedAt: null };
    expect(seen(rolling(unflipped))).toMatchObject({ kind: 'restore', row: '4', slot: 'blue' });
    const revert = { request: asks('revert') };
    expect(seen(settled(GONE), revert)).toMatchObject({ kind: 'restore', row: '11', slot: 'green' });
  });
});
