import fc from 'fast-check';
import {
  lowerBound,
  planService,
  upperBound,
  type PlannedDeployment,
  type PlannedTask,
  type ServiceView,
} from '../../../local/ecs/plan';

const deployment = (id: string, changes: Partial<PlannedDeployment> = {}): PlannedDeployment => ({
  id,
  isPrimary: false,
  hasFailed: false,
  desiredCount: 2,
  mayStart: true,
  ...changes,
});

const tasks = (deploymentId: string, count: number, changes: Partial<PlannedTask> = {}): PlannedTask[] =>
  Array.from({ length: count }, (_, index) => ({
    arn: `${deploymentId}-${changes.healthy === false ? 'unhealthy' : 'healthy'}-${index}`,
    deploymentId,
    healthy: true,
    isProtected: false,
    ...changes,
  }));

const view = (changes: Partial<ServiceView>): ServiceView => ({
  desiredCount: 2,
  minimumHealthyPercent: 100,
  maximumPercent: 200,
  sideBySide: false,
  deployments: [deployment('new', { isPrimary: true }), deployment('old')],
  tasks: [],
  ...changes,
});

describe('the scheduler, following the Developer Guide on rolling updates', () => {
  test('starts all new tasks first where the maximum allows twice the count, and stops none', () => {
    const plan = planService(view({ tasks: tasks('old', 2) }));
    expect(plan.start).toEqual([{ deploymentId: 'new', count: 2 }]);
    expect(plan.stop).toEqual([]);
  });

  test('may stop two of four before starting two where the minimum is 50 %', () => {
    const four = { desiredCount: 4, minimumHealthyPercent: 50, maximumPercent: 100 };
    const plan = planService(view({ ...four, tasks: tasks('old', 4) }));
    expect(plan.stop).toHaveLength(2);
    expect(plan.start).toEqual([{ deploymentId: 'new', count: 2 }]);
  });

  test('rounds the minimum up: 75 % of two is two, so none can be stopped', () => {
    const plan = planService(
      view({ minimumHealthyPercent: 75, maximumPercent: 100, tasks: tasks('old', 2) }),
    );
    expect(plan).toMatchObject({ stop: [], start: [] });
  });

  test('rounds the maximum down: 125 % of three is three, so none can be started', () => {
    const plan = planService(view({ desiredCount: 3, maximumPercent: 125, tasks: tasks('old', 3) }));
    expect(plan).toMatchObject({ stop: [], start: [] });
  });

  test('stops an old task only for a new one that is healthy', () => {
    const started = [...tasks('new', 1), ...tasks('new', 1, { healthy: false })];
    const plan = planService(view({ tasks: [...tasks('old', 2), ...started] }));
    expect(plan.stop).toEqual(['old-healthy-0']);
  });

  test('never stops a protected task', () => {
    const all = [...tasks('old', 2, { isProtected: true }), ...tasks('new', 2)];
    expect(planService(view({ tasks: all })).stop).toEqual([]);
  });

  test('replaces a lost old task in its own deployment (AWS, November 2025)', () => {
    const plan = planService(view({ tasks: [...tasks('old', 1), ...tasks('new', 2, { healthy: false })] }));
    expect(plan.start).toEqual([{ deploymentId: 'old', count: 1 }]);
  });

  test('does not replace a lost old task that the minimum can do without', () => {
    const plan = planService(view({ tasks: [...tasks('old', 1), ...tasks('new', 2)] }));
    expect(plan).toMatchObject({ stop: ['old-healthy-0'], start: [] });
  });

  test('starts nothing of a failed deployment and leaves the old tasks alone', () => {
    const failed = [deployment('new', { isPrimary: true, hasFailed: true }), deployment('old')];
    expect(planService(view({ deployments: failed, tasks: tasks('old', 2) }))).toMatchObject({
      stop: [],
      start: [],
    });
  });

  test('stops everything that is not protected where the desired count is 0', () => {
    const plan = planService(view({ desiredCount: 0, tasks: [...tasks('old', 2), ...tasks('new', 1)] }));
    expect(plan.stop).toHaveLength(3);
  });

  test('starts all new tasks beside all old ones where deployments run side by side, and stops none of either', () => {
    const both = { sideBySide: true, maximumPercent: 100, minimumHealthyPercent: 0 };
    expect(planService(view({ ...both, tasks: tasks('old', 2) }))).toMatchObject({
      stop: [],
      start: [{ deploymentId: 'new', count: 2 }],
    });
    const complete = planService(view({ ...both, tasks: [...tasks('old', 1), ...tasks('new', 2)] }));
    expect(complete).toMatchObject({ stop: [], start: [{ deploymentId: 'old', count: 1 }] });
  });

  test('waits with a deployment whose delay after failures is not over', () => {
    const delayed = [deployment('new', { isPrimary: true, mayStart: false })];
    expect(planService(view({ deployments: delayed })).start).toEqual([]);
  });
});

const anyView: fc.Arbitrary<ServiceView> = fc
  .record({
    desiredCount: fc.nat(8),
    minimumHealthyPercent: fc.nat(100),
    maximumPercent: fc.integer({ min: 100, max: 200 }),
    sideBySide: fc.constant(false),
    primaryFailed: fc.boolean(),
    oldCount: fc.nat(8),
    tasks: fc.array(fc.record({ isNew: fc.boolean(), healthy: fc.boolean(), isProtected: fc.boolean() }), {
      maxLength: 16,
    }),
  })
  .map(({ primaryFailed, oldCount, tasks: given, ...rest }) => ({
    ...rest,
    deployments: [
      deployment('new', { isPrimary: true, hasFailed: primaryFailed }),
      deployment('old', { desiredCount: oldCount }),
    ],
    tasks: given.map(({ isNew, ...task }, index) => ({
      ...task,
      arn: `task-${index}`,
      deploymentId: isNew ? 'new' : 'old',
    })),
  }));

describe('whatever the tasks are', () => {
  test('no step brings the healthy ones below the minimum, and no start exceeds the maximum', () => {
    fc.assert(
      fc.property(anyView, (state) => {
        const plan = planService(state);
        const left = state.tasks.filter((task) => !plan.stop.includes(task.arn));
        const before = state.tasks.filter((task) => task.healthy).length;
        const after = left.filter((task) => task.healthy).length;
        const started = plan.start.reduce((sum, { count }) => sum + count, 0);
        expect(after).toBeGreaterThanOrEqual(Math.min(before, lowerBound(state)));
        if (started > 0) expect(left.length + started).toBeLessThanOrEqual(upperBound(state));
        expect(state.tasks.some((task) => task.isProtected && plan.stop.includes(task.arn))).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  test('a rolling deployment whose bounds leave room ends with the desired count of new tasks only', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.nat(100),
        fc.integer({ min: 100, max: 200 }),
        (desiredCount, minimumHealthyPercent, maximumPercent) => {
          const bounds = { desiredCount, minimumHealthyPercent, maximumPercent };
          fc.pre(lowerBound(bounds) < upperBound(bounds));
          let running = tasks('old', desiredCount);
          let old = deployment('old', { desiredCount });
          for (let round = 0; round < 40; round += 1) {
            const deployments = [deployment('new', { isPrimary: true }), old];
            const plan = planService({ ...bounds, sideBySide: false, deployments, tasks: running });
            old = { ...old, desiredCount: plan.desiredCounts.get('old') ?? 0 };
            running = running.filter((task) => !plan.stop.includes(task.arn));
            for (const { deploymentId, count } of plan.start) {
              running = [...running, ...tasks(deploymentId, count, { arn: undefined as never })].map(
                (task, index) => ({ ...task, arn: `task-${round}-${index}` }),
              );
            }
          }
          expect(running.map((task) => task.deploymentId)).toEqual(Array(desiredCount).fill('new'));
        },
      ),
    );
  });
});
