import type { RotatorEnvironment } from '../contract/environment';
import { isRotation, type DirectEvent, type RotatorEvent } from '../contract/events';
import type { RotatorMetric } from '../contract/metrics';
import { secretPlace } from '../contract/names';
import { bootstrap, destroy } from './bootstrap';
import type { RotatorDependencies } from './dependencies';
import { OutOfTimeError, RotationRefusedError } from './errors';
import { patiently } from './patience';
import { preflight } from './preflight';
import { reassert } from './reassert';
import { restore, retire, terminate } from './retire';
import { rotate } from './rotation';
import { sessions } from './sessions';
import { verify } from './verify';

/** Calls back shortly before the function is out of time. @returns what calls that off */
export type LastWords = (say: () => void) => () => void;

/**
 * Does what an event asks for, and counts what went wrong: rotation failures reach CloudWatch without a trail.
 * @param lastWords for a step that hangs: Lambda ends the process in the middle of it, and nobody else would count it
 */
export async function dispatch(
  dependencies: RotatorDependencies,
  event: RotatorEvent,
  lastWords: LastWords = () => () => undefined,
): Promise<unknown> {
  if (!isRotation(event)) return await answerDirectly(dependencies, event);
  const { telemetry, environment } = dependencies;
  const { prefix, importedSecrets } = environment;
  const credential = secretPlace(prefix, event.SecretId, importedSecrets)?.credential ?? 'unknown';
  const callOff = lastWords(() => {
    telemetry.error('failed', new OutOfTimeError(event.Step));
    telemetry.count('RotationFailed' satisfies RotatorMetric, credential);
  });
  try {
    await rotate(dependencies, event);
    return undefined;
  } catch (error) {
    const metric: RotatorMetric =
      error instanceof RotationRefusedError ? 'RotationRefused' : 'RotationFailed';
    telemetry.error(metric === 'RotationRefused' ? 'refused' : 'failed', error);
    telemetry.count(metric, credential);
    throw error;
  } finally {
    callOff();
  }
}

async function answerDirectly(dependencies: RotatorDependencies, event: DirectEvent): Promise<unknown> {
  switch (event.action) {
    case 'bootstrap':
      return event.tf?.action === 'delete'
        ? await destroy(dependencies, event.credential)
        : await patiently(dependencies, () => bootstrap(dependencies, event.credential, event));
    case 'verify':
      return await verify(dependencies, event.credential, { slot: event.slot, version: event.version });
    case 'reassert':
      return await reassert(dependencies, event.credential, { slot: event.slot, version: event.version });
    case 'retire':
      return await retire(dependencies, event.credential, { slot: event.slot, version: event.version });
    case 'restore':
      return await restore(dependencies, event.credential, event.slot);
    case 'terminate':
      return await terminate(dependencies, event.credential, { slot: event.slot, version: event.version });
    case 'sessions':
      return await sessions(dependencies, event.credential, event.slot);
    case 'preflight':
      return await preflight(dependencies, event.credential);
  }
}

/** What every log line of this event carries. */
export function correlation(
  { prefix, importedSecrets }: Pick<RotatorEnvironment, 'prefix' | 'importedSecrets'>,
  event: RotatorEvent,
): Record<string, string> {
  if (!isRotation(event)) return { credential: event.credential, action: event.action };
  const place = secretPlace(prefix, event.SecretId, importedSecrets);
  return {
    credential: place?.credential ?? 'unknown',
    slot: place?.kind ?? 'unknown',
    version: event.ClientRequestToken,
    step: event.Step,
  };
}
