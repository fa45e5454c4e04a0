import { announceTask } from './announce';
import type { EcsContext } from './context';
import type { StopCode, TaskRecord } from './state';
import { TaskLife } from './task-life';

/** Why a task is stopped, as DescribeTasks tells it. */
export interface StopReason {
  readonly code: StopCode;
  readonly text: string;
}

/** Leads tasks through their states; each is a real process while RUNNING. */
export class TaskRunner {
  private readonly lives = new Map<string, TaskLife>();
  private closing = false;

  /** @param changed called after every change of a task's state or health */
  constructor(
    private readonly context: EcsContext,
    private readonly changed: (task: TaskRecord) => void,
  ) {}

  /** Takes a task from PROVISIONING on. */
  start(task: TaskRecord): void {
    if (this.closing) return;
    const life = new TaskLife(this.context, task, (isStateChange) => this.tell(task, isStateChange));
    this.lives.set(task.arn, life);
    life.start();
  }

  /** SIGTERM, then SIGKILL after the stop timeout. No effect on a task that is stopping already. */
  stop(task: TaskRecord, reason: StopReason): void {
    this.lives.get(task.arn)?.stop(reason);
  }

  /** Ends every process group at once and resolves when all are gone; nothing is announced any more. */
  async close(): Promise<void> {
    this.closing = true;
    await Promise.all([...this.lives.values()].map((life) => life.kill()));
  }

  private tell(task: TaskRecord, isStateChange: boolean): void {
    if (task.lastStatus === 'STOPPED') this.lives.delete(task.arn);
    if (this.closing) return;
    if (isStateChange) announceTask(this.context, task);
    this.changed(task);
  }
}
