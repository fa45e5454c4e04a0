import { runFaults } from '../../../../local/drill/faults/run';
import { parseFaults } from '../../../../local/drill/faults/table';
import { silentOutput } from '../../../support/stage';

jest.setTimeout(300_000);

it('a run with a kill, throttling and a restored database converges by itself, but for what a person must do, with no failed login', async () => {
  const { faults } = parseFaults('kill-set,throttling,database-restored');
  const output = silentOutput();
  const asked = { faults, seed: 5, services: 1, tasks: 1, postgres: '17' as const };
  const report = await runFaults(asked, output, new AbortController().signal);
  expect(report.broken).toBeNull();
  expect(report.logins.failed).toBe(0);
  expect(report.logins.ok).toBeGreaterThan(0);
  // Logins are refused between the restore and the reassert, and are not hidden.
  expect(report.logins.outage).toBeGreaterThan(0);
  expect(report.leaks).toBe(0);
  expect(report.ok).toBe(true);
  const told = report.rounds.flatMap((round) => round.faults);
  expect(told.map(({ fault }) => fault).sort()).toEqual(['database-restored', 'kill-set', 'throttling']);
  const answerTo = (name: string) => told.find(({ fault }) => fault === name)?.answered;
  expect(answerTo('kill-set')).toContain('Secrets Manager tried again; settled on');
  expect(answerTo('database-restored')).toMatch(/^halted .*after reassert and resume settled on/);
});
