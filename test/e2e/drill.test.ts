import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CompromisedReport } from '../../local/drill/compromised';
import type { FaultsReport } from '../../local/drill/faults/report';
import { FAULTS } from '../../local/drill/faults/table';
import type { DrillReport } from '../../local/drill/report';
import { ROOT, run } from './tools';

/** `npm start` as a newcomer runs it; what npm itself would print is left out. */
const START = ['start', '--silent', '--'];

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'tandem-e2e-'));
});

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** A drill whose temporary files, and so whose traces, are in a directory of their own. */
function startDrill(
  name: string,
  ...args: readonly string[]
): { readonly child: ChildProcess; readonly temporary: string } {
  const temporary = mkdtempSync(path.join(directory, `${name}-`));
  const child = spawn('npm', [...START, ...args], {
    cwd: ROOT,
    env: { ...process.env, TMPDIR: temporary, TANDEM_E2E: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  return { child, temporary };
}

/** Processes whose environment names a drill's own directory, or whose command line does: all that it left. */
function leftOf(temporary: string): string[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return environment.includes(temporary) || command.includes(temporary);
      } catch {
        return false;
      }
    });
}

async function eventually(what: string, deadlineMs: number, holds: () => boolean): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`not within ${deadlineMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const onLinux = process.platform === 'linux' ? it : it.skip; // What a process leaves is read from /proc.

describe('npm start -- --compromised', () => {
  it('takes a leaked password out of use under load: no login of a service fails, and nothing of it is left', async () => {
    const { code, stdout } = await run('npm', [...START, '--compromised', '--json', '-']);
    const report = JSON.parse(stdout) as CompromisedReport;
    expect({ code, report }).toMatchObject({
      code: 0,
      report: {
        ok: true,
        user: 'app_blue',
        logins: { failed: 0 },
        sessions: { opened: 2, left: 0 },
        leakedLogin: '28P01',
        leaks: 0,
      },
    });
  });
});

describe('npm start', () => {
  it('rotates six times under load: no login fails, nothing leaks, and the rotator keeps its budget', async () => {
    const { code, stdout } = await run('npm', [...START, '--json', '-']);
    const report = JSON.parse(stdout) as DrillReport;
    expect(report).toMatchObject({
      ok: true,
      strategy: 'dual-user',
      delivery: 'secret',
      services: 2,
      tasks: 2,
      leaks: 0,
    });
    expect(code).toBe(0);
    expect(report.logins.failed).toBe(0);
    expect(report.logins.ok).toBeGreaterThanOrEqual(1_000);
    expect(report.rotations.map(({ slot }) => slot)).toEqual([
      'green',
      'blue',
      'green',
      'blue',
      'green',
      'blue',
    ]);
    for (const { awsCalls, postgresConnections, failedAuthentications } of report.rotations) {
      expect(Object.values(awsCalls).reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(11);
      expect(postgresConnections).toBeLessThanOrEqual(2);
      expect(failedAuthentications).toBe(0);
    }
  });

  it('two at once do not disturb each other', async () => {
    const both = await Promise.all(
      [1, 2].map(() => run('npm', [...START, '--rotations', '2', '--json', '-'])),
    );
    for (const { code, stdout } of both) {
      expect(JSON.parse(stdout)).toMatchObject({ ok: true, logins: { failed: 0 }, leaks: 0 });
      expect(code).toBe(0);
    }
  });

  it('gets over every fault there is: no login of a consumer fails but for an outage of the database itself, and nothing leaks', async () => {
    const { code, stdout } = await run('npm', [...START, '--faults', 'all', '--seed', '1', '--json', '-']);
    const report = JSON.parse(stdout) as FaultsReport;
    expect(report.broken).toBeNull();
    expect(report).toMatchObject({ ok: true, seed: 1, leaks: 0, logins: { failed: 0 } });
    const injected = report.rounds.flatMap((round) => round.faults.map(({ fault }) => fault));
    expect(injected.sort()).toEqual(FAULTS.map(({ name }) => name).sort());
    expect(code).toBe(0);
  }, 600_000); // It takes three minutes; a machine under load may take longer, and how long is no promise.

  onLinux.each([
    ['Ctrl-C while it starts', 'SIGINT', 'group', /starting/],
    ['Ctrl-C in the middle of a rotation', 'SIGINT', 'group', /rotation 1/],
    ['SIGKILL of npm alone while it starts', 'SIGKILL', 'npm', /starting/],
    ['SIGKILL of npm alone in the middle of a rollout', 'SIGKILL', 'npm', /redeploying/],
    ['SIGKILL of npm and the drill in the middle of a rollout', 'SIGKILL', 'group', /redeploying/],
  ] as const)('%s leaves no process behind for longer than five seconds', async (_, signal, whom, at) => {
    const { child, temporary } = startDrill('ended');
    let said = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (said += text));
    await eventually(`the drill to say ${String(at)}`, 60_000, () => at.test(said));
    if (child.pid === undefined) throw new Error('npm did not start');
    process.kill(whom === 'group' ? -child.pid : child.pid, signal);
    await eventually('every process to be gone', 5_000, () => leftOf(temporary).length === 0);
    expect(readdirSync(temporary).filter((entry) => entry.startsWith('tandem-run-'))).toEqual([]);
    child.stdout?.destroy();
    child.stderr?.destroy();
  });

  it('says what is wrong with its options, all at once, and runs nothing', () => {
    const { status, stderr } = spawnSync(
      'npm',
      [...START, '--rotations', '0', '--postgres', '9', '--rotation'],
      { cwd: ROOT, encoding: 'utf8' },
    );
    expect(status).toBe(2);
    expect(stderr).toContain('--rotations takes a whole number from 1 to 1000, not "0"');
    expect(stderr).toContain('--postgres takes 15, 16, 17, 18, not "9"');
    expect(stderr).toContain('--rotation is no option (did you mean --rotations?)');
  });
});
