import { rotateGroup } from '../../../local/drill/group';
import { overlaps } from '../../../local/drill/rollout-checks';
import type { Stage } from '../../../local/drill/stage';
import { expectUnharmed, raiseTestStage } from '../../support/stage';

jest.setTimeout(180_000);

let stage: Stage;
let orders: Stage;

beforeAll(async () => {
  stage = await raiseTestStage({ services: [{ name: 'web' }, { name: 'worker' }], group: true });
  if (stage.orders === undefined) throw new Error('there is one credential only');
  orders = stage.orders;
});

afterAll(async () => {
  await stage.close();
});

it.each(['green', 'blue'])(
  'I1: services that use two credentials move onto %s of both, one rollout at a time, with no failed login',
  async (slot) => {
    const reports = await rotateGroup([stage, orders]);
    expect(reports.map((report) => [report.credential, report.slot])).toEqual([
      ['app', slot],
      ['orders', slot],
    ]);
    expect(overlaps(stage)).toBe(0);
    expectUnharmed(stage);
  },
);

it('every task held one user of each credential, from its start to its end', () => {
  const held = new Map<string, Set<string>>();
  for (const { taskArn, user } of stage.logins.attempts())
    if (user !== null) held.set(taskArn, (held.get(taskArn) ?? new Set()).add(user));
  // Two services, and for each rollout of either credential a deployment of both.
  expect(held.size).toBe(2 + 4 * 2);
  for (const users of held.values())
    expect([...users].map((user) => user.split('_')[0]).sort()).toEqual(['app', 'orders']);
});
