import { ORCHESTRATOR } from '../../local/drill/installation/model';
import { readRecord } from '../../local/drill/record';
import { startRotation } from '../../local/drill/rotate';
import { until } from '../../local/drill/wait';
import { accessKeyIdOf } from '../../local/lambda/lambda';
import { exponent } from '../../scripts/bench-synth';
import { median, rounded, type RolloutFigures, type RolloutSize, type RotationFigures } from './model';
import type { BenchStage } from './stage';

/** One is the smallest, fifty the most that a credential may have. */
export const SIZES = [1, 10, 25, 50];
/** The first starts a process for the function. */
const WARM_ROTATIONS = 4;

/** What a rotation with the rollout after it took. */
interface Measured {
  readonly rotation: Omit<RotationFigures, 'rotations'>;
  readonly rollout: Omit<RolloutSize, 'consumers' | 'callsPerConsumer'>;
}

export async function measureRotations(
  stage: BenchStage,
  progress: (line: string) => void,
): Promise<{ readonly rotation: RotationFigures; readonly rollout: RolloutFigures }> {
  const rotations: Measured['rotation'][] = [];
  const bySize: RolloutSize[] = [];
  for (const consumers of SIZES) {
    await stage.grow(consumers);
    // What is measured is a warm rollout: the cold start has a figure of its own.
    for (let left = consumers === SIZES[0] ? WARM_ROTATIONS : 0; left >= 0; left -= 1) {
      const { rotation, rollout } = await rotateOnce(stage);
      rotations.push(rotation);
      if (left > 0) continue;
      bySize.push({ consumers, ...rollout, callsPerConsumer: rounded(rollout.awsCalls / consumers, 1) });
      progress(`${consumers} consumers: ${rollout.awsCalls} calls, ${rollout.billedMs} ms billed`);
    }
  }
  return { rotation: medians(rotations.slice(1)), rollout: growth(bySize) };
}

function medians(rotations: readonly Measured['rotation'][]): RotationFigures {
  const of = (key: keyof Measured['rotation']) => median(rotations.map((one) => one[key]));
  const [awsCalls, connections, wallMs, billedMs] = [
    of('awsCalls'),
    of('connections'),
    of('wallMs'),
    of('billedMs'),
  ];
  return { rotations: rotations.length, awsCalls, connections, wallMs, billedMs };
}

function growth(bySize: readonly RolloutSize[]): RolloutFigures {
  const fitted = (key: 'awsCalls' | 'billedMs') =>
    rounded(exponent(bySize.slice(1).map((one) => [one.consumers, one[key]] as const)), 2);
  return { bySize, callsExponent: fitted('awsCalls'), billedExponent: fitted('billedMs') };
}

async function rotateOnce(stage: BenchStage): Promise<Measured> {
  const { system, rotations, server, invocations, signal } = stage;
  const { active } = await readRecord(stage);
  const mark = system.callLog.mark();
  const startedAt = Date.now();
  const token = await startRotation(stage, active.slot === 'blue' ? 'green' : 'blue');
  await until(
    'the rollout to settle',
    signal,
    async () => {
      const { phase, active } = await readRecord(stage);
      return (phase === 'settled' && active.version === token) || undefined;
    },
    { deadlineMs: 300_000, everyMs: 200 },
  );
  const steps = rotations.stepsOf(token);
  const finishedAt = Math.max(...steps.map(({ endedAt }) => endedAt));
  const looks = invocations.filter((one) => one.functionName === ORCHESTRATOR && one.endedAt >= startedAt);
  const calls = system.callLog.since(mark);
  const orchestrated = calls.filter(({ accessKeyId }) => accessKeyId === accessKeyIdOf(ORCHESTRATOR));
  return {
    rotation: {
      awsCalls: Object.values(rotations.callsOf(token, system.callLog, mark)).reduce(
        (sum, count) => sum + count,
        0,
      ),
      connections: server.connections(/^tandem-rotator\/\w+Secret$/, startedAt, finishedAt + 1),
      wallMs: finishedAt - startedAt,
      billedMs: billed(steps),
    },
    rollout: {
      awsCalls: orchestrated.length,
      invocations: looks.length,
      billedMs: billed(looks),
      lastUpdateMs: lastUpdate(calls, finishedAt) ?? 0,
    },
  };
}

/** "Duration is rounded up to the nearest 1 ms": AWS Lambda pricing. The waits of the local host are in it. */
function billed(invocations: readonly { readonly startedAt: number; readonly endedAt: number }[]): number {
  return Math.ceil(invocations.reduce((sum, { startedAt, endedAt }) => sum + (endedAt - startedAt), 0));
}

type Call = ReturnType<BenchStage['system']['callLog']['since']>[number];

function lastUpdate(calls: readonly Call[], finishedAt: number): number | undefined {
  const ends = calls
    .filter(({ operation }) => operation === 'UpdateService')
    .map((one) => one.startedAt + one.durationMs);
  const moved = calls
    .filter((one) => one.operation === 'UpdateSecretVersionStage' && one.startedAt <= finishedAt)
    .map((one) => one.startedAt + one.durationMs);
  return ends.length === 0 || moved.length === 0
    ? undefined
    : rounded(Math.max(...ends) - Math.min(...moved));
}
