import type { ConsumerObservation, Deployment, Task } from '../../lambda-src/core/observation';
import type { SlotVersion } from '../../lambda-src/core/slot';

interface HoldingTask<Held> extends Task {
  /** What it read when it started; it never reads again. */
  readonly holds: Held;
}

/** What ECS shows of a service and of its task definition at one instant. */
export interface Picture extends ConsumerObservation {
  readonly standalone: readonly Task[];
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * An ECS service with rolling deployments, whose circuit breaker rolls back.
 * @typeParam Held what a task reads when it starts
 */
export class FakeService<Held = SlotVersion> {
  readonly deployments: Mutable<Deployment>[] = [];
  private running: HoldingTask<Held>[] = [];
  private alone: HoldingTask<Held>[] = [];
  private made = 0;
  private latest = 0;
  /** Whether something happened that no picture shows yet. */
  private changed = true;
  private readonly pictures: { readonly at: number; readonly picture: Picture }[] = [];

  constructor(
    readonly name: string,
    private desired: number,
    mirror: Held,
  ) {
    this.deploy(0);
    this.finish(0, mirror);
  }

  /** UpdateService with forceNewDeployment, whoever calls it; no two have the same date. */
  deploy(now: number): Pick<Deployment, 'id' | 'createdAt'> {
    this.changed = true;
    for (const deployment of this.deployments) deployment.primary = false;
    const id = `${this.name}/d${(this.made += 1)}`;
    this.latest = Math.max(now, this.latest + 1);
    this.deployments.unshift({ id, primary: true, state: 'in-progress', createdAt: this.latest });
    return { id, createdAt: this.latest };
  }

  scale(desired: number): void {
    this.changed = true;
    this.desired = desired;
  }

  /** A task of any deployment that is there starts, or is replaced: it reads what is published now. */
  startTask(now: number, mirror: Held, which: number): void {
    const deployment = this.deployments[which % this.deployments.length];
    if (deployment === undefined || this.running.length > 5 || this.desired === 0) return;
    this.startTaskOf(deployment, now, mirror);
  }

  stopTask(which: number): void {
    this.changed = true;
    this.running.splice(which % Math.max(this.running.length, 1), 1);
    this.forget();
  }

  /** The primary deployment completes; this does not prove that old tasks are gone. */
  complete(): void {
    const primary = this.primary();
    if (primary.state === 'in-progress' && this.tasksOf(primary).length >= this.desired)
      this.settle(primary, 'completed');
  }

  /**
   * The circuit breaker: back to the last deployment that completed; with none, it stays failed.
   * @returns where it went back to; null where nothing failed
   */
  fail(): { readonly backTo: string | null } | null {
    const primary = this.primary();
    if (primary.state !== 'in-progress') return null;
    this.settle(primary, 'failed');
    const back = this.deployments.find((deployment) => deployment.state === 'completed');
    if (back === undefined) return { backTo: null };
    primary.primary = false;
    back.primary = true;
    back.state = 'in-progress';
    return { backTo: back.id };
  }

  /** The primary deployment starts what it lacks and completes; tasks of those before it are stopping still. */
  completeBesideOld(now: number, mirror: Held): void {
    const primary = this.primary();
    if (primary.state === 'failed') return;
    while (this.desired > this.tasksOf(primary).length) this.startTaskOf(primary, now, mirror);
    this.complete();
  }

  /** Everything that the primary deployment still has to do. */
  finish(now: number, mirror: Held): void {
    this.completeBesideOld(now, mirror);
    const primary = this.primary();
    if (primary.state === 'failed') return;
    this.running = this.tasksOf(primary).slice(0, this.desired);
    this.forget();
  }

  remember(now: number): void {
    if (!this.changed) return;
    this.changed = false;
    const { name, desired } = this;
    const picture = {
      name,
      exists: true,
      desiredCount: desired,
      deployments: this.deployments.map((deployment) => ({ ...deployment })),
      tasks: this.running.map(shown),
      standalone: this.alone.map(shown),
    };
    this.pictures.push({ at: now, picture });
  }

  get tasks(): readonly HoldingTask<Held>[] {
    return this.running;
  }

  get standalone(): readonly HoldingTask<Held>[] {
    return this.alone;
  }

  /** RunTask of the service's task definition, by a person or a schedule: what is published now is read. */
  run(now: number, mirror: Held): void {
    if (this.alone.length > 2) return;
    this.changed = true;
    this.alone.push({
      id: `${this.name}/r${(this.made += 1)}`,
      startedBy: '',
      createdAt: now,
      holds: mirror,
    });
  }

  /** The oldest standalone task is gone. */
  endRun(): void {
    this.changed = true;
    this.alone.shift();
  }

  /** A task that ended goes on stopping. */
  linger(task: HoldingTask<Held>): void {
    this.changed = true;
    this.running.push(task);
  }

  /** A task that was stopping is gone. */
  end(task: HoldingTask<Held>): void {
    this.changed = true;
    this.running = this.running.filter((one) => one !== task);
  }

  /** What ECS answers to a read that lags behind to this instant. */
  pictureAt(instant: number): Picture {
    const latest = this.pictures.findLast(({ at }) => at <= instant) ?? this.pictures[0];
    if (latest === undefined) throw new Error('a service is remembered from its begin');
    return latest.picture;
  }

  private settle(deployment: Mutable<Deployment>, state: Deployment['state']): void {
    this.changed = true;
    deployment.state = state;
  }

  private startTaskOf(deployment: Deployment, now: number, mirror: Held): void {
    this.changed = true;
    const id = `${this.name}/t${(this.made += 1)}`;
    const createdAt = Math.max(now, deployment.createdAt);
    this.running.push({ id, startedBy: deployment.id, createdAt, holds: mirror });
  }

  private primary(): Mutable<Deployment> {
    const primary = this.deployments.find((deployment) => deployment.primary);
    if (primary === undefined) throw new Error('a service has a primary deployment');
    return primary;
  }

  private tasksOf({ id }: Deployment): HoldingTask<Held>[] {
    return this.running.filter((task) => task.startedBy === id);
  }

  /** Deployments that are over and have no task left vanish, except the last completed one while another is under way. */
  private forget(): void {
    this.changed = true;
    const keep = this.deployments.filter(
      (deployment) => deployment.primary || this.tasksOf(deployment).length > 0,
    );
    if (this.primary().state !== 'completed') return;
    this.deployments.splice(0, this.deployments.length, ...keep);
  }
}

function shown({ id, startedBy, createdAt }: Task): Task {
  return { id, startedBy, createdAt };
}
