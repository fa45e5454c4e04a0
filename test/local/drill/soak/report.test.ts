import type { Reading, Total } from '../../../../local/drill/soak/readings';
import {
  blockOf,
  formatSoakReport,
  soakComplaints,
  type Block,
  type SoakReport,
} from '../../../../local/drill/soak/report';

const BLOCK: Block = {
  first: 1,
  last: 20,
  durationMs: 30_000,
  least: { processes: 11, sessions: 0, handles: 107 },
  labelled: 2,
  versions: 21,
  old: 0,
  record: 716,
  logPerInvocation: 1_150,
  logPerLogin: 1_230,
};

function reportWith(last: Partial<Block>, change: Partial<SoakReport> = {}): SoakReport {
  const second = { ...BLOCK, first: 21, last: 40 };
  const third = { ...BLOCK, first: 41, last: 60, ...last };
  return {
    ok: true,
    ...{ strategy: 'dual-user', delivery: 'secret' },
    postgres: '17.10',
    services: 2,
    tasks: 2,
    rotations: 60,
    blocks: [BLOCK, second, third],
    logins: { ok: 4_000, failed: 0 },
    refused: 0,
    leaks: 0,
    durationMs: 90_000,
    ...change,
  };
}

const least = (change: Partial<Reading>): Partial<Block> => ({ least: { ...BLOCK.least, ...change } });

describe('the verdict of a soak', () => {
  it('passes a run in which everything stayed as it was, and shows each block', () => {
    const report = reportWith({});
    expect(soakComplaints(report)).toEqual([]);
    const text = formatSoakReport(report, []);
    expect(text).toContain('PASSED: 60 rotations in 90 s, 4000 logins, 0 failed; nothing grew');
    expect(text).toMatch(/3 {2}41 to 60 +1\.50 s +11 +0 +107 +2 +21 +716 B +1150 B +1230 B/);
  });

  it.each<[string, Partial<Block>, string]>([
    ['processes', least({ processes: 51 }), 'processes grew from 11 to 51'],
    ['sessions', least({ sessions: 20 }), 'sessions grew from 0 to 20'],
    ['file handles', least({ handles: 300 }), 'file handles grew from 107 to 300'],
    ['labelled versions', { labelled: 3 }, 'labelled versions grew from 2 to 3'],
    ['the record', { record: 900 }, 'the bytes of the record grew from 716 to 900'],
    [
      'the log of the functions',
      { logPerInvocation: 2_300 },
      'the bytes that the functions log at an invocation grew from 1150 to 2300',
    ],
    [
      'the log of PostgreSQL',
      { logPerLogin: 9_000 },
      'the bytes that PostgreSQL logs at a login grew from 1230 to 9000',
    ],
    ['old versions', { old: 101 }, 'a secret has 101 versions, more than the 100 that are kept'],
  ])('fails a run in which %s grew', (_what, last, complaint) => {
    const report = reportWith(last);
    expect(soakComplaints(report)).toEqual([complaint]);
    expect(formatSoakReport(report, [complaint])).toContain(`FAILED after 90 s: ${complaint}.`);
  });

  it.each<[string, Partial<SoakReport>, string]>([
    ['one failed login', { logins: { ok: 4_000, failed: 1 } }, '1 logins failed'],
    ['no login at all', { logins: { ok: 0, failed: 0 } }, 'not one login was made'],
    ['a login that the server refused', { refused: 1 }, 'the server refused 1 logins'],
    ['a leak', { leaks: 2 }, 'passwords appear 2 times in logs'],
    ['rotations missing', { rotations: 80 }, 'only 60 of 80 rotations were made'],
    ['nothing to compare', { blocks: [{ ...BLOCK, last: 60 }] }, 'too few rotations to compare'],
  ])('fails a run with %s', (_what, change, complaint) => {
    expect(soakComplaints(reportWith({}, change))).toEqual([complaint]);
  });

  it('passes what comes and goes, and what the machine does not tell', () => {
    expect(soakComplaints(reportWith(least({ processes: 12, sessions: 1, handles: 130 })))).toEqual([]);
    expect(soakComplaints(reportWith(least({ processes: null, handles: null })))).toEqual([]);
  });
});

describe('a block', () => {
  const total: Total = {
    labelled: 2,
    versions: 3,
    old: 0,
    record: 716,
    functionLog: 1_000,
    invocations: 10,
    serverLog: 5_000,
    logins: 50,
  };

  it('takes the least of what was read, and of the logs what was added, for each invocation and login', () => {
    const after = { ...total, functionLog: 3_000, invocations: 20, serverLog: 8_000, logins: 60 };
    const readings: readonly Reading[] = [
      { processes: 14, sessions: 2, handles: null },
      { processes: 11, sessions: 0, handles: 107 },
      { processes: null, sessions: 1, handles: 120 },
    ];
    expect(blockOf({ first: 1, last: 3, durationMs: 1 }, readings, total, after)).toMatchObject({
      least: { processes: 11, sessions: 0, handles: 107 },
      logPerInvocation: 200,
      logPerLogin: 300,
    });
  });
});
