import { watchNpm } from '../processes/parents';

/**
 * Turns Ctrl-C, SIGTERM and the loss of the parent into one abort signal. A second Ctrl-C ends the process at once:
 * the supervisor then ends the children.
 */
export function interruption(): { readonly signal: AbortSignal; readonly end: () => void } {
  const controller = new AbortController();
  const abort = () => {
    if (controller.signal.aborted) process.exit(130);
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
      unwatch();
    },
  };
}
