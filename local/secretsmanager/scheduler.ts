import type { Context } from './context';
import type { Secret } from './model';
import { scheduleNext } from './next-rotation';

/** Timers of Node reach 24 days; looking once more costs nothing. */
const LONGEST_WAIT_MS = 6 * 3_600_000;

/** Starts rotations when their windows open. */
export class RotationScheduler {
  private cancelTimer: () => void = () => undefined;
  private closed = false;

  constructor(
    private readonly context: Context,
    private readonly fire: (secret: Secret) => void,
  ) {}

  /** Starts what is due and waits for what is due next; called whenever a schedule changed. */
  wake(): void {
    this.cancelTimer();
    if (this.closed) return;
    const now = this.context.clock.now();
    for (const secret of this.scheduled()) {
      const { nextWindow } = secret.rotation ?? {};
      if (nextWindow === undefined || nextWindow.opensAt > now) continue;
      scheduleNext(secret, now, now);
      this.fire(secret);
    }
    const opensNext = Math.min(
      ...this.scheduled().map((secret) => secret.rotation?.nextWindow?.opensAt ?? Infinity),
    );
    if (opensNext === Infinity) return;
    const wait = Math.min(Math.max(0, opensNext - now), LONGEST_WAIT_MS);
    // Starting a rotation reschedules, which may have set a timer already.
    this.cancelTimer();
    this.cancelTimer = this.context.timers.after(wait, () => this.wake());
  }

  close(): void {
    this.closed = true;
    this.cancelTimer();
  }

  private scheduled(): readonly Secret[] {
    return this.context.secrets
      .all()
      .filter(({ deletedAt, rotation }) => deletedAt === undefined && rotation?.nextWindow);
  }
}
