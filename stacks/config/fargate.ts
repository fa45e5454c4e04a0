const GIB = 1_024;

/**
 * The memory that Fargate offers with each number of CPU units, in MiB: whole GiB from, to, and for the smallest half a
 * one besides. Source: Amazon ECS Developer Guide, "Troubleshoot Amazon ECS task definition invalid CPU or memory errors".
 */
const MEMORY = {
  256: { from: GIB, to: 2 * GIB },
  512: { from: GIB, to: 4 * GIB },
  1024: { from: 2 * GIB, to: 8 * GIB },
  2048: { from: 4 * GIB, to: 16 * GIB },
  4096: { from: 8 * GIB, to: 30 * GIB },
} as const;

/** CPU units that a task may have. */
export const CPU_UNITS = [256, 512, 1024, 2048, 4096] as const satisfies readonly (keyof typeof MEMORY)[];

/** @returns what the memory has to be with this CPU, or null where it is that */
export function memoryProblem(cpu: (typeof CPU_UNITS)[number], memory: number): string | null {
  const { from, to } = MEMORY[cpu];
  const small = cpu === 256;
  if (memory % GIB === 0 && memory >= from && memory <= to) return null;
  if (small && memory === GIB / 2) return null;
  const offered = `a multiple of ${GIB} from ${from} to ${to}`;
  return `must be ${small ? `${GIB / 2} or ` : ''}${offered} with ${cpu} CPU units: Fargate offers no other`;
}
