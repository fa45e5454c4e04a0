import { writeSync } from 'node:fs';

/** Where a drill speaks: progress as it happens, and one final text. */
export interface Output {
  /** A line of progress, with the seconds since the start before it. */
  progress(line: string): void;
  /** A headline between lines of progress. */
  headline(line: string): void;
  /** As it is, with a line break. */
  text(text: string): void;
  /** Everything said so far: passwords are searched for in it. */
  said(): string;
}

/**
 * @param descriptor 1 for standard output; 2 where standard output belongs to the JSON report
 */
export function createOutput(descriptor: 1 | 2, now: () => number): Output {
  const startedAt = now();
  const lines: string[] = [];
  const write = (line: string) => {
    lines.push(line);
    try {
      writeSync(descriptor, `${line}\n`);
    } catch {
      // A reader that went away (a pipe into head) must not end a run that has children to stop.
    }
  };
  return {
    progress: (line) => write(`${((now() - startedAt) / 1_000).toFixed(1).padStart(7)} s  ${line}`),
    headline: (line) => write(`\n${line}`),
    text: write,
    said: () => lines.join('\n'),
  };
}
