/** How a command ends; the same for every command. */
export const EXIT = {
  done: 0,
  /** It ran, and the answer is bad: refused, reverted, halted, a check failed. */
  failed: 1,
  /** The command line or the configuration cannot be used. */
  usage: 2,
  /** AWS could not be asked, or said no. */
  aws: 3,
  /** What was waited for did not come in time; it goes on by itself. */
  late: 4,
  interrupted: 130,
} as const;

/** The part of every help text about exit codes. */
export const EXIT_CODES = `Exit codes: 0 done; 1 refused, reverted, halted, or a check failed; 2 command line or configuration cannot be used;
3 AWS could not be asked, or said no; 4 it took longer than --timeout (it goes on by itself); 130 interrupted.`;

/** Ends a command with words for a person. */
export class CommandError extends Error {
  override readonly name = 'CommandError';

  constructor(
    message: string,
    readonly exitCode: number = EXIT.failed,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
