import { startChild, type Child } from './child';
import type { EcsContext } from './context';
import type { ContainerHealthCheck, ContainerSpec } from './state';

/** The argument list of a health check's `CMD` or `CMD-SHELL` form. */
function healthCheckArgv(command: readonly string[]): readonly string[] {
  const [form, ...rest] = command;
  if (form === 'CMD') return rest;
  return ['/bin/sh', '-c', (form === 'CMD-SHELL' ? rest : command).join(' ')];
}

/**
 * Runs a container's health check again and again from its construction on and reports its verdict: healthy at a
 * success, unhealthy after `retries` failures in a row, those of the start period not counted (API reference,
 * HealthCheck).
 */
export class HealthWatch {
  private readonly began: number;
  private failures = 0;
  private stopped = false;
  private running: Child | undefined;
  private probing = Promise.resolve();
  private cancel: () => void = () => undefined;

  constructor(
    private readonly context: EcsContext,
    private readonly container: ContainerSpec,
    private readonly check: ContainerHealthCheck,
    private readonly environment: Readonly<Record<string, string>>,
    private readonly report: (status: 'HEALTHY' | 'UNHEALTHY') => void,
  ) {
    this.began = context.clock.now();
    this.lookLater();
  }

  /** Ends the watch; resolves when no probe of it runs any more. */
  stop(): Promise<void> {
    this.stopped = true;
    this.cancel();
    this.running?.signal('SIGKILL');
    return this.probing;
  }

  private get second(): number {
    return this.context.settings.healthCheckSecondMs;
  }

  private lookLater(): void {
    this.cancel = this.context.timers.after(this.check.interval * this.second, () => {
      this.probing = this.look().catch((error: unknown) =>
        this.context.log(`health check of ${this.container.name}: ${String(error)}`),
      );
    });
  }

  private async look(): Promise<void> {
    const succeeded = await this.probe();
    if (this.stopped) return;
    if (succeeded) {
      this.failures = 0;
      this.report('HEALTHY');
    } else if (this.context.clock.now() - this.began >= this.check.startPeriod * this.second) {
      this.failures += 1;
      if (this.failures >= this.check.retries) this.report('UNHEALTHY');
    }
    if (!this.isStopped()) this.lookLater();
  }

  /** A report may have stopped the watch. */
  private isStopped(): boolean {
    return this.stopped;
  }

  private async probe(): Promise<boolean> {
    const child = await startChild({
      argv: healthCheckArgv(this.check.command),
      environment: this.environment,
      workingDirectory: this.container.workingDirectory,
      keeper: this.context.keeper,
      onLine: () => undefined,
    }).catch(() => undefined);
    if (child === undefined) return false;
    this.running = child;
    if (this.stopped) child.signal('SIGKILL');
    const expire = this.context.timers.after(this.check.timeout * this.second, () => child.signal('SIGKILL'));
    const exitCode = await child.ended;
    expire();
    this.running = undefined;
    return exitCode === 0;
  }
}
