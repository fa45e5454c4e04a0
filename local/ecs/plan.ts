/** What the scheduler would do next for one service: decided here over plain data, done elsewhere. */

/** A task that is meant to run: PROVISIONING, PENDING or RUNNING. Stopping ones occupy no place. */
export interface PlannedTask {
  readonly arn: string;
  readonly deploymentId: string;
  readonly healthy: boolean;
  readonly isProtected: boolean;
}

export interface PlannedDeployment {
  readonly id: string;
  readonly isPrimary: boolean;
  /** A failed deployment starts nothing more. */
  readonly hasFailed: boolean;
  /** Tasks it is to have where it is not primary. */
  readonly desiredCount: number;
  /** Whether its delay after failures is over. */
  readonly mayStart: boolean;
}

export interface ServiceView {
  readonly desiredCount: number;
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
  /** Whether the primary deployment comes up beside those before it, which all keep their tasks meanwhile. */
  readonly sideBySide: boolean;
  readonly deployments: readonly PlannedDeployment[];
  /** Oldest first. */
  readonly tasks: readonly PlannedTask[];
}

export interface ServicePlan {
  /** ARNs of tasks to stop. */
  readonly stop: readonly string[];
  readonly start: readonly { readonly deploymentId: string; readonly count: number }[];
  /** Desired counts of the superseded deployments afterwards. */
  readonly desiredCounts: ReadonlyMap<string, number>;
}

/** Healthy tasks that must remain: rounded up (Developer Guide, "Rolling update"). */
export function lowerBound(view: Pick<ServiceView, 'desiredCount' | 'minimumHealthyPercent'>): number {
  return Math.ceil((view.desiredCount * view.minimumHealthyPercent) / 100);
}

/** Tasks that may run or be pending at once: rounded down (Developer Guide, "Rolling update"). */
export function upperBound(view: Pick<ServiceView, 'desiredCount' | 'maximumPercent'>): number {
  return Math.floor((view.desiredCount * view.maximumPercent) / 100);
}

/**
 * One step of a rolling deployment, of scaling and of replacement, within both bounds: superseded tasks are
 * stopped as far as enough healthy ones remain, then tasks are started as far as there is room; a lost task is
 * replaced in the deployment that it belonged to.
 */
export function planService(view: ServiceView): ServicePlan {
  const surplus = surplusOfPrimary(view);
  const stop = new Set([...surplus, ...supersededToStop(view, surplus)]);
  const remaining = view.tasks.filter((task) => !stop.has(task.arn));
  const desiredCounts = new Map<string, number>();
  for (const deployment of view.deployments.filter((candidate) => !candidate.isPrimary)) {
    const stopped = view.tasks.filter((task) => task.deploymentId === deployment.id && stop.has(task.arn));
    desiredCounts.set(deployment.id, Math.max(0, deployment.desiredCount - stopped.length));
  }
  releaseUnneeded(view, remaining, desiredCounts);
  return { stop: [...stop], start: starts(view, remaining, desiredCounts), desiredCounts };
}

function primary(view: ServiceView): PlannedDeployment | undefined {
  return view.deployments.find((deployment) => deployment.isPrimary);
}

function surplusOfPrimary(view: ServiceView): string[] {
  const id = primary(view)?.id;
  const own = view.tasks.filter((task) => task.deploymentId === id);
  const surplus = own.length - view.desiredCount;
  if (surplus <= 0) return [];
  let spare = view.tasks.filter((task) => task.healthy).length - lowerBound(view);
  const stop: string[] = [];
  for (const task of unhealthyFirst(own)) {
    if (stop.length === surplus) break;
    if (task.isProtected || (task.healthy && spare <= 0)) continue;
    stop.push(task.arn);
    if (task.healthy) spare -= 1;
  }
  return stop;
}

function unhealthyFirst(tasks: readonly PlannedTask[]): PlannedTask[] {
  return [...tasks].sort((left, right) => Number(left.healthy) - Number(right.healthy));
}

/** How many superseded tasks the minimum still needs, the primary's healthy ones considered. */
function neededOfSuperseded(view: ServiceView): number {
  const target = primary(view);
  if (view.desiredCount === 0) return 0;
  if (target === undefined || target.hasFailed || view.sideBySide) return Number.POSITIVE_INFINITY;
  const healthy = view.tasks.filter((task) => task.healthy && task.deploymentId === target.id).length;
  return Math.max(0, lowerBound(view) - healthy);
}

function supersededToStop(view: ServiceView, alreadyStopped: readonly string[]): string[] {
  const id = primary(view)?.id;
  const superseded = view.tasks.filter((task) => task.deploymentId !== id);
  const wanted = new Map(view.deployments.map((deployment) => [deployment.id, deployment.desiredCount]));
  let surplus = superseded.length - neededOfSuperseded(view);
  const left = view.tasks.filter((task) => task.healthy && !alreadyStopped.includes(task.arn));
  let spare = left.length - lowerBound(view);
  const stop: string[] = [];
  const order = [...superseded].sort(
    (left, right) =>
      Number(left.healthy) - Number(right.healthy) ||
      (wanted.get(left.deploymentId) ?? 0) - (wanted.get(right.deploymentId) ?? 0),
  );
  for (const task of order) {
    const unwanted = !task.healthy && (wanted.get(task.deploymentId) ?? 0) === 0;
    if (task.isProtected || !(surplus > 0 || unwanted)) continue;
    if (task.healthy && spare <= 0) continue;
    stop.push(task.arn);
    surplus -= 1;
    if (task.healthy) spare -= 1;
  }
  return stop;
}

/** A lost superseded task is not replaced once the minimum can do without it. */
function releaseUnneeded(
  view: ServiceView,
  remaining: readonly PlannedTask[],
  desired: Map<string, number>,
): void {
  let needed = neededOfSuperseded(view);
  for (const [id, count] of desired) {
    const alive = remaining.filter((task) => task.deploymentId === id).length;
    const kept = Math.max(Math.min(count, needed), Math.min(count, alive));
    desired.set(id, kept);
    needed = Math.max(0, needed - kept);
  }
}

function starts(
  view: ServiceView,
  remaining: readonly PlannedTask[],
  desired: ReadonlyMap<string, number>,
): { deploymentId: string; count: number }[] {
  let room = view.sideBySide ? Number.POSITIVE_INFINITY : upperBound(view) - remaining.length;
  const supersededFirst = [...view.deployments].sort(
    (left, right) => Number(left.isPrimary) - Number(right.isPrimary),
  );
  const start: { deploymentId: string; count: number }[] = [];
  for (const deployment of supersededFirst) {
    if (deployment.hasFailed || !deployment.mayStart) continue;
    const wanted = deployment.isPrimary ? view.desiredCount : (desired.get(deployment.id) ?? 0);
    const alive = remaining.filter((task) => task.deploymentId === deployment.id).length;
    const count = Math.max(0, Math.min(wanted - alive, room));
    if (count > 0) start.push({ deploymentId: deployment.id, count });
    room -= count;
  }
  return start;
}
