/** The circuit breaker's fields of a service's deploymentConfiguration. */
export interface BreakerConfiguration {
  readonly enable: boolean;
  readonly rollback: boolean;
  readonly resetOnHealthyTask: boolean;
  readonly threshold: {
    readonly type: 'COUNT' | 'BOUNDED_PERCENT' | 'UNBOUNDED_PERCENT';
    readonly value: number;
  };
}

const most = 200;

/**
 * How many failed tasks fail a deployment. By default half the desired count, at least 3 and at most 200
 * (Developer Guide, "How the Amazon ECS deployment circuit breaker detects failures"; API reference,
 * ThresholdConfiguration).
 * @param minimum the lowest bounded threshold, 3 on ECS
 */
export function breakerThreshold(
  configuration: BreakerConfiguration,
  desiredCount: number,
  minimum: number,
): number {
  const { type, value } = configuration.threshold;
  switch (type) {
    case 'COUNT':
      return value;
    case 'BOUNDED_PERCENT':
      return Math.min(most, Math.max(minimum, Math.ceil((desiredCount * value) / 100)));
    case 'UNBOUNDED_PERCENT':
      return Math.max(1, Math.ceil((desiredCount * value) / 100));
  }
}
