import { setTimeout as sleep } from 'node:timers/promises';

/** What was waited for did not come. */
export class DrillError extends Error {
  override readonly name = 'DrillError';
}

/**
 * Asks again and again until there is an answer.
 * @param what for the error message: `green to be rotated`
 * @param ask answers undefined while it is too early
 * @param explain what is known about why it has not come
 * @throws DrillError past the deadline; the signal's reason when it is aborted
 */
export async function until<T>(
  what: string,
  signal: AbortSignal,
  ask: () => Promise<T | undefined> | T | undefined,
  {
    deadlineMs = 60_000,
    everyMs = 50,
    explain = () => '',
  }: { deadlineMs?: number; everyMs?: number; explain?: () => string } = {},
): Promise<T> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    signal.throwIfAborted();
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) {
      const why = explain();
      throw new DrillError(`Waited ${deadlineMs / 1_000} s for ${what}.${why === '' ? '' : ` ${why}`}`);
    }
    await sleep(everyMs);
  }
}
