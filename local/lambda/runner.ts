import { AwsError } from '../endpoint/seams';
import { ExecutionEnvironment, type Host } from './environment';
import type { FunctionRecord, Outcome } from './model';
import { traceIdOf } from './runtime-api';

/** Runs one function: warm environments, reserved concurrency, and the faults that a drill asks for. */
export class Runner {
  readonly #busy = new Set<ExecutionEnvironment>();
  readonly #idle = new Map<ExecutionEnvironment, NodeJS.Timeout>();
  #killNextAfterMs: number | undefined;

  constructor(
    private readonly record: FunctionRecord,
    private readonly host: Host,
  ) {}

  /** @throws AwsError TooManyRequestsException when the reserved concurrency is used up */
  async invoke(requestId: string, payload: string): Promise<Outcome> {
    const { reservedConcurrency } = this.record;
    if (reservedConcurrency !== undefined && this.#busy.size >= reservedConcurrency) {
      throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);
    }
    const environment = this.#take();
    this.#busy.add(environment);
    const disarm = this.#armKill(environment);
    try {
      return await environment.invoke(requestId, payload);
    } finally {
      disarm();
      this.#busy.delete(environment);
      this.#rest(environment);
    }
  }

  /** SIGKILL to the process of a running invocation; tells whether there was one. */
  killRunning(): boolean {
    const [environment] = this.#busy;
    if (environment === undefined) return false;
    void environment.kill();
    return true;
  }

  /** SIGKILL to the process of one invocation; tells whether it was running here. */
  killInvocation(traceId: string): boolean {
    const found = [...this.#busy].find(
      ({ requestId }) => requestId !== undefined && traceIdOf(requestId) === traceId,
    );
    void found?.kill();
    return found !== undefined;
  }

  /** SIGKILL to the process of the next invocation, that long after it began. */
  killNext(afterMs: number): void {
    this.#killNextAfterMs = afterMs;
  }

  /** Ends the environments that wait; those that work end when they are done. For a new revision. */
  async retire(): Promise<void> {
    const waiting = [...this.#idle.keys()];
    this.#idle.forEach((timer) => clearTimeout(timer));
    this.#idle.clear();
    await Promise.all(waiting.map((environment) => environment.kill()));
  }

  /** Ends everything; resolves when all processes are gone. */
  async close(): Promise<void> {
    const working = [...this.#busy];
    await Promise.all([...working.map((environment) => environment.kill()), this.retire()]);
  }

  #take(): ExecutionEnvironment {
    for (const [environment, timer] of [...this.#idle].reverse()) {
      clearTimeout(timer);
      this.#idle.delete(environment);
      if (environment.alive && environment.revisionId === this.record.revisionId) return environment;
      void environment.kill();
    }
    return new ExecutionEnvironment(this.record, this.record.revisionId, this.host);
  }

  #rest(environment: ExecutionEnvironment): void {
    if (!environment.alive || environment.revisionId !== this.record.revisionId) {
      void environment.kill();
      return;
    }
    const end = () => {
      this.#idle.delete(environment);
      void environment.kill();
    };
    this.#idle.set(environment, setTimeout(end, this.host.settings.idleMs).unref());
  }

  #armKill(environment: ExecutionEnvironment): () => void {
    const afterMs = this.#killNextAfterMs;
    if (afterMs === undefined) return () => undefined;
    this.#killNextAfterMs = undefined;
    const timer = setTimeout(() => void environment.kill(), afterMs);
    return () => clearTimeout(timer);
  }
}
