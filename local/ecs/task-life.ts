import { startChild, type Child } from './child';
import type { EcsContext } from './context';
import { SecretsUnavailable, taskEnvironment } from './environment';
import { HealthWatch } from './health';
import type { TaskRecord } from './state';
import type { StopReason } from './task-runner';

type Environment = Readonly<Record<string, string>>;

/** One task from PROVISIONING to STOPPED, and the process that it is meanwhile. */
export class TaskLife {
  private child: Child | undefined;
  private health: HealthWatch | undefined;
  private killed = false;
  private cancelTimer: () => void = () => undefined;
  private resolveEnded: () => void = () => undefined;
  private readonly ended = new Promise<void>((resolve) => {
    this.resolveEnded = resolve;
  });

  /** @param tell called after a change: of the state (true), or only of what counts as healthy (false) */
  constructor(
    private readonly context: EcsContext,
    private readonly task: TaskRecord,
    private readonly tell: (isStateChange: boolean) => void,
  ) {}

  start(): void {
    this.tell(true);
    this.cancelTimer = this.context.timers.after(this.context.settings.provisioningMs, () => {
      this.launch().catch((error: unknown) => {
        this.context.log(`task ${this.task.arn}: ${String(error)}`);
        this.failToStart(`CannotStartContainerError: ${String(error)}`);
      });
    });
  }

  /** SIGTERM, then SIGKILL after the stop timeout. No effect on a task that is stopping already. */
  stop(reason: StopReason): void {
    const { task } = this;
    if (task.desiredStatus === 'STOPPED') return;
    void this.quiet();
    task.desiredStatus = 'STOPPED';
    task.stopCode = reason.code;
    task.stoppedReason = reason.text;
    task.stoppingAt = this.context.clock.now();
    if (this.child !== undefined) this.terminate(this.child);
    else if (task.lastStatus === 'PROVISIONING') this.finish();
    else this.tell(true);
  }

  /** Ends the process group at once; resolves when it is gone. */
  async kill(): Promise<void> {
    this.killed = true;
    const probe = this.quiet();
    this.child?.signal('SIGKILL');
    if (this.task.lastStatus === 'PROVISIONING') this.finish();
    await Promise.all([probe, this.ended]);
  }

  private async launch(): Promise<void> {
    const { context, task } = this;
    task.createdAt = context.clock.now();
    task.pullStartedAt = task.createdAt;
    task.lastStatus = 'PENDING';
    this.tell(true);
    const environment = await this.readEnvironment();
    if (environment === undefined || this.endedMeanwhile()) return;
    task.pullStoppedAt = context.clock.now();
    if (task.container.argv.length === 0) {
      this.failToStart(
        `CannotPullContainerError: ${task.container.image}: images are not pulled here, and the container definition names no command`,
      );
      return;
    }
    const child = await this.spawn(environment);
    if (child !== undefined) this.attach(child, environment);
  }

  private async readEnvironment(): Promise<Environment | undefined> {
    try {
      return await taskEnvironment(this.context, this.task);
    } catch (error) {
      if (!(error instanceof SecretsUnavailable)) throw error;
      this.failToStart(error.message);
      return undefined;
    }
  }

  private async spawn(environment: Environment): Promise<Child | undefined> {
    const { context, task } = this;
    try {
      return await startChild({
        argv: task.container.argv,
        environment,
        workingDirectory: task.container.workingDirectory,
        keeper: context.keeper,
        onLine: (stream, line) =>
          context.onTaskOutput?.({
            taskArn: task.arn,
            group: task.group,
            deploymentId: task.deploymentId,
            stream,
            line,
          }),
      });
    } catch (error) {
      this.failToStart(
        `CannotStartContainerError: ${error instanceof Error ? error.message : String(error)}`,
      );
      return undefined;
    }
  }

  private attach(child: Child, environment: Environment): void {
    const { context, task } = this;
    this.child = child;
    task.pid = child.pid;
    child.ended
      .then((exitCode) => this.containerEnded(exitCode))
      .catch((error: unknown) => context.log(`task ${task.arn}: ${String(error)}`));
    task.startedAt = context.clock.now();
    if (this.killed || task.desiredStatus === 'STOPPED') {
      this.terminate(child);
      return;
    }
    task.lastStatus = 'RUNNING';
    this.tell(true);
    const check = task.container.healthCheck;
    if (check === undefined) {
      this.cancelTimer = context.timers.after(context.settings.settleMs, () => {
        task.healthy = true;
        this.tell(false);
      });
    } else {
      this.health = new HealthWatch(context, task.container, check, environment, (status) =>
        this.healthReported(status),
      );
    }
  }

  private healthReported(status: 'HEALTHY' | 'UNHEALTHY'): void {
    if (this.task.healthStatus === status || this.task.desiredStatus === 'STOPPED') return;
    this.task.healthStatus = status;
    this.task.healthy = status === 'HEALTHY';
    this.tell(true);
  }

  /** A stop that came while values were read: the task ends without ever having run. */
  private endedMeanwhile(): boolean {
    if (!this.killed && this.task.desiredStatus === 'RUNNING') return false;
    this.finish();
    return true;
  }

  private failToStart(reason: string): void {
    const { task } = this;
    if (task.lastStatus === 'STOPPED') return;
    if (task.desiredStatus === 'RUNNING') {
      task.desiredStatus = 'STOPPED';
      task.stopCode = 'TaskFailedToStart';
      task.stoppedReason = reason;
      task.stoppingAt = this.context.clock.now();
    }
    this.finish();
  }

  private terminate(child: Child): void {
    const { context, task } = this;
    task.lastStatus = 'DEACTIVATING';
    this.tell(true);
    child.signal(this.killed ? 'SIGKILL' : 'SIGTERM');
    task.lastStatus = 'STOPPING';
    this.tell(true);
    const seconds = task.container.stopTimeout;
    const timeout = seconds === undefined ? context.settings.stopTimeoutMs : seconds * 1_000;
    this.cancelTimer = context.timers.after(timeout, () => child.signal('SIGKILL'));
  }

  private containerEnded(exitCode: number): void {
    const { task } = this;
    void this.quiet();
    task.exitCode = exitCode;
    task.executionStoppedAt = this.context.clock.now();
    if (task.desiredStatus === 'RUNNING') {
      task.desiredStatus = 'STOPPED';
      task.stopCode = 'EssentialContainerExited';
      task.stoppedReason = 'Essential container in task exited';
      task.stoppingAt = task.executionStoppedAt;
    }
    task.lastStatus = 'DEPROVISIONING';
    this.tell(true);
    this.finish();
  }

  private finish(): void {
    this.task.lastStatus = 'STOPPED';
    this.task.stoppedAt = this.context.clock.now();
    delete this.task.pid;
    this.tell(true);
    this.resolveEnded();
  }

  /** No timer and no probe from here on; the task counts as healthy no more. */
  private quiet(): Promise<void> {
    this.cancelTimer();
    this.task.healthy = false;
    return this.health?.stop() ?? Promise.resolve();
  }
}
