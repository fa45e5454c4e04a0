import { Outages } from '../../../../local/drill/faults/outages';
import {
  faultComplaints,
  formatFaultsReport,
  type FaultsReport,
} from '../../../../local/drill/faults/report';
import { LoginLog } from '../../../../local/drill/logins';

/** Attempts of one task, as it reports them. */
function logWith(...attempts: readonly { at: number; ms?: number; code?: string | null }[]): LoginLog {
  const log = new LoginLog();
  for (const { at, ms = 10, code } of attempts) {
    const line = JSON.stringify(
      code === undefined ? { at, ok: true, user: 'app_blue', ms } : { at, ok: false, code, error: 'no', ms },
    );
    log.note({ line, taskArn: 'task', group: 'service:web', deploymentId: 'd', stream: 'stdout' });
  }
  return log;
}

/** The server is down from 100 to 200. */
function down(): Outages {
  const outages = new Outages();
  outages.begin('down', 100)(200);
  return outages;
}

describe('a failed login', () => {
  it.each([
    ['while the server is down', { at: 150, code: 'ECONNREFUSED' }],
    ['that the restart cut off', { at: 90, ms: 20, code: '57P01' }],
    ['that came while it started up', { at: 199, code: '57P03' }],
    ['whose connection was lost without a code', { at: 120, code: null }],
  ])('%s is counted as an outage', (_when, attempt) => {
    expect(down().tally(logWith(attempt))).toEqual({ ok: 0, failed: 0, outage: 1 });
  });

  it.each([
    ['before the server went down', { at: 80, ms: 10, code: 'ECONNREFUSED' }],
    ['after it was up again', { at: 200, code: 'ECONNREFUSED' }],
    ['for a wrong password, also while it restarts', { at: 150, code: '28P01' }],
    ['for a user without login', { at: 150, code: '28000' }],
  ])('%s is a failure', (_when, attempt) => {
    expect(down().tally(logWith(attempt))).toEqual({ ok: 0, failed: 1, outage: 0 });
  });

  it('is excused by a restored database only where it is refused, and only until that is mended', () => {
    const outages = new Outages();
    const end = outages.begin('restored', 100);
    end(200);
    const log = logWith(
      { at: 150, code: '28P01' },
      { at: 150, code: 'ECONNREFUSED' },
      { at: 250, code: '28P01' },
      { at: 300 },
    );
    expect(outages.tally(log)).toEqual({ ok: 1, failed: 2, outage: 1 });
  });

  it('counts in the span of time that is asked about', () => {
    expect(down().tally(logWith({ at: 10 }, { at: 150, code: 'X' }, { at: 300 }), 100, 300)).toEqual({
      ok: 0,
      failed: 0,
      outage: 1,
    });
  });
});

const REPORT: FaultsReport = {
  ok: true,
  seed: 42,
  ...{ strategy: 'dual-user', delivery: 'secret' },
  postgres: '17.10',
  services: 2,
  tasks: 2,
  rounds: [
    {
      name: 'kill-set under throttling',
      faults: [
        { fault: 'kill-set', atMs: 2_000, injected: 'the rotator killed', answered: 'settled on green' },
        { fault: 'throttling', atMs: 1_000, injected: '5 of 31 calls throttled', answered: 'tried again' },
      ],
      fromMs: 800,
      untilMs: 5_300,
      convergedMs: 4_200,
      logins: { ok: 300, failed: 0, outage: 7 },
      refused: 0,
    },
  ],
  logins: { ok: 900, failed: 0, outage: 7 },
  leaks: 0,
  broken: null,
  durationMs: 61_000,
};

describe('the verdict', () => {
  it('passes a run without a failed login, whatever the outages were, and tells the seed', () => {
    const text = formatFaultsReport(REPORT, faultComplaints(REPORT));
    expect(faultComplaints(REPORT)).toEqual([]);
    expect(text).toContain('PASSED: 2 faults in 1 rounds, 900 logins, 0 failed');
    expect(text).toContain('Seed 42, 61.00 s.');
    expect(text).toContain('outage: 7 logins failed because of the database itself');
    expect(text).toMatch(/1 {2}kill-set under throttling +1\.00 s +4\.20 s +307 +0 +7 +0/);
    expect(text).toContain('     the rotator killed\n       → settled on green');
  });

  it.each<[string, Partial<FaultsReport>, string]>([
    ['one failed login', { logins: { ok: 900, failed: 1, outage: 0 } }, '1 logins failed'],
    ['no login at all', { logins: { ok: 0, failed: 0, outage: 0 } }, 'not one login was made'],
    ['a leak', { leaks: 2 }, 'passwords appear 2 times in logs'],
    ['a fault that nothing got over', { broken: 'in kill-set: Waited 120 s' }, 'in kill-set: Waited 120 s'],
  ])('fails a run with %s', (_what, change, complaint) => {
    const report = { ...REPORT, ...change };
    expect(faultComplaints(report)).toEqual([complaint]);
    expect(formatFaultsReport(report, faultComplaints(report))).toContain(`FAILED: ${complaint}. Seed 42`);
  });

  it('fails a run in which the server refused somebody whose failure nobody reported', () => {
    const [round] = REPORT.rounds;
    const rounds = round === undefined ? [] : [{ ...round, refused: 3 }];
    expect(faultComplaints({ ...REPORT, rounds })).toEqual(['the server refused 3 logins']);
  });
});
