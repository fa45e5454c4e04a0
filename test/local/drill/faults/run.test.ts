import { runFaults } from '../../../../local/drill/faults/run';
import { parseFaults } from '../../../../local/drill/faults/table';
import { silentOutput } from '../../../support/stage';

const CREDENTIAL = { strategy: 'dual-user', delivery: 'secret' } as const;

jest.setTimeout(300_000);

it('a run with a kill, throttling and a restored database converges by itself, but for what a person must do, with no failed login', async () => {
  const { faults } = parseFaults('kill-set,throttling,database-restored');
  const output = silentOutput();
  const asked = { faults, seed: 5, services: 1, tasks: 1, postgres: '17', ...CREDENTIAL } as const;
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

it.each([
  ['alternating', 'secret'],
  ['dual-user', 'parameter'],
  ['dual-user', 'entrypoint'],
] as const)(
  '%s with the delivery %s gets over a kill and what a person edits, with no failed login',
  async (strategy, delivery) => {
    const { faults } = parseFaults('kill-finish,mirror-edited', strategy);
    const asked = { faults, seed: 5, services: 1, tasks: 1, postgres: '17', strategy, delivery } as const;
    const report = await runFaults(asked, silentOutput(), new AbortController().signal);
    expect(report).toMatchObject({ ok: true, strategy, delivery, broken: null, leaks: 0 });
    expect(report.logins).toMatchObject({ failed: 0, outage: 0 });
    expect(report.rounds).toHaveLength(2);
  },
);
