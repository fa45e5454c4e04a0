import {
  guardCreate,
  guardRecord,
  guardRetire,
  guardSessions,
  type GuardFacts,
} from '../../../lambda-src/core/guard';
import { WEB, reverting, rolling, settled } from './examples';

const facts = (change: Partial<GuardFacts> = {}): GuardFacts => ({
  strategy: 'dual-user',
  slot: 'green',
  token: 'green-2',
  record: settled(),
  consumers: [WEB],
  ...change,
});
const labels = { current: 'green-1', pending: 'green-2', rotationEnabled: true };

describe('the guard', () => {
  it('I2: lets the standby of a settled record pass', () => {
    expect(guardCreate(facts(), labels)).toBeNull();
    expect(guardRecord(facts())).toBeNull();
  });

  it.each([
    ['no readable record', { record: null }, 'record', []],
    ['the active slot', { slot: 'blue' }, 'standby', ['blue']],
    ['a rollout under way', { record: rolling() }, 'record', ['blue-1']],
    ['a revert under way', { record: reverting() }, 'record', ['blue-1']],
    ['a halted credential', { record: settled({ phase: 'halted', reason: 'broken' }) }, 'record', ['blue-1']],
    ['a paused credential', { record: settled({ paused: true }) }, 'record', []],
    ['a consumer that joined', { consumers: [WEB, 'main/new'] }, 'record', ['main/new']],
    ['a pointer that somebody moved', { astray: 'green green-1' }, 'pointer', ['green green-1']],
  ] as const)('I2: refuses %s in every step, with the offenders', (_, change, clause, offenders) => {
    const refusal = guardRecord(facts(change));
    expect(refusal).toMatchObject({ clause, offenders });
    expect(guardCreate(facts(change), { ...labels, current: 'blue-1' })).toEqual(refusal);
  });

  it.each([
    [{ record: null }, 'there is no readable record: run bootstrap, or restore it from its history'],
    [{ slot: 'blue' }, 'blue is the active user: only the standby is ever rotated'],
    [{ record: rolling() }, 'the credential is rolling, not settled'],
    [{ record: settled({ paused: true }) }, 'the credential is paused: unpause it first'],
    [{ consumers: ['main/new'] }, 'consumers joined that no rollout has covered yet'],
    [{ astray: 'blue' }, 'containers that start now pick by a pointer that is not what the record says'],
  ] as const)('says why: %j', (change, reason) => {
    expect(guardRecord(facts(change))?.reason).toBe(reason);
  });

  it.each([
    [
      { rotationEnabled: false },
      {
        clause: 'rotation',
        reason: 'rotation is not enabled for this secret: it was cancelled, or never configured',
        offenders: ['green'],
      },
    ],
    [{ current: null }, { reason: 'green has no value yet: run bootstrap' }],
    [{ current: 'green-9' }, { reason: 'the last rotation of green has not been rolled out yet' }],
    [
      { pending: null },
      { reason: 'this token does not carry AWSPENDING: the rotation was superseded or cancelled' },
    ],
  ])('createSecret says why: %j', (change, refusal) => {
    expect(guardCreate(facts(), { ...labels, ...change })).toMatchObject(refusal);
  });

  it('says what a halted credential stopped for', () => {
    const record = settled({ phase: 'halted', reason: 'broken' });
    expect(guardRecord(facts({ record }))?.reason).toBe('the credential is halted, not settled (broken)');
  });

  it.each([
    ['a slot without a value', { current: null }, 'value', ['green']],
    ['a slot whose last rotation was not rolled out', { current: 'green-9' }, 'seen', ['green-9']],
    ['a token that is superseded', { pending: 'green-3' }, 'token', ['green-2']],
    ['a token that was cancelled', { pending: null }, 'token', ['green-2']],
  ])('I2: createSecret refuses %s', (_, change, clause, offenders) => {
    expect(guardCreate(facts(), { ...labels, ...change })).toMatchObject({ clause, offenders });
  });

  it('a rejected version does not keep the slot from its next rotation', () => {
    const record = settled({ rejected: [{ slot: 'green', version: 'green-9' }] });
    expect(guardCreate(facts({ record }), { ...labels, current: 'green-9' })).toBeNull();
  });

  it.each([
    [['psql from 10.0.0.9'], 'a session is still open as green'],
    [['psql from 10.0.0.9', 'metabase'], '2 sessions are still open as green'],
  ])('I2: refuses while %j uses the user', (sessions, reason) => {
    expect(guardSessions('green', sessions)).toMatchObject({ clause: 'sessions', offenders: sessions });
    expect(guardSessions('green', sessions)?.reason).toContain(reason);
  });

  it('passes where nobody uses the user', () => {
    expect(guardSessions('green', [])).toBeNull();
  });
});

describe('the guard of locking the former user out', () => {
  const GREEN = { slot: 'green', version: 'green-1' } as const;
  const toRetire = settled({ retired: { slot: 'green', done: false } });

  it('lets the standby pass that the record says is to be locked out', () => {
    expect(guardRetire(facts({ record: toRetire }), 'green-1')).toBeNull();
  });

  it('I2: refuses during a rollout, as every other change of a user', () => {
    expect(guardRetire(facts({ record: rolling({ retired: toRetire.retired }) }), 'green-1')).toMatchObject({
      clause: 'record',
    });
  });

  it.each([
    ['nobody', null],
    ['the other user', { slot: 'blue', done: false }],
  ] as const)('refuses where the record says it of %s: the invocation comes late', (_, retired) => {
    expect(guardRetire(facts({ record: settled({ retired }) }), 'green-1')).toEqual({
      clause: 'record',
      reason: 'the record does not say that green is to be locked out',
      offenders: ['green'],
    });
  });

  it('I2: refuses where a rotation waits to be rolled out', () => {
    expect(guardRetire(facts({ record: toRetire }), 'green-9')).toEqual({
      clause: 'seen',
      reason: 'the last rotation of green has not been rolled out yet',
      offenders: ['green-9'],
    });
  });

  it('passes where that rotation was rejected', () => {
    const rejected = [{ slot: 'green', version: 'green-9' }] as const;
    expect(guardRetire(facts({ record: { ...toRetire, rejected } }), 'green-9')).toBeNull();
  });

  it('passes whatever the secret holds where the password leaked, or where it holds nothing', () => {
    const compromised = { ...GREEN, reportedAt: 0, ended: false, attempts: 0 };
    expect(guardRetire(facts({ record: { ...toRetire, compromised } }), 'green-9')).toBeNull();
    expect(guardRetire(facts({ record: toRetire }), null)).toBeNull();
  });
});
