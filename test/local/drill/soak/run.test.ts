import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { descendants, listProcesses, openHandles } from '../../../../local/drill/soak/processes';
import { soakComplaints } from '../../../../local/drill/soak/report';
import { runSoak } from '../../../../local/drill/soak/run';
import { silentOutput } from '../../../support/stage';

const CREDENTIAL = { strategy: 'dual-user', delivery: 'secret' } as const;

jest.setTimeout(300_000);

it('ten rotations leave no more behind than three, on the real system', async () => {
  const asked = { rotations: 10, services: 1, tasks: 1, postgres: '17', ...CREDENTIAL } as const;
  const report = await runSoak(asked, silentOutput(), new AbortController().signal);
  expect(soakComplaints(report)).toEqual([]);
  expect(report).toMatchObject({ ok: true, logins: { failed: 0 }, refused: 0, leaks: 0 });
  expect(report.blocks.map(({ last }) => last)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  // Each rotation publishes one version; AWSCURRENT and AWSPREVIOUS are all that keep a label.
  expect(report.blocks.at(-1)).toMatchObject({ labelled: 2, versions: 11 });
});

it('processes are counted with what they have started, and their open files', async () => {
  const before = (listProcesses() ?? []).length;
  const child = spawn('sh', ['-c', 'sleep 60 & echo ready; wait'], { detached: true });
  try {
    await once(child.stdout, 'data');
    const all = listProcesses() ?? [];
    expect(before).toBeGreaterThan(0);
    const ours = descendants(all, process.pid, -1).map(({ pid }) => pid);
    expect(ours).toContain(child.pid);
    const below = descendants(all, child.pid ?? 0, -1);
    expect(below.map(({ command }) => command)).toEqual(['sleep 60']);
    expect(descendants(all, process.pid, child.pid ?? 0).map(({ pid }) => pid)).not.toContain(below[0]?.pid);
    expect(openHandles(process.pid)).toBeGreaterThan(2);
  } finally {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  }
});
