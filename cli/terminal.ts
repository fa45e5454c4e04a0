import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { styleText, types } from 'node:util';
import { CommandError, EXIT } from './exit';

type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow';

/** Where a command speaks: its answer on standard output, everything else on standard error. */
export interface Terminal {
  readonly json: boolean;
  /** The answer: with --json as one line of JSON, otherwise as text. */
  answer(value: object, text: () => string): void;
  /** What happens meanwhile. */
  progress(line: string): void;
  /** Emphasis, where standard output is a terminal and NO_COLOR is not set. */
  readonly paint: (style: Style, text: string) => string;
  /** Asks before something that cannot simply be undone. @throws CommandError where nobody agrees */
  confirm(question: string, agreed: boolean): Promise<void>;
  /** Asks for a text, with what an empty answer means; null where nobody can be asked. */
  readonly ask: ((question: string, usual: string) => Promise<string>) | null;
  /** Characters that a line has room for; without end where standard output is no terminal. */
  readonly columns: number;
  /** Clears the screen, where standard output is one. */
  clear(): void;
}

export function createTerminal(json: boolean): Terminal {
  const { stdout, stderr, stdin, env } = process;
  const coloured = stdout.isTTY && !json && (env['NO_COLOR'] ?? '') === '';
  return {
    json,
    answer: (value, text) => void stdout.write(json ? `${JSON.stringify(value)}\n` : `${text()}\n`),
    progress: (line) => void stderr.write(`${line}\n`),
    paint: (style, text) => (coloured ? styleText(style, text) : text),
    columns: stdout.isTTY && stdout.columns > 0 ? stdout.columns : Infinity,
    clear: () => {
      if (stdout.isTTY) stdout.write('\u001b[2J\u001b[H');
    },
    confirm: async (question, agreed) => {
      if (agreed) return;
      if (!stdin.isTTY)
        throw new CommandError(`${question} Nobody can be asked here: give --yes.`, EXIT.usage);
      if (!/^y(es)?$/i.test(await said(`${question} [y/N] `))) throw new CommandError('Nothing was done.');
    },
    ask: stdin.isTTY
      ? async (question, usual) =>
          (await said(usual === '' ? `${question} ` : `${question} [${usual}] `)) || usual
      : null,
  };
}

/** What a person answers, on the terminal. */
async function said(question: string): Promise<string> {
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await asking.question(question)).trim();
  } catch (error) {
    if (!(types.isNativeError(error) && error.name === 'AbortError')) throw error;
    // Ctrl-C or Ctrl-D leaves the cursor behind the question.
    process.stderr.write('\n');
    throw new CommandError('Nothing was done.', EXIT.interrupted, { cause: error });
  } finally {
    asking.close();
  }
}

type Rows = readonly (readonly string[])[];

/** Columns as wide as their widest cell, the first row being the heading; a list of each row where that is wider than the room. */
export function table(rows: Rows, indent = '', room = Infinity): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    `${indent}${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd(),
  );
  return lines.every(({ length }) => length <= room) ? lines.join('\n') : lists(rows, indent);
}

function lists([heads = [], ...rows]: Rows, indent: string): string {
  const width = Math.max(...heads.map(({ length }) => length));
  return rows
    .map((row) => heads.map((head, column) => `${indent}${head.padEnd(width)}  ${row[column] ?? ''}`))
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

/** `2026-11-01 03:12 UTC` */
export function moment(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

const UNITS = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
] as const;

/** `20 days`: the largest unit that fits, rounded down. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1_000));
  const [size, name] = UNITS.find(([size]) => seconds >= size) ?? [1, 'second'];
  const count = Math.floor(seconds / size);
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}

/** What whoever does not wait to the end has to know. */
const GOES_ON = 'It goes on by itself; tandem status tells how far it is.';

/**
 * Asks again and again until there is an answer. Ctrl-C ends the command, and says that it ends nothing else.
 * @param ask answers undefined while it is too early
 * @throws CommandError past the deadline
 */
export async function waitFor<T>(
  what: string,
  seconds: number,
  ask: () => Promise<T | undefined>,
  everyMs = 1_000,
): Promise<T> {
  const deadline = performance.now() + seconds * 1_000;
  process.on('SIGINT', leave);
  try {
    for (;;) {
      const answer = await ask();
      if (answer !== undefined) return answer;
      if (performance.now() > deadline)
        throw new CommandError(`Waited ${seconds} seconds for ${what}. ${GOES_ON}`, EXIT.late);
      await sleep(everyMs);
    }
  } finally {
    process.off('SIGINT', leave);
  }
}

function leave(): void {
  process.stderr.write(`\nNot waited for any longer. ${GOES_ON}\n`);
  process.exit(EXIT.interrupted);
}

/** Does something that is quick most of the time, and says what takes so long where it is not. */
export async function unlessQuick<T>(
  { progress }: Pick<Terminal, 'progress'>,
  line: string,
  work: () => Promise<T>,
): Promise<T> {
  const timer = setTimeout(() => progress(line), 2_000);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
  }
}
