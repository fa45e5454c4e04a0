import { isDenied } from '../adapters/aws/denied';
import type { RotatorDependencies } from './dependencies';
import { InstallationError } from './errors';

/** Milliseconds, together half of what the rotator is given: what follows needs the rest. */
const PATIENCE = 30_000;
const BETWEEN = 3_000;

/**
 * Repeats what may be repeated as long as AWS denies it, for half a minute: in a first apply the role is seconds old, and
 * IAM makes it known bit by bit.
 * @throws InstallationError where AWS still denies it then
 */
export async function patiently<T>(
  { clock, pause, telemetry }: Pick<RotatorDependencies, 'clock' | 'pause' | 'telemetry'>,
  work: () => Promise<T>,
): Promise<T> {
  const until = clock.now() + PATIENCE;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isDenied(error)) throw error;
      if (clock.now() + BETWEEN > until) {
        throw new InstallationError(
          `AWS still denies it after ${PATIENCE / 1_000} seconds: ${error.message} ` +
            `See that the rotator's role, its permissions boundary and the policies of secret and key allow it, then apply again.`,
          { cause: error },
        );
      }
      telemetry.info('denied by AWS; a new role is not known everywhere yet: trying again', {
        why: error.name,
      });
      await pause(BETWEEN);
    }
  }
}
