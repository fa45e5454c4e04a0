import {
  guardCreate,
  guardCurrent,
  guardFinish,
  guardRecord,
  type GuardFacts,
} from '../../../lambda-src/core/guard';
import { hasOneSecret, rotatedSlot, STRATEGIES, type Strategy } from '../../../lambda-src/core/strategy';
import { BLUE, settled, WEB } from './examples';

const NEXT = 'next-1';

describe('the guard of one secret', () => {
  const facts = (strategy: Strategy, change: Partial<GuardFacts> = {}): GuardFacts => ({
    strategy,
    slot: strategy === 'single' ? 'blue' : 'green',
    token: NEXT,
    record: settled(),
    consumers: [WEB],
    ...change,
  });
  const labels = { current: BLUE.version, pending: NEXT, rotationEnabled: true };

  it.each(['alternating', 'single'] as const)(
    '%s: lets a rotation through when everything fits',
    (strategy) => {
      expect(guardCreate(facts(strategy), labels)).toBeNull();
      expect(guardFinish(facts(strategy), BLUE.version)).toBeNull();
    },
  );

  it.each(['alternating', 'single'] as const)(
    '%s: refuses while the last one is not rolled out',
    (strategy) => {
      expect(guardCreate(facts(strategy), { ...labels, current: 'not-yet' })).toMatchObject({
        clause: 'seen',
      });
    },
  );

  it('leaves it to the record where there is none, and refuses where the secret lost its value', () => {
    expect(guardCurrent(facts('alternating', { record: null }), null)).toBeNull();
    expect(guardCurrent(facts('alternating'), null)).toMatchObject({ clause: 'seen', offenders: [] });
  });

  it('alternating: refuses a staged value of the active user', () => {
    expect(guardRecord(facts('alternating', { slot: 'blue' }))).toMatchObject({ clause: 'standby' });
  });

  it('alternating: asks the record again before what applications read moves', () => {
    expect(
      guardFinish(facts('alternating', { record: settled({ paused: true }) }), BLUE.version),
    ).toMatchObject({
      clause: 'record',
    });
    expect(guardFinish(facts('alternating'), 'moved')).toMatchObject({ clause: 'seen' });
  });

  it('single: only goes forward once the password is set', () => {
    expect(guardFinish(facts('single', { record: null }), 'anything')).toBeNull();
  });
});

it('only one user is rotated while it is active', () => {
  const same = STRATEGIES.filter((strategy) => rotatedSlot(strategy, 'blue') === 'blue');
  expect({ same, oneSecret: STRATEGIES.filter(hasOneSecret) }).toEqual({
    same: ['single'],
    oneSecret: ['alternating', 'single'],
  });
});
