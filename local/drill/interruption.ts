import { watchNpm } from '../processes/parents';

/** How long an orderly end may take before the supervisor is left to do it. */
const ORDERLY_MS = 1_500;

/** The exit code of a process that Ctrl-C ended: 128 and the number of SIGINT. */
const INTERRUPTED = 130;

/**
 * Turns Ctrl-C, SIGTERM and the loss of npm into one abort signal. Where the end takes too long, or with a second
 * Ctrl-C, the process exits at once: the supervisor then ends the children.
 */
export function interruption(): { readonly signal: AbortSignal; readonly end: () => void } {
  const controller = new AbortController();
  let impatience: NodeJS.Timeout | undefined;
  const abort = () => {
    if (controller.signal.aborted) process.exit(INTERRUPTED);
    impatience = setTimeout(() => process.exit(INTERRUPTED), ORDERLY_MS).unref();
    controller.abort(new Error('interrupted'));
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of signals) process.on(name, abort);
  const unwatch = watchNpm(() => {
    if (!controller.signal.aborted) abort();
  });
  return {
    signal: controller.signal,
    end: () => {
      for (const name of signals) process.off(name, abort);
      clearTimeout(impatience);
      unwatch();
    },
  };
}
