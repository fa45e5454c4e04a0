import type { Begun } from '../../lambda/model';
import { serverError } from '../../endpoint/faults';
import { ORCHESTRATOR, ROTATOR } from '../installation/model';
import { startRotation } from '../rotate';
import { DrillError } from '../wait';
import type { Incident, Scene } from './model';
import { seeThrough, standbyOf } from './rotation';

/** SIGKILL to the rotator in the middle of a step. */
export function killInStep(name: string, step: string, mostCalls: number): Incident {
  return {
    kind: 'incident',
    name,
    description: `kill -9 of the rotator in ${step}`,
    play: (scene) =>
      playKill(scene, {
        mostCalls,
        what: `the rotator killed in ${step}`,
        answer: 'Secrets Manager tried again',
        isVictim: ({ functionName, payload }) => functionName === ROTATOR && stepOf(payload) === step,
      }),
  };
}

/** A rollout of two services makes more calls than this. */
const CALLS_OF_A_ROLLOUT = 30;

export const killLook: Incident = {
  kind: 'incident',
  name: 'kill-look',
  description: 'kill -9 of the orchestrator in the middle of a look',
  play: (scene) =>
    playKill(scene, {
      mostCalls: CALLS_OF_A_ROLLOUT,
      what: 'the orchestrator killed in a look',
      answer: 'its message came again',
      isVictim: ({ functionName }) => functionName === ORCHESTRATOR,
    }),
};

interface Kill {
  /** Which call it comes at is drawn from 1 to this. */
  readonly mostCalls: number;
  readonly what: string;
  readonly answer: string;
  readonly isVictim: (invocation: Begun) => boolean;
}

/** Where calls fail besides, one with its effect done may spare the function the call that the kill was to come at. */
const MOST_ROTATIONS = 5;

/** Kills at one of the function's calls, before or after it has its effect; both are drawn. */
async function playKill(
  scene: Scene,
  { mostCalls, what, answer, isVictim }: Kill,
): ReturnType<Incident['play']> {
  const { stage, random } = scene;
  const nth = 1 + random.below(mostCalls);
  const before = random.chance(0.5);
  const killed = armKill(scene, nth, before, isVictim);
  try {
    for (let rotation = 1; rotation <= MOST_ROTATIONS; rotation += 1) {
      const slot = await standbyOf(stage);
      const ending = await seeThrough(stage, slot, await startRotation(stage, slot));
      const hit = killed.hit();
      if (hit === undefined) continue;
      const injected = `${what}, ${before ? 'before' : 'after'} its call no. ${nth}, ${hit.call}`;
      return { at: hit.at, injected, answered: `${answer}; ${ending}` };
    }
    throw new DrillError(`${MOST_ROTATIONS} rotations ended, and in none was ${what}.`);
  } finally {
    killed.disarm();
  }
}

function armKill(
  { stage, board }: Scene,
  nth: number,
  before: boolean,
  isVictim: (invocation: Begun) => boolean,
) {
  let calls = 0;
  let hit: { readonly at: number; readonly call: string } | undefined;
  const disarm = board.onCall(({ service, operation }, invocation) => {
    if (hit !== undefined || invocation === undefined || !isVictim(invocation)) return undefined;
    calls += 1;
    if (calls < nth || !stage.system.lambda.killInvocation(invocation.traceId)) return undefined;
    hit = { at: Date.now(), call: `${service}:${operation}` };
    // Nobody reads the answer any more; what matters is whether the call has its effect.
    return before ? { error: serverError(service), when: 'without-effect' } : 'serve';
  });
  return { disarm, hit: () => hit };
}

/** The step that an invocation of the rotator is; undefined for a direct one. */
export function stepOf(payload: string): string | undefined {
  const event: unknown = JSON.parse(payload);
  return typeof event === 'object' && event !== null && 'Step' in event ? String(event.Step) : undefined;
}
