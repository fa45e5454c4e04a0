import { formatComparison } from '../../../local/drill/compare';
import { LoginLog } from '../../../local/drill/logins';
import { complaints, longestWindow, verdictOf, type DrillReport } from '../../../local/drill/report';
import { PLAIN_ROLLOUT } from '../../../local/drill/rollout-options';

const attempt = (at: number, ok: boolean) => ({
  taskArn: 'task',
  group: 'service:web',
  stream: 'stdout' as const,
  line: JSON.stringify({ at, ok, ms: 5, user: 'app_blue' }),
});

const rotation = (failed: number, ms: number): DrillReport['rotations'][number] => ({
  ...{ credential: 'app', slot: 'blue' },
  rotationMs: 100,
  rolloutMs: 100,
  ...{ readerMs: null, canaryMs: null },
  logins: { ok: 10, failed },
  window: { failed, ms },
  awsCalls: {},
  postgresConnections: 2,
  failedAuthentications: failed,
});

const report = (change: Partial<DrillReport>): DrillReport => ({
  ok: true,
  strategy: 'single',
  delivery: 'secret',
  postgres: '17.10',
  adopted: false,
  services: 1,
  tasks: 1,
  ...PLAIN_ROLLOUT,
  rotations: [rotation(3, 40), rotation(2, 60)],
  logins: { ok: 20, failed: 5 },
  ...{ overlaps: 0, leaks: 0 },
  ...change,
});

it('a window lasts from the begin of its first failed login to the end of its last', () => {
  const log = new LoginLog();
  for (const [at, ok] of [
    [10, true],
    [20, false],
    [30, true],
    [50, false],
    [90, false],
  ] as const)
    log.note(attempt(at, ok));
  expect(log.window(0, 60)).toEqual({ failed: 2, ms: 35 });
  expect(log.window(60, 80)).toEqual({ failed: 0, ms: 0 });
});

it('the verdict counts every login that was tried, as the table does', () => {
  expect(verdictOf(report({}), [])).toMatch(/^PASSED: 2 rotations, 25 logins, 5 failed, /);
});

it('of one user, failed logins are expected in the windows of its rotations, and nowhere else', () => {
  expect(complaints(report({}), 2)).toEqual([]);
  expect(longestWindow(report({}))).toBe(60);
  expect(complaints(report({ logins: { ok: 20, failed: 6 } }), 2)).toEqual([
    '1 logins failed outside of a rotation and its rollout',
  ]);
});

it.each(['dual-user', 'alternating'] as const)('of two users (%s), none is', (strategy) => {
  expect(complaints(report({ strategy }), 2)).toEqual(['5 logins failed', 'the server refused 5 logins']);
});

it('the strategies stand side by side', () => {
  const strategies = [
    { strategy: 'dual-user', logins: { ok: 900, failed: 0 }, windowMs: 0 },
    { strategy: 'single', logins: { ok: 800, failed: 90 }, windowMs: 812 },
  ] as const;
  expect(formatComparison({ ok: true, strategies })).toMatch(/890 {2}single +90 +812 ms\n\nPASSED/);
});
