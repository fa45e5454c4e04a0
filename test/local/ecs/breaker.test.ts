import { breakerThreshold, type BreakerConfiguration } from '../../../local/ecs/breaker';

const configuration = (changes: Partial<BreakerConfiguration['threshold']> = {}): BreakerConfiguration => ({
  enable: true,
  rollback: true,
  resetOnHealthyTask: true,
  threshold: { type: 'BOUNDED_PERCENT', value: 50, ...changes },
});

describe('the circuit breaker (Developer Guide: 0.5 * desired task count, at least 3, at most 200)', () => {
  test.each([
    [1, 3],
    [6, 3],
    [25, 13],
    [800, 200],
  ])('with a desired count of %i fails at %i failed tasks', (desiredCount, threshold) => {
    expect(breakerThreshold(configuration(), desiredCount, 3)).toBe(threshold);
  });

  test('counts what a threshold of type COUNT says, without bounds', () => {
    expect(breakerThreshold(configuration({ type: 'COUNT', value: 1 }), 100, 3)).toBe(1);
  });

  test('has no bounds where the percentage is unbounded', () => {
    expect(breakerThreshold(configuration({ type: 'UNBOUNDED_PERCENT', value: 100 }), 2, 3)).toBe(2);
  });
});
