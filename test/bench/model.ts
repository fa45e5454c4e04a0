import { exponent } from '../../scripts/bench-synth';

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

/** Medians; a first rotation, which starts the function, is not counted. */
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
  /** Fitted over the three largest sizes; 1 is linear. */
  readonly callsExponent: Exponent;
  readonly billedExponent: Exponent;
  readonly lastUpdateExponent: Exponent;
}

/** Null where the machine was too busy to tell. */
export type Exponent = number | null;

/** One rollout onto a rotated standby: of several, the one that was billed least. */
export interface RolloutSize {
  readonly consumers: number;
  /** Of the orchestrator. */
  readonly awsCalls: number;
  readonly callsPerConsumer: number;
  readonly invocations: number;
  readonly billedMs: number;
  /** From the label that finishSecret moved to the answer to the last UpdateService. */
  readonly lastUpdateMs: number;
}

/** The fastest of several processes of Node, which take turns: what else the machine does only makes them slower. */
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
  /** The fastest of several. */
  readonly bySize: readonly SynthesisSize[];
  /** Of cpuSeconds. */
  readonly cpuExponent: Exponent;
}

export interface SynthesisSize {
  readonly credentials: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly megabytes: number;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** To so many decimals: a figure is read, not calculated with. */
export function rounded(value: number, decimals = 0): number {
  return Number(value.toFixed(decimals));
}

/** How a quantity grows over three sizes. */
export function fitted(points: readonly (readonly [size: number, quantity: number])[]): Exponent {
  const grown = exponent(points);
  return Number.isFinite(grown) ? rounded(grown, 2) : null;
}
