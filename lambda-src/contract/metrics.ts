/** What the functions count, one occurrence at a time, and alarms watch. */

export const METRIC_NAMESPACE = 'Tandem';

/** Counted by the rotator. */
export const ROTATOR_METRICS = ['RotationRefused', 'RotationFailed'] as const;
export type RotatorMetric = (typeof ROTATOR_METRICS)[number];

/** Counted by the orchestrator; those about a lasting condition again at every look, the others once. */
export const ORCHESTRATOR_METRICS = [
  'RolloutReverted',
  'RolloutHalted',
  'VersionRejected',
  'DrainOverdue',
  'FlipBlocked',
  'DatabaseUnreachable',
  'ConsumerMissing',
  'RecordMissing',
  'LookFailed',
] as const;
export type OrchestratorMetric = (typeof ORCHESTRATOR_METRICS)[number];

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
