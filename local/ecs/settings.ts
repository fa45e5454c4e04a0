/** Every timing and threshold of the local ECS, in one place: realistic in kind, quick enough for a laptop. */
export interface EcsSettings {
  /** How long a task stays in PROVISIONING before PENDING, in milliseconds. */
  readonly provisioningMs: number;
  /**
   * How long a task without a container health check must run before it counts as healthy, in milliseconds.
   * ECS waits 40 s (API reference, DeploymentConfiguration.minimumHealthyPercent).
   */
  readonly settleMs: number;
  /** Between SIGTERM and SIGKILL where the container states no `stopTimeout`, in milliseconds. ECS: 30 s. */
  readonly stopTimeoutMs: number;
  /** How long the scheduler gathers changes of a service before it acts on them, in milliseconds. */
  readonly schedulingMs: number;
  /** Delay before a deployment starts another task after failures in a row, in milliseconds: first, doubling, at most. */
  readonly retryFirstMs: number;
  readonly retryMostMs: number;
  /** Lowest threshold of the circuit breaker, in failed tasks. ECS: 3. */
  readonly breakerMinimum: number;
  /** How long one minute of a deployment's waits (traffic steps, bake time) lasts here, in milliseconds. */
  readonly minuteMs: number;
  /** How long one second of a container health check lasts here, in milliseconds. */
  readonly healthCheckSecondMs: number;
  /** Time between the reads of two distinct `valueFrom` of one task, in milliseconds. */
  readonly secretReadGapMs: number;
  /** DescribeServices answers the state as of this long ago, in milliseconds: ECS reads are eventually consistent. */
  readonly readLagMs: number;
  /** How long a stopped task remains visible, in milliseconds. ECS: at least an hour. */
  readonly stoppedTaskRetentionMs: number;
}

export const defaultSettings: EcsSettings = {
  provisioningMs: 10,
  settleMs: 300,
  stopTimeoutMs: 30_000,
  schedulingMs: 5,
  retryFirstMs: 100,
  retryMostMs: 2_000,
  breakerMinimum: 3,
  minuteMs: 60_000,
  healthCheckSecondMs: 1_000,
  secretReadGapMs: 0,
  readLagMs: 0,
  stoppedTaskRetentionMs: 3_600_000,
};
