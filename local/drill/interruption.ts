/** How often a program that npm started looks whether npm is still there. */
const PARENT_CHECK_MS = 500;

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
  const parent = process.ppid;
  // Started by npm, this process must not outlive it; started by hand, it may outlive the shell.
  const watch =
    process.env['npm_lifecycle_event'] === undefined
      ? undefined
      : setInterval(() => {
          if (process.ppid !== parent && !controller.signal.aborted) abort();
        }, PARENT_CHECK_MS).unref();
  return {
    signal: controller.signal,
    end: () => {
      for (const name of signals) process.off(name, abort);
      clearInterval(watch);
    },
  };
}
