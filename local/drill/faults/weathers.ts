import { randomUUID } from 'node:crypto';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { serverError, throttling, type CallFate } from '../../endpoint/faults';
import { accessKeyIdOf } from '../../lambda/lambda';
import { CREDENTIAL, ORCHESTRATOR, ROTATOR } from '../installation/model';
import type { Scene, Weather } from './model';

const FUNCTIONS = [ROTATOR, ORCHESTRATOR].map(accessKeyIdOf);

/** Injects into the calls of both functions, for as long as it lasts. */
function overCalls(
  { board }: Scene,
  tell: (hit: number, calls: number) => { readonly injected: string; readonly answered: string },
  fateOf: (service: string) => CallFate | undefined,
): ReturnType<Weather['begin']> {
  const at = Date.now();
  let calls = 0;
  let hit = 0;
  const end = board.onCall(({ service, accessKeyId }) => {
    if (!FUNCTIONS.includes(accessKeyId)) return undefined;
    calls += 1;
    const fate = fateOf(service);
    if (fate !== undefined) hit += 1;
    return fate;
  });
  return () => {
    end();
    return { at, ...tell(hit, calls) };
  };
}

export const throttled: Weather = {
  kind: 'weather',
  name: 'throttling',
  description: 'one in six AWS calls of both functions answered ThrottlingException',
  begin: (scene) =>
    overCalls(
      scene,
      (hit, calls) => ({ injected: `${hit} of ${calls} calls throttled`, answered: 'tried again' }),
      (service) =>
        scene.random.chance(1 / 6) ? { error: throttling(service), when: 'without-effect' } : undefined,
    ),
};

export const failing: Weather = {
  kind: 'weather',
  name: 'server-errors',
  description: 'one in five AWS calls answered HTTP 500, half of them with their effect done',
  begin: (scene) =>
    overCalls(
      scene,
      (hit, calls) => ({ injected: `${hit} of ${calls} calls answered HTTP 500`, answered: 'tried again' }),
      (service) =>
        scene.random.chance(0.2)
          ? {
              error: serverError(service),
              when: scene.random.chance(0.5) ? 'after-effect' : 'without-effect',
            }
          : undefined,
    ),
};

/** A schedule's own events; everything else is news that may be lost. */
const SWEEP = 'aws.events';

export const eventsDropped: Weather = {
  kind: 'weather',
  name: 'events-dropped',
  description: 'no event arrives: only the sweep is left',
  begin: ({ board }) => {
    const at = Date.now();
    let dropped = 0;
    const end = board.onDelivery(({ source }) => {
      if (source === SWEEP) return undefined;
      dropped += 1;
      return 'drop';
    });
    return () => {
      end();
      return { at, injected: `${dropped} events dropped`, answered: 'the sweep saw what they told of' };
    };
  },
};

const LATEST_MS = 4_000;

export const eventsLate: Weather = {
  kind: 'weather',
  name: 'events-late',
  description: 'events up to four seconds late and out of order, or delivered twice',
  begin: ({ board, random, stage }) => {
    const at = Date.now();
    const counts = { late: 0, twice: 0 };
    const end = board.onDelivery(() => {
      if (random.chance(0.4)) {
        counts.late += 1;
        return { delayMs: random.below(LATEST_MS) };
      }
      if (random.chance(0.5)) {
        counts.twice += 1;
        // The queue drops a second copy of one message: what is delivered twice all the same carries another id.
        void wakeAgain({ stage });
        return 'duplicate';
      }
      return undefined;
    });
    return () => {
      end();
      const injected = `${counts.late} events late, ${counts.twice} delivered twice`;
      return { at, injected, answered: 'each was only a reason to look' };
    };
  },
};

async function wakeAgain({ stage }: Pick<Scene, 'stage'>): Promise<void> {
  const { clients, installation } = stage;
  const message = new SendMessageCommand({
    QueueUrl: installation.queueUrl,
    MessageBody: JSON.stringify({ credential: CREDENTIAL, cause: 'event', id: randomUUID() }),
    MessageGroupId: CREDENTIAL,
  });
  // The system may be closing.
  await clients.sqs.send(message).catch(() => undefined);
}

export const deafTasks: Weather = {
  kind: 'weather',
  name: 'deaf-tasks',
  description: 'tasks ignore SIGTERM, and run on until they are killed',
  begin: ({ switches }) => {
    const at = Date.now();
    switches.deaf.on();
    return () => {
      switches.deaf.off();
      return { at, injected: 'tasks ignored SIGTERM', answered: 'waited until each of them was killed' };
    };
  },
};
