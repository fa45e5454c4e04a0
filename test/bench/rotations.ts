import { ORCHESTRATOR } from '../../local/drill/installation/model';
import { callsOf } from '../../local/drill/report';
import { rotateStandby } from '../../local/drill/rotate';
import { until } from '../../local/drill/wait';
import type { Invoked } from '../../local/lambda/model';
import {
  fitted,
  median,
  rounded,
  type RolloutFigures,
  type RolloutSize,
  type RotationFigures,
} from './model';
import type { BenchStage } from './stage';

/** One is the smallest, fifty the most that a credential may have. */
export const SIZES = [1, 10, 25, 50];
/** Of each size; what else the machine does only makes one slower. */
const TURNS = 3;

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
  await stage.grow(SIZES[0] ?? 1);
  // The first one starts processes for the functions, and is not counted.
  await rotateOnce(stage);
  for (const consumers of SIZES) {
    await stage.grow(consumers);
    const turns: Measured[] = [];
    for (let turn = 0; turn < TURNS; turn += 1) turns.push(await rotateOnce(stage));
    rotations.push(...turns.map(({ rotation }) => rotation));
    const [fastest] = turns.map(({ rollout }) => rollout).sort((a, b) => a.billedMs - b.billedMs);
    if (fastest === undefined) continue;
    bySize.push({ consumers, ...fastest, callsPerConsumer: rounded(fastest.awsCalls / consumers, 1) });
    progress(`  ${consumers} consumers: ${fastest.awsCalls} calls, ${fastest.billedMs} ms billed`);
  }
  return { rotation: medians(rotations), rollout: growth(bySize) };
}

function medians(rotations: readonly Measured['rotation'][]): RotationFigures {
  const of = (key: keyof Measured['rotation']) => median(rotations.map((one) => one[key]));
  return {
    rotations: rotations.length,
    awsCalls: of('awsCalls'),
    connections: of('connections'),
    wallMs: of('wallMs'),
    billedMs: of('billedMs'),
  };
}

function growth(bySize: readonly RolloutSize[]): RolloutFigures {
  const of = (key: 'awsCalls' | 'billedMs' | 'lastUpdateMs') =>
    fitted(bySize.slice(1).map((one) => [one.consumers, one[key]]));
  return {
    bySize,
    callsExponent: of('awsCalls'),
    billedExponent: of('billedMs'),
    lastUpdateExponent: of('lastUpdateMs'),
  };
}

async function rotateOnce(stage: BenchStage): Promise<Measured> {
  const { system, rotations } = stage;
  const mark = system.callLog.mark();
  const startedAt = Date.now();
  const report = await rotateStandby(stage, 0);
  const looks = await looksBetween(stage, startedAt, Date.now());
  const traces = new Set(looks.map(({ traceId }) => traceId));
  const calls = system.callLog.since(mark);
  return {
    rotation: {
      awsCalls: callsOf(report),
      connections: report.postgresConnections,
      wallMs: report.rotationMs,
      billedMs: billed(rotations.steps().filter((step) => step.startedAt >= startedAt)),
    },
    rollout: {
      awsCalls: calls.filter(({ traceId }) => traceId !== undefined && traces.has(traceId)).length,
      invocations: looks.length,
      billedMs: billed(looks),
      lastUpdateMs: lastUpdate(calls),
    },
  };
}

/** The invocations of the orchestrator that began in between; one that settled the record goes on for a moment. */
async function looksBetween(
  { invocations, signal }: BenchStage,
  from: number,
  to: number,
): Promise<readonly Invoked[]> {
  const looks = () => invocations.filter(({ functionName }) => functionName === ORCHESTRATOR);
  // They come one after the other: where a later one has ended, all of them have.
  await until(
    'the next look of the sweep',
    signal,
    () => looks().some(({ startedAt }) => startedAt > to) || undefined,
    { deadlineMs: 120_000 },
  );
  return looks().filter(({ startedAt }) => startedAt >= from && startedAt <= to);
}

/** "Duration is rounded up to the nearest 1 ms": AWS Lambda pricing. The waits of the local host are in it. */
function billed(invocations: readonly { readonly startedAt: number; readonly endedAt: number }[]): number {
  return invocations.reduce((sum, { startedAt, endedAt }) => sum + Math.ceil(endedAt - startedAt), 0);
}

type Call = ReturnType<BenchStage['system']['callLog']['since']>[number];

/** From the first label moved, which is finishSecret's, to the last UpdateService. */
function lastUpdate(calls: readonly Call[]): number {
  const endsOf = (wanted: string) =>
    calls
      .filter(({ operation }) => operation === wanted)
      .map(({ startedAt, durationMs }) => startedAt + durationMs);
  return rounded(Math.max(...endsOf('UpdateService')) - Math.min(...endsOf('UpdateSecretVersionStage')));
}
