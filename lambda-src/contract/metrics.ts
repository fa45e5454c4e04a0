/** What the functions count and report, and alarms watch. */

export const METRIC_NAMESPACE = 'Tandem';

/** Counted by the rotator. */
export const ROTATOR_METRICS = ['RotationRefused', 'RotationFailed'] as const;
export type RotatorMetric = (typeof ROTATOR_METRICS)[number];

/** Counted by the orchestrator; those about a lasting condition again at every look, the others once. */
export const ORCHESTRATOR_METRICS = [
  'RolloutReverted',
  'VersionRejected',
  'FlipBlocked',
  'DatabaseUnreachable',
  'ConsumerMissing',
  'RecordMissing',
  'LookFailed',
] as const;
export type OrchestratorMetric = (typeof ORCHESTRATOR_METRICS)[number];

/**
 * Reported by the orchestrator whenever a look comes to its end, with their units: an alarm lasts as long as the state
 * does, and silence means that nobody looks. The two states are 1 or 0; how many services read the credential that nobody
 * registered, and the age of the active password, by the sweep only.
 */
export const ORCHESTRATOR_GAUGES = {
  RolloutHalted: 'None',
  DrainOverdue: 'None',
  UnregisteredConsumers: 'None',
  PasswordAge: 'Seconds',
} as const;
export type OrchestratorGauge = keyof typeof ORCHESTRATOR_GAUGES;

export type MetricService = 'rotator' | 'orchestrator';

/** What Powertools' Metrics is to be given: without the installation, two in one account would share their alarms. */
export function metricOptions(
  prefix: string,
  service: MetricService,
): {
  readonly namespace: string;
  readonly serviceName: MetricService;
  readonly defaultDimensions: { readonly installation: string };
} {
  return {
    namespace: METRIC_NAMESPACE,
    serviceName: service,
    defaultDimensions: { installation: prefix },
  };
}

/** The dimensions under which a metric of one credential is found. */
export function metricDimensions(
  prefix: string,
  service: MetricService,
  credential: string,
): { readonly service: string; readonly installation: string; readonly credential: string } {
  return { service, installation: prefix, credential };
}
