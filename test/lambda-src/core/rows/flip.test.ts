import { nextAction } from '../../../../lambda-src/core/next-action';
import {
  BLUE,
  GREEN,
  WEB,
  look,
  moved,
  reverting,
  rolling,
  service,
  settled,
  unflipped,
  verified,
} from '../examples';

const previous = { mirror: 'previous', pointer: 'previous' } as const;

describe('row 1: nothing moves without a record that can be trusted', () => {
  it('alarms where there are values but no readable record', () => {
    expect(nextAction(look(null))).toMatchObject({ kind: 'wait', row: '1', alarm: 'no-record' });
  });

  it('waits in silence for bootstrap', () => {
    const empty = { current: null, pending: null, versions: [] };
    const action = nextAction(look(null, { slots: { blue: empty, green: empty } }));
    expect(action).toEqual({ kind: 'wait', row: '1', reason: 'not bootstrapped yet' });
  });

  it.each([settled(), rolling(), reverting()])(
    'halts $phase when the active version exists no more',
    (record) => {
      const action = nextAction(look(record, { activeValueExists: false }));
      expect(action).toMatchObject({
        row: '1',
        alarm: 'halted',
        record: { phase: 'halted', haltedFrom: record.phase, active: record.active },
      });
    },
  );
});

describe('row 4: publish only what logs in, then note the flip', () => {
  it.each([rolling(unflipped), reverting(unflipped)])('I1: $phase verifies before it publishes', (record) => {
    expect(nextAction(look(record, previous))).toEqual({ kind: 'verify', row: '4', target: BLUE });
  });

  it.each([
    ['an older revision', verified(BLUE, 'accepted', 6)],
    ['another version', verified(GREEN)],
  ])('I1: does not believe a verification of %s', (_, verification) => {
    const action = nextAction(look(rolling(unflipped), { ...previous, verification }));
    expect(action).toMatchObject({ kind: 'verify', target: BLUE });
  });

  it.each([
    ['neither', 'previous', 'previous'],
    ['only the mirror', 'active', 'previous'],
    ['only the pointer', 'other', 'active'],
  ] as const)('publishes what logs in where %s shows it', (_, mirror, pointer) => {
    const action = nextAction(look(rolling(unflipped), { mirror, pointer, verification: verified(BLUE) }));
    expect(action).toEqual({ kind: 'publish', row: '4', target: BLUE });
  });

  it('notes the flip and the deployments that exist, once both copies were read back', () => {
    const action = nextAction(look(rolling(unflipped), { verification: verified(BLUE) }));
    expect(action).toMatchObject({
      kind: 'write-record',
      record: {
        flippedAt: 1_100,
        consumers: { [WEB]: { old: ['d1'], intendedAt: null, deployment: null, newSince: null } },
      },
    });
  });

  it('I3: verifies again where it died between publish and note', () => {
    expect(nextAction(look(rolling(unflipped)))).toMatchObject({ kind: 'verify', row: '4' });
  });

  it.each([rolling(), reverting()])(
    'I1: $phase, a copy moved after the flip makes the flip begin anew, for tasks may have read the other credential',
    (record) => {
      const action = nextAction(
        look(record, { mirror: 'previous', verification: verified(BLUE), now: 1_500 }),
      );
      expect(action).toMatchObject({
        kind: 'write-record',
        row: '4',
        record: {
          phase: record.phase,
          active: BLUE,
          previous: GREEN,
          flippedAt: null,
          consumers: { [WEB]: { old: [], deployment: null } },
        },
      });
    },
  );

  it('I4: waits for an outage, and alarms past the deadline', () => {
    const outage = { ...previous, verification: verified(BLUE, 'outage') };
    expect(nextAction(look(rolling(unflipped), { ...outage, now: 1_900 }))).not.toHaveProperty('alarm');
    const overdue = nextAction(look(rolling(unflipped), { ...outage, now: 1_901 }));
    expect(overdue).toMatchObject({ kind: 'wait', alarm: 'outage' });
  });

  it('goes back to settled where a refused version was never published', () => {
    const refused = { ...previous, verification: verified(BLUE, 'refused') };
    const action = nextAction(look(rolling(unflipped), refused));
    expect(action).toMatchObject({
      alarm: 'rejected',
      record: { phase: 'settled', active: GREEN, previous: BLUE, rejected: [BLUE] },
    });
  });

  it('goes back as well from one that logs in and that no container could start with, and says so', () => {
    const action = nextAction(look(rolling(), { verification: verified(BLUE, 'unusable'), mirror: 'other' }));
    expect(action).toMatchObject({
      record: { phase: 'reverting', rejected: [BLUE] },
      why: `blue ${BLUE.version} cannot be used: as the server says`,
    });
  });

  it('does not list who joined since, so that row 10 takes them through a rollout', () => {
    const consumers = [service(), service({ name: 'main/new' })];
    const refused = { ...previous, consumers, verification: verified(BLUE, 'refused') };
    const action = nextAction(look(rolling(unflipped), refused));
    expect(action).toMatchObject({ record: { phase: 'settled' } });
    expect(action.kind === 'write-record' && Object.keys(action.record.consumers)).toEqual([WEB]);
  });

  it.each([
    ['one copy shows it', rolling(unflipped), { mirror: 'active', pointer: 'previous' } as const],
    ['its flip had been noted', rolling(), previous],
    ['the record had settled on it before', rolling({ ...unflipped, seen: settled().seen }), previous],
  ])('I1: reverts a refused version where tasks may hold it: %s', (_, record, published) => {
    const action = nextAction(look(record, { ...published, verification: verified(BLUE, 'refused') }));
    expect(action).toMatchObject({
      alarm: 'reverted',
      record: { phase: 'reverting', active: GREEN, previous: BLUE, rejected: [BLUE], flippedAt: null },
    });
  });

  it.each([
    ['there is none', { previous: null }, /there is no previous credential/],
    ['it was rejected', { rejected: [GREEN] }, /was rejected before/],
  ])('halts where a refused version leaves nothing to go back to: %s', (_, change, reason) => {
    const record = rolling({ ...unflipped, ...change });
    const action = nextAction(look(record, { ...previous, verification: verified(BLUE, 'refused') }));
    expect(action).toMatchObject({ alarm: 'halted', record: { phase: 'halted', haltedFrom: 'rolling' } });
    expect(action.kind === 'write-record' && action.record.reason).toMatch(reason);
  });

  it('halts where what a revert goes back to is refused', () => {
    const action = nextAction(
      look(reverting(unflipped), { ...previous, verification: verified(BLUE, 'refused') }),
    );
    expect(action).toMatchObject({
      row: '4',
      record: { phase: 'halted', haltedFrom: 'reverting', active: BLUE },
    });
  });

  it('is over once the flip is noted and both copies show it', () => {
    expect(nextAction(look(rolling(), { consumers: [moved()] })).row).not.toBe('4');
  });
});
