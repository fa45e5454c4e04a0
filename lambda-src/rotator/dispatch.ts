import type { RotatorEnvironment } from '../contract/environment';
import { isRotation, type DirectEvent, type RotatorEvent } from '../contract/events';
import type { RotatorMetric } from '../contract/metrics';
import { secretPlace } from '../contract/names';
import { bootstrap, destroy } from './bootstrap';
import type { RotatorDependencies } from './dependencies';
import { RotationRefusedError } from './errors';
import { patiently } from './patience';
import { preflight } from './preflight';
import { reassert } from './reassert';
import { rotate } from './rotation';
import { sessions } from './sessions';
import { verify } from './verify';

/** Does what an event asks for, and counts what went wrong: rotation failures reach CloudWatch without a trail. */
export async function dispatch(dependencies: RotatorDependencies, event: RotatorEvent): Promise<unknown> {
  if (!isRotation(event)) return await answerDirectly(dependencies, event);
  try {
    await rotate(dependencies, event);
    return undefined;
  } catch (error) {
    const metric: RotatorMetric =
      error instanceof RotationRefusedError ? 'RotationRefused' : 'RotationFailed';
    const { prefix, importedSecrets } = dependencies.environment;
    const credential = secretPlace(prefix, event.SecretId, importedSecrets)?.credential ?? 'unknown';
    dependencies.telemetry.error(metric === 'RotationRefused' ? 'refused' : 'failed', error);
    dependencies.telemetry.count(metric, credential);
    throw error;
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
