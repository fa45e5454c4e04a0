import { nextAction } from '../../../../lambda-src/core/next-action';
import { pointlessRequest } from '../../../../lambda-src/core/rows/requests';
import { personAsked } from '../../../../lambda-src/core/rows/settled';
import { halt, type CredentialRecord } from '../../../../lambda-src/core/record';
import { BLUE, GREEN, asks, look, reverting, rolling, settled } from '../examples';

const halted = (from: CredentialRecord) => halt(from, 1_050, 'something broke');

describe('row 2: a halted credential', () => {
  it.each([settled(), rolling(), reverting()])('goes back to $phase when a person resumes it', (record) => {
    const action = nextAction(look(halted(record), { request: asks('resume') }));
    expect(action).toMatchObject({
      row: '2',
      record: {
        phase: record.phase,
        haltedFrom: null,
        flippedAt: null,
        since: 1_100,
        reason: null,
        handled: [{ id: 'r1', answer: 'done' }],
      },
    });
  });

  it('resumes to settled where the record does not say where the halt came from', () => {
    const action = nextAction(look({ ...halted(settled()), haltedFrom: null }, { request: asks('resume') }));
    expect(action).toMatchObject({ record: { phase: 'settled' } });
  });

  it.each(['revert', 'rotate', 'pause', 'unpause'] as const)('refuses to %s, in words', (kind) => {
    const action = nextAction(look(halted(rolling()), { request: asks(kind) }));
    expect(action).toMatchObject({
      record: {
        phase: 'halted',
        handled: [{ answer: 'refused: the credential is halted: resume it first' }],
      },
    });
  });

  it('waits, and says why it stopped', () => {
    expect(nextAction(look(halted(rolling())))).toEqual({
      kind: 'wait',
      row: '-',
      reason: 'halted: something broke',
    });
    const silent = { ...halted(rolling()), reason: null };
    expect(nextAction(look(silent))).toMatchObject({ reason: 'halted: no reason noted' });
  });
});

describe('row 3: pause', () => {
  it.each([
    ['pause', true],
    ['unpause', false],
  ] as const)('%s is noted with the answer, in every phase but halted', (kind, paused) => {
    for (const record of [settled({ paused: !paused }), rolling(), reverting()]) {
      const action = nextAction(look(record, { request: asks(kind) }));
      expect(action).toMatchObject({
        row: '3',
        record: { paused, phase: record.phase, handled: [{ id: 'r1', answer: 'done' }] },
      });
    }
  });
});

describe('a request that can have no effect is answered at once', () => {
  it.each([
    ['resume', settled(), BLUE.version, 'the credential is not halted'],
    ['revert', settled(), 'blue-0', 'the version to leave is not active any more'],
    ['rotate', settled(), 'blue-0', 'the version to leave is not active any more'],
    ['revert', reverting(), BLUE.version, 'a revert is under way'],
    ['revert', settled({ previous: null }), BLUE.version, 'there is no previous credential to go back to'],
    ['revert', rolling({ rejected: [GREEN] }), BLUE.version, 'the previous credential was rejected before'],
    ['revert', settled({ paused: true }), BLUE.version, 'the credential is paused: unpause it first'],
    ['rotate', settled({ paused: true }), BLUE.version, 'the credential is paused: unpause it first'],
  ] as const)('%s (%#)', (kind, record, leaving, because) => {
    const action = nextAction(look(record, { request: asks(kind, leaving) }));
    expect(action).toMatchObject({
      kind: 'write-record',
      record: { ...record, handled: [{ id: 'r1', answer: `refused: ${because}` }] },
    });
  });

  it('I3: a request that was handled is not handled again', () => {
    const record = settled({ handled: [{ id: 'r1', answer: 'done' }] });
    expect(nextAction(look(record, { request: asks('rotate') }))).toMatchObject({ kind: 'wait', row: '-' });
  });

  it('a rotation asked for during a rollout is refused, so that a revert can be asked for', () => {
    expect(nextAction(look(rolling(), { request: asks('rotate') }))).toMatchObject({
      record: {
        phase: 'rolling',
        handled: [{ answer: 'refused: the credential is rolling: ask again when it is settled' }],
      },
    });
  });
});

describe('a row answers nothing that is another row’s', () => {
  it.each(['pause', 'unpause'] as const)('%s belongs to row 3 alone', (kind) => {
    const observation = look(settled(), { request: asks(kind) });
    expect(pointlessRequest(observation)).toBeNull();
    expect(personAsked(observation)).toBeNull();
  });
});
