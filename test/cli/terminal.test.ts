import { EventEmitter, once } from 'node:events';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createTerminal, table, unlessQuick } from '../../cli/terminal';

/** A terminal to type on. */
function keyboard() {
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => stdin });
  const stderr = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  const before = (['stdin', 'stderr'] as const).map(
    (name) => [name, Object.getOwnPropertyDescriptor(process, name) ?? {}] as const,
  );
  Object.defineProperty(process, 'stdin', { configurable: true, value: stdin });
  Object.defineProperty(process, 'stderr', { configurable: true, value: stderr });
  return {
    stdin,
    said: async () => await text(stderr.end()),
    takeAway: () => before.forEach(([name, was]) => Object.defineProperty(process, name, was)),
  };
}

describe('a question', () => {
  it.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])(
    'that %s answers is answered: nothing was done, and the exit code is that of an interruption',
    async (_, key) => {
      const { stdin, said, takeAway } = keyboard();
      try {
        const asked = createTerminal(false).confirm('Go back?', false);
        stdin.write(key);
        await expect(asked).rejects.toMatchObject({ message: 'Nothing was done.', exitCode: 130 });
        expect(await said()).toMatch(/Go back\? \[y\/N\] .*\n$/s);
      } finally {
        takeAway();
      }
    },
  );
});

describe('what is quick most of the time', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it.each([
    [1_999, []],
    [2_000, ['Asking AWS.']],
  ])('and took %d ms is told of as %j', async (took, told) => {
    const lines: string[] = [];
    const work = new EventEmitter();
    const done = unlessQuick({ progress: (line) => lines.push(line) }, 'Asking AWS.', () =>
      once(work, 'end'),
    );
    jest.advanceTimersByTime(took);
    work.emit('end', 'answer');
    expect(await done).toEqual(['answer']);
    jest.advanceTimersByTime(10_000);
    expect(lines).toEqual(told);
  });
});

describe('a table', () => {
  const rows = [
    ['slot', 'user', 'password set'],
    ['blue', 'app_blue', '2026-11-01 03:12 UTC'],
    ['green', 'app_green', '-'],
  ];

  it('has columns as wide as their widest cell', () => {
    const columns = [
      '  slot   user       password set',
      '  blue   app_blue   2026-11-01 03:12 UTC',
      '  green  app_green  -',
    ].join('\n');
    expect(table(rows, '  ')).toBe(columns);
    expect(table(rows, '  ', 40)).toBe(columns);
  });

  it('is a list of each row where the terminal is too narrow for it', () => {
    expect(table(rows, '  ', 39)).toBe(
      [
        '  slot          blue',
        '  user          app_blue',
        '  password set  2026-11-01 03:12 UTC',
        '',
        '  slot          green',
        '  user          app_green',
        '  password set  -',
      ].join('\n'),
    );
  });
});
