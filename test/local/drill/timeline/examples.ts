import type { Timeline } from '../../../../local/drill/timeline/model';
import type { Page } from '../../../../local/drill/timeline/page';

/** One rotation from blue to green, a refused one after it, and one login that failed. */
export const TIMELINE: Timeline = {
  durationMs: 6_000,
  users: { blue: 'app_blue', green: 'app_green' },
  passwordChanges: [{ at: 1_200, slot: 'green' }],
  publishes: [
    { at: 0, slot: 'blue' },
    { at: 1_800, slot: 'green' },
  ],
  rotations: [
    { slot: 'green', from: 1_000, until: 1_500, finished: true },
    { slot: 'green', from: 4_000, until: 4_100, finished: false },
  ],
  phases: [
    { at: 1_600, slot: 'green', phase: 'rolling' },
    { at: 3_000, slot: 'green', phase: 'settled' },
  ],
  deployments: [
    { at: 2_000, service: 'drill/web' },
    { at: 2_100, service: 'drill/worker' },
  ],
  tasks: [
    { service: 'web', user: 'app_blue', from: 100, until: 2_700 },
    { service: 'web', user: 'app_green', from: 2_000, until: 6_000 },
    { service: 'worker', user: 'app_blue', from: 100, until: 2_800 },
    { service: 'worker', user: null, from: 2_100, until: 2_200 },
    { service: 'worker', user: 'app_green', from: 2_300, until: 6_000 },
  ],
  logins: {
    ok: Array<number>(60).fill(5),
    failed: [...Array<number>(29).fill(0), 1, ...Array<number>(30).fill(0)],
  },
  refusals: [{ at: 4_050, text: 'Rotation of green of app refused: psql <left open> is "in the way"' }],
};

export const PAGE: Page = {
  title: 'Tandem drill',
  ok: false,
  verdict: 'FAILED: 1 logins failed.',
  facts: ['PostgreSQL 17.10', '2 × 2 tasks'],
  table: [
    ['#', 'slot', 'rotation', 'rollout', 'logins', 'failed', 'AWS calls', 'connections', 'refused'],
    ['1', 'green', '0.50 s', '1.50 s', '300', '1', '11', '2', '0'],
  ],
  timeline: TIMELINE,
  chapters: [
    { title: 'Rotation 1: green', figures: '300 logins', from: 750, until: 3_750, faults: [] },
    {
      title: 'Round 2: open-session under throttling',
      figures: 'in order again after 2.00 s',
      from: 3_750,
      until: 6_000,
      faults: [{ at: 3_900, text: 'psql left open as app_green → refused' }],
    },
  ],
};
