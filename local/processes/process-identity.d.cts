/**
 * What tells a process from a later one with the same id: its start time (with the boot it belongs to, on
 * Linux). Equal texts for one pid mean the same process.
 *
 * @returns undefined where no such process runs; one that ended and was not yet reaped counts as ended.
 *   On Windows, where neither /proc nor ps exists, only whether the process id is in use.
 */
export declare function identityOf(pid: number): string | undefined;
