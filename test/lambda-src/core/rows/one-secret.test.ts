import { nextAction } from '../../../../lambda-src/core/next-action';
import type { Observation, SlotObservation } from '../../../../lambda-src/core/observation';
import type { CredentialRecord } from '../../../../lambda-src/core/record';
import type { Strategy } from '../../../../lambda-src/core/strategy';
import { asks, BLUE, look, rolling, service, settled, verified, WEB } from '../examples';

const NEXT = 'next-1';
const PENDING = { version: NEXT, since: 0, standIn: 'unused', standInMade: false };

/** The one secret as both slots show it. */
function secret(current: string, pending: SlotObservation['pending'] = null): Observation['slots'] {
  const one = { current, pending, versions: [current, BLUE.version] };
  return { blue: one, green: one };
}

function seen(strategy: Strategy, record: CredentialRecord, change: Partial<Observation>): Observation {
  return look(record, { strategy, ...change });
}

describe('alternating', () => {
  const rotated = (change: Partial<Observation> = {}) =>
    seen('alternating', settled(), { mirror: 'other', slots: secret(NEXT), ...change });
  const green = { slot: 'green', version: NEXT } as const;

  it('rolls out what a rotation has put into the secret, once it logs in', () => {
    expect(nextAction(rotated())).toEqual({ kind: 'verify', row: '13', target: green });
    expect(nextAction(rotated({ verification: verified(green) }))).toMatchObject({
      row: '13',
      record: { phase: 'rolling', active: green, previous: BLUE },
    });
  });

  it('answers whoever asked for this very rotation, although nobody saw it begin', () => {
    const request = { ...asks('rotate'), token: NEXT };
    const mine = rotated({ request, verification: verified(green) });
    expect(nextAction(mine)).toMatchObject({
      row: '13',
      record: { phase: 'rolling', handled: [{ id: 'r1', answer: 'done' }] },
    });
    expect(nextAction({ ...mine, request: asks('rotate') })).toMatchObject({ record: { handled: [] } });
  });

  it('puts the former version back where what is in the secret does not log in', () => {
    const refused = nextAction(rotated({ verification: verified(green, 'refused') }));
    expect(refused).toMatchObject({ row: '13', alarm: 'rejected', record: { rejected: [green] } });
    const after = settled({ rejected: [green] });
    expect(nextAction(seen('alternating', after, { mirror: 'other', slots: secret(NEXT) }))).toMatchObject({
      row: '5',
      record: { phase: 'rolling', active: BLUE },
    });
  });

  it('waits for its group before it rolls', () => {
    const barred = rotated({ verification: verified(green), busyGroup: ['another'] });
    expect(nextAction(barred)).toMatchObject({ kind: 'wait', row: '13' });
  });

  it('takes a version that was active before for a copy gone astray, not for a rotation', () => {
    const back = secret(settled().seen.green ?? '');
    expect(nextAction(seen('alternating', settled(), { mirror: 'previous', slots: back }))).toMatchObject({
      row: '5',
    });
  });

  it('takes AWSPENDING off a rotation that died', () => {
    const dead = seen('alternating', settled(), { slots: secret(BLUE.version, PENDING) });
    expect(nextAction(dead)).toMatchObject({ kind: 'unstage', row: '14', target: green });
  });
});

describe('single', () => {
  const blue = { slot: 'blue', version: NEXT } as const;
  const rotated = (change: Partial<Observation> = {}) =>
    seen('single', settled(), { mirror: 'other', slots: secret(NEXT), ...change });

  it('has nothing to go back to after a rotation', () => {
    expect(nextAction(rotated({ verification: verified(blue) }))).toMatchObject({
      row: '13',
      record: { phase: 'rolling', active: blue, previous: null },
    });
  });

  it.each([
    ['the group is busy', { busyGroup: ['another'] }],
    ['a service does not read the secret', { blockers: ['web does not'] }],
  ])('restarts its consumers although %s', (_why, change) => {
    expect(nextAction(rotated({ verification: verified(blue), ...change }))).toMatchObject({
      record: { phase: 'rolling' },
    });
  });

  it('restarts its consumers although it was paused meanwhile', () => {
    const paused = seen('single', settled({ paused: true }), {
      mirror: 'other',
      slots: secret(NEXT),
      verification: verified(blue),
    });
    expect(nextAction(paused)).toMatchObject({ record: { phase: 'rolling' } });
  });

  it('forces a deployment at once, although one is under way', () => {
    const busy = service({
      deployments: [{ id: 'd1', primary: true, state: 'in-progress', createdAt: 1 }],
    });
    const record = rolling({ active: blue, previous: null, flippedAt: 1_100 });
    const noted = {
      ...record,
      consumers: { [WEB]: { old: ['d1'], intendedAt: null, deployment: null, newSince: null } },
    };
    expect(nextAction(seen('single', noted, { slots: secret(NEXT), consumers: [busy] }))).toMatchObject({
      kind: 'force-deployment',
    });
  });

  it('row 6: halts where the rollout fails', () => {
    const failed = service({
      deployments: [{ id: 'd2', primary: true, state: 'failed', createdAt: 1_099 }],
    });
    const record = rolling({ active: blue, previous: null, flippedAt: 1_000 });
    const noted = {
      ...record,
      consumers: { [WEB]: { old: ['d1'], intendedAt: 1_050, deployment: 'd2', newSince: 1_099 } },
    };
    expect(nextAction(seen('single', noted, { slots: secret(NEXT), consumers: [failed] }))).toMatchObject({
      row: '6',
      alarm: 'halted',
      record: { phase: 'halted' },
    });
  });

  describe('rolling a version that logs in no more', () => {
    const gone = (current: string, pending: SlotObservation['pending'], change: Partial<Observation>) =>
      nextAction(
        seen('single', rolling({ active: BLUE, previous: null, flippedAt: null }), {
          slots: secret(current, pending),
          ...change,
        }),
      );

    it.each([
      ['is staged', BLUE.version, PENDING],
      ['became current', NEXT, null],
    ])('goes forward to what a rotation has set meanwhile and %s', (_where, current, pending) => {
      const refused = { verification: verified(BLUE, 'refused') };
      expect(gone(current, pending, refused)).toEqual({ kind: 'verify', row: '4', target: blue });
      expect(gone(current, pending, { verification: verified(blue) })).toMatchObject({
        row: '4',
        record: { phase: 'rolling', active: blue, rejected: [BLUE] },
      });
      expect(gone(current, pending, { verification: verified(blue, 'refused') })).toMatchObject({
        row: '4',
        record: { phase: 'rolling', active: BLUE, rejected: [blue] },
      });
    });

    it('halts where nothing is left that could log in', () => {
      expect(gone(BLUE.version, null, { verification: verified(BLUE, 'refused') })).toMatchObject({
        row: '4',
        record: { phase: 'halted', active: BLUE },
      });
    });
  });

  it('rolls again where a rotation died, so that none of its steps can come late', () => {
    const dead = seen('single', settled(), { slots: secret(BLUE.version, PENDING) });
    expect(nextAction(dead)).toMatchObject({ row: '14', record: { phase: 'rolling', active: BLUE } });
  });

  it('waits where nobody can be asked which of the two it is', () => {
    const unknown = seen('single', rolling({ active: BLUE, previous: null, flippedAt: null }), {
      slots: secret(BLUE.version, PENDING),
      verification: verified(blue, 'outage'),
    });
    expect(nextAction(unknown)).toMatchObject({ kind: 'wait', row: '4' });
  });

  it('publishes its version where nothing is staged', () => {
    const plain = seen('single', rolling({ active: BLUE, previous: null, flippedAt: null }), {
      mirror: 'other',
      slots: secret(BLUE.version),
      verification: verified(BLUE),
    });
    expect(nextAction(plain)).toMatchObject({ kind: 'publish', target: BLUE });
  });

  it('halts where the secret has no value any more', () => {
    const none = { current: null, pending: null, versions: [] };
    const empty = seen('single', rolling({ active: BLUE, previous: null, flippedAt: null }), {
      slots: { blue: none, green: none },
      verification: verified(BLUE, 'refused'),
    });
    expect(nextAction(empty)).toMatchObject({ row: '4', record: { phase: 'halted' } });
    expect(nextAction(seen('single', settled(), { slots: { blue: none, green: none } }))).toMatchObject({
      kind: 'wait',
    });
  });

  it('is asked by the sweep whether it logs in, while nothing is staged', () => {
    const sweep = seen('single', settled(), { sweep: true, slots: secret(BLUE.version) });
    expect(nextAction(sweep)).toEqual({ kind: 'verify', row: '17', target: BLUE });
  });

  it('clears what such a rotation had staged and not set', () => {
    const unset = seen('single', rolling({ active: BLUE, previous: null, flippedAt: null }), {
      slots: secret(BLUE.version, PENDING),
      verification: verified(BLUE),
    });
    expect(nextAction(unset)).toMatchObject({ kind: 'unstage', row: '4', target: blue });
  });

  it('does not call the active version refused while a rotation is under way', () => {
    const young = { ...PENDING, since: 1_090 };
    const sweep = seen('single', settled(), { sweep: true, slots: secret(BLUE.version, young) });
    expect(nextAction(sweep)).toMatchObject({ kind: 'wait', reason: 'nothing to do' });
  });

  it('refuses the sequence for a leaked password, which has two secrets', () => {
    const asked = seen('single', settled(), { slots: secret(BLUE.version), request: asks('compromised') });
    expect(nextAction(asked)).toMatchObject({
      record: { handled: [{ answer: expect.stringContaining('the strategy has one secret') as string }] },
    });
  });

  it('refuses a revert: there is nothing to go back to', () => {
    const asked = seen('single', settled({ previous: null }), {
      slots: secret(BLUE.version),
      request: asks('revert'),
    });
    expect(nextAction(asked)).toMatchObject({
      record: { handled: [{ answer: 'refused: there is no previous credential to go back to' }] },
    });
  });
});
