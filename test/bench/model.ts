/** What one run of the bench found; every key is named and explained on the page. */
export interface Figures {
  /** ISO 8601, the day. */
  readonly date: string;
  readonly machine: Machine;
  readonly rotation: RotationFigures;
  readonly rollout: RolloutFigures;
  readonly zips: readonly ZipFigures[];
  readonly synthesis: SynthesisFigures;
}

export interface Machine {
  readonly cpus: number;
  readonly model: string;
  readonly memoryGiB: number;
  readonly platform: string;
  readonly node: string;
  /** Runnable processes on average when the run began: with more than cpus, times are too long. */
  readonly loadAverage: number;
}

/** Medians over the rotations after the first. */
export interface RotationFigures {
  readonly rotations: number;
  readonly awsCalls: number;
  readonly connections: number;
  /** From RotateSecret to the end of finishSecret. */
  readonly wallMs: number;
  /** Of the four steps. */
  readonly billedMs: number;
}

export interface RolloutFigures {
  readonly bySize: readonly RolloutSize[];
  /** Over the three largest sizes; 1 is linear. */
  readonly callsExponent: number;
  readonly billedExponent: number;
}

/** One rollout onto a rotated standby. */
export interface RolloutSize {
  readonly consumers: number;
  /** Of the orchestrator. */
  readonly awsCalls: number;
  readonly invocations: number;
  readonly billedMs: number;
  /** From the label event of finishSecret to the answer to the last UpdateService. */
  readonly lastUpdateMs: number;
  readonly callsPerConsumer: number;
}

/** Medians over several processes of Node, which take turns. */
export interface ZipFigures {
  readonly function: string;
  readonly kilobytes: number;
  readonly coldStartMs: number;
  /** The same with the AWS SDK left out, as the runtime has one of its own. */
  readonly withoutSdkKilobytes: number;
  readonly withoutSdkColdStartMs: number;
  /** coldStartMs over withoutSdkColdStartMs. */
  readonly coldStartRatio: number;
}

export interface SynthesisFigures {
  readonly bySize: readonly {
    readonly credentials: number;
    readonly seconds: number;
    readonly megabytes: number;
  }[];
  readonly timeExponent: number;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** To so many decimals: a figure is read, not calculated with. */
export function rounded(value: number, decimals = 0): number {
  return Number(value.toFixed(decimals));
}
