import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startKeeper } from '../../../local/processes/keeper';
import { identityOf } from '../../../local/processes/process-identity.cjs';
import { eventually } from '../../support/postgres';

const started: ChildProcess[] = [];
let scratch: string;
beforeEach(() => void (scratch = mkdtempSync(join(tmpdir(), 'tandem-test-'))));
afterEach(() => {
  for (const child of started.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
  rmSync(scratch, { recursive: true, force: true });
});

/** A child that sleeps, and says so once it runs; with `stubborn` it ignores SIGTERM. */
async function sleeper(options: { stubborn?: boolean; detached?: boolean } = {}): Promise<number> {
  const stubborn = options.stubborn === true ? `process.on('SIGTERM', () => undefined);` : '';
  const child = spawn(process.execPath, ['-e', `${stubborn} setInterval(() => {}, 1e6); console.log('up')`], {
    detached: options.detached ?? false,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  started.push(child);
  await once(child.stdout, 'data');
  return child.pid ?? 0;
}

const runs = (pid: number): boolean => identityOf(pid) !== undefined;

describe('a keeper', () => {
  it('ends what it keeps and removes what it watches when it is closed, and spares what was released', async () => {
    const keeper = startKeeper();
    const [kept, released, stubborn] = [await sleeper(), await sleeper(), await sleeper({ stubborn: true })];
    for (const pid of [kept, released, stubborn]) keeper.keep(pid);
    keeper.release(released);
    const [watched, forgotten] = [join(scratch, 'watched'), join(scratch, 'forgotten')];
    for (const path of [watched, forgotten]) {
      mkdirSync(path);
      writeFileSync(join(path, 'file'), '');
      keeper.watchDirectory(path);
    }
    keeper.forgetDirectory(forgotten);
    await keeper.close();
    expect([kept, released, stubborn].map(runs)).toEqual([false, true, false]);
    expect([watched, forgotten].map((path) => existsSync(path))).toEqual([false, true]);
    await keeper.close();
  });

  it('ends the whole group of a process that leads one', async () => {
    const keeper = startKeeper();
    const leader = spawn(
      process.execPath,
      [
        '-e',
        `const c = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { stdio: 'ignore' });
         console.log(c.pid); setInterval(() => {}, 1e6)`,
      ],
      { detached: true, stdio: ['ignore', 'pipe', 'ignore'] },
    );
    started.push(leader);
    const [line] = (await once(createInterface({ input: leader.stdout }), 'line')) as [string];
    keeper.keep(leader.pid ?? 0);
    await keeper.close();
    await eventually('the grandchild is gone', () => !runs(Number(line)));
  });

  it('leaves a process alone that has the number of one it kept', async () => {
    const keeper = startKeeper();
    const pid = await sleeper();
    // As if the number had been kept for a process of another start time.
    const identity = jest.requireMock<{ identityOf: jest.Mock }>(
      '../../../local/processes/process-identity.cjs',
    );
    identity.identityOf.mockReturnValueOnce('another start');
    keeper.keep(pid);
    await keeper.close();
    expect(runs(pid)).toBe(true);
  });

  it('refuses to watch a link, and does not remove a directory that took the place of the watched one', async () => {
    const keeper = startKeeper();
    const [real, link, watched] = [join(scratch, 'real'), join(scratch, 'link'), join(scratch, 'watched')];
    mkdirSync(real);
    symlinkSync(real, link);
    expect(() => keeper.watchDirectory(link)).toThrow(/not a directory/);
    mkdirSync(watched);
    keeper.watchDirectory(watched);
    rmSync(watched, { recursive: true });
    symlinkSync(real, watched);
    await keeper.close();
    expect(existsSync(real)).toBe(true);
  });

  it('does all this within five seconds of a SIGKILL of its process', async () => {
    const directory = join(scratch, 'watched');
    mkdirSync(directory);
    const parent = spawn(
      process.execPath,
      ['--import', 'tsx', join(__dirname, 'keeper-parent.ts'), directory],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    started.push(parent);
    const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
    const { kept, stubborn, released } = JSON.parse(line) as Record<'kept' | 'stubborn' | 'released', number>;
    expect([kept, stubborn, released].map(runs)).toEqual([true, true, true]);
    parent.kill('SIGKILL');
    const killedAt = performance.now();
    await eventually('nothing kept is left', () => !runs(kept) && !runs(stubborn) && !existsSync(directory));
    expect(performance.now() - killedAt).toBeLessThan(5_000);
    expect(runs(released)).toBe(true);
    process.kill(released, 'SIGKILL');
  }, 60_000);
});

jest.mock('../../../local/processes/process-identity.cjs', () => {
  const actual = jest.requireActual<{ identityOf: (pid: number) => string | undefined }>(
    '../../../local/processes/process-identity.cjs',
  );
  return { identityOf: jest.fn(actual.identityOf) };
});

describe('the identity of a process', () => {
  it('stays the same while it runs, differs between processes, and is gone with it', async () => {
    const pid = await sleeper();
    const identity = identityOf(pid);
    expect(identity).toBeDefined();
    expect(identityOf(pid)).toBe(identity);
    expect(identityOf(process.pid)).not.toBe(identity);
    process.kill(pid, 'SIGKILL');
    await eventually('it is gone', () => identityOf(pid) === undefined);
    expect(identityOf(0)).toBeUndefined();
    expect(identityOf(-1)).toBeUndefined();
  });
});
