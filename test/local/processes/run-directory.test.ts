import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeAbandonedRuns } from '../../../local/processes/abandoned-runs';
import { identityOf } from '../../../local/processes/process-identity.cjs';
import { createRunDirectory, isRoot, OWNER_FILE, RUN_PREFIX } from '../../../local/processes/run-directory';

let base: string;
const started: ChildProcess[] = [];
beforeEach(() => void (base = realpathSync(mkdtempSync(join(tmpdir(), 'tandem-test-')))));
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  rmSync(base, { recursive: true, force: true });
});

/** A run directory as a dead process leaves it. */
function abandoned(name = 'dead'): string {
  const directory = join(base, `${RUN_PREFIX}${name}`);
  mkdirSync(directory);
  writeFileSync(
    join(directory, OWNER_FILE),
    JSON.stringify({ pid: process.pid, identity: 'an earlier start' }),
  );
  return directory;
}

/** Looks like a postmaster: a process with the data directory in its command line. */
async function impostor(...args: string[]): Promise<number> {
  const child = spawn(
    process.execPath,
    ['-e', `console.log('up'); setInterval(() => {}, 1e6)`, '--', ...args],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  started.push(child);
  await once(child.stdout, 'data');
  return child.pid ?? 0;
}

function recordPostmaster(data: string, pid: number, recorded = data): void {
  mkdirSync(data, { recursive: true });
  writeFileSync(join(data, 'postmaster.pid'), `${pid}\n${recorded}\n0\n5432\n`);
}

describe('a run directory', () => {
  it('says whose it is, and only its user may list it', () => {
    const run = createRunDirectory(base);
    const owner: unknown = JSON.parse(readFileSync(join(run.path, OWNER_FILE), 'utf8'));
    expect(owner).toEqual({ pid: process.pid, identity: identityOf(process.pid) });
    expect(lstatSync(run.path).mode & 0o777).toBe(isRoot() ? 0o711 : 0o700);
    expect(statSync(run.subdirectory('postgres')).mode & 0o777).toBe(0o700);
    run.remove();
    expect(existsSync(run.path)).toBe(false);
  });

  it('of a living run is left alone, with everything in it', async () => {
    const run = createRunDirectory(base);
    const pid = await impostor(join(run.path, 'postgres', 'data'));
    recordPostmaster(join(run.path, 'postgres', 'data'), pid);
    expect(await removeAbandonedRuns(base)).toEqual({ removed: [], ended: [] });
    expect(existsSync(run.path)).toBe(true);
    expect(identityOf(pid)).toBeDefined();
  });
});

describe('cleaning up', () => {
  it('ends the server of a dead run and removes its directory', async () => {
    const directory = abandoned();
    const data = join(directory, 'postgres', 'data');
    const pid = await impostor(data);
    recordPostmaster(data, pid);
    expect(await removeAbandonedRuns(base)).toEqual({ removed: [directory], ended: [pid] });
    expect(identityOf(pid)).toBeUndefined();
    expect(existsSync(directory)).toBe(false);
  });

  it('spares a process that only has the number of the recorded server, or another data directory', async () => {
    const directory = abandoned();
    const other = await impostor('/some/other/data');
    recordPostmaster(join(directory, 'one', 'data'), other);
    recordPostmaster(
      join(directory, 'two', 'data'),
      await impostor(join(directory, 'two', 'data')),
      '/elsewhere',
    );
    const cleaned = await removeAbandonedRuns(base);
    expect(cleaned).toEqual({ removed: [directory], ended: [] });
    expect(started.map(({ pid }) => identityOf(pid ?? 0) !== undefined)).toEqual([true, true]);
  });

  it('follows no link and believes no record that is one', async () => {
    const target = join(base, 'target');
    mkdirSync(target);
    writeFileSync(
      join(target, OWNER_FILE),
      JSON.stringify({ pid: process.pid, identity: 'an earlier start' }),
    );
    symlinkSync(target, join(base, `${RUN_PREFIX}link`));
    const linked = join(base, `${RUN_PREFIX}record`);
    mkdirSync(linked);
    symlinkSync(join(target, OWNER_FILE), join(linked, OWNER_FILE));
    expect(await removeAbandonedRuns(base)).toEqual({ removed: [], ended: [] });
    expect([target, linked].map((path) => existsSync(path))).toEqual([true, true]);
  });

  it('leaves a directory alone that has no readable record, or is not a run', async () => {
    const unowned = join(base, `${RUN_PREFIX}new`);
    const broken = join(base, `${RUN_PREFIX}broken`);
    const unrelated = join(base, 'unrelated');
    for (const path of [unowned, broken, unrelated]) mkdirSync(path);
    writeFileSync(join(broken, OWNER_FILE), '{');
    writeFileSync(join(unrelated, OWNER_FILE), JSON.stringify({ pid: 1, identity: 'x' }));
    expect(await removeAbandonedRuns(base)).toEqual({ removed: [], ended: [] });
    expect([unowned, broken, unrelated].map((path) => existsSync(path))).toEqual([true, true, true]);
  });

  // Only root can give a directory away.
  const other = isRoot() ? 65_534 : undefined;
  it(`leaves a directory of another user alone${other === undefined ? ' (shown by its record)' : ''}`, async () => {
    const directory = abandoned('foreign');
    if (other === undefined) writeFileSync(join(directory, OWNER_FILE), '');
    else chownSync(directory, other, other);
    expect((await removeAbandonedRuns(base)).removed).toEqual([]);
    expect(existsSync(directory)).toBe(true);
  });

  it('done by two at once removes what there is once and fails for neither', async () => {
    const directories = [abandoned('one'), abandoned('two')];
    await Promise.all([removeAbandonedRuns(base), removeAbandonedRuns(base)]);
    expect(directories.map((path) => existsSync(path))).toEqual([false, false]);
  });
});
