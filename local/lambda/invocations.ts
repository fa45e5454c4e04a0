import { AwsError, type FunctionInvoker, type InvocationResult } from '../endpoint/seams';
import type { Functions } from './functions';
import type { FunctionRecord, LambdaOptions, LambdaSettings, Outcome } from './model';
import { permits } from './policy';
import { traceIdOf } from './runtime-api';

/** Synchronous and asynchronous invocation of functions by name or ARN. */
export class Invocations implements FunctionInvoker {
  #closed = false;
  readonly #waits = new Set<() => void>();

  constructor(
    private readonly options: LambdaOptions,
    private readonly settings: LambdaSettings,
    private readonly functions: Functions,
  ) {}

  mayInvoke(functionArn: string, principal: string, sourceArn?: string): boolean {
    const record = this.functions.list().find(({ name, arn }) => name === functionArn || arn === functionArn);
    return record !== undefined && permits(record, principal, sourceArn);
  }

  async invoke(functionArn: string, payload: string): Promise<InvocationResult> {
    const { payload: answer, functionError } = await this.run(this.functions.find(functionArn), payload);
    return functionError === undefined ? { payload: answer } : { payload: answer, functionError };
  }

  invokeAsync(functionArn: string, payload: string): void {
    const requestId = this.options.newId();
    void this.#attempt(functionArn, payload, requestId, 0).catch((error: unknown) => {
      this.options.log(`asynchronous invocation ${requestId} of ${functionArn}: ${String(error)}`);
    });
  }

  /** Runs once, with the log. @throws AwsError TooManyRequestsException */
  async run(record: FunctionRecord, payload: string, requestId = this.options.newId()): Promise<Outcome> {
    if (this.#closed) throw new AwsError('ServiceException', 'The local Lambda is shutting down.', 500);
    const { clock, onBegin, onInvocation } = this.options;
    const begun = { functionName: record.name, payload, traceId: traceIdOf(requestId) };
    onBegin?.(begun);
    const startedAt = clock.now();
    const outcome = await this.functions.runner(record).invoke(requestId, payload);
    onInvocation?.({
      ...begun,
      startedAt,
      endedAt: clock.now(),
      ...(outcome.functionError === undefined ? {} : { functionError: outcome.functionError }),
    });
    return outcome;
  }

  /** No retry begins after this. */
  close(): void {
    this.#closed = true;
    this.#waits.forEach((cancel) => cancel());
    this.#waits.clear();
  }

  async #attempt(functionArn: string, payload: string, requestId: string, failures: number): Promise<void> {
    if (this.#closed) return;
    const record = this.functions.find(functionArn);
    const retries = Number(record.eventInvokeConfig?.['MaximumRetryAttempts'] ?? 2);
    if (await this.#succeeds(record, payload, requestId)) return;
    const wait = this.settings.asyncRetryMs[failures];
    if (wait === undefined || failures >= retries) {
      this.options.log(
        `asynchronous invocation ${requestId} of ${record.name} failed ${failures + 1} times; given up`,
      );
      return;
    }
    const cancel = this.options.timers.after(wait, () => {
      this.#waits.delete(cancel);
      this.#attempt(functionArn, payload, requestId, failures + 1).catch((error: unknown) => {
        this.options.log(`asynchronous invocation ${requestId} of ${functionArn}: ${String(error)}`);
      });
    });
    this.#waits.add(cancel);
  }

  async #succeeds(record: FunctionRecord, payload: string, requestId: string): Promise<boolean> {
    try {
      return (await this.run(record, payload, requestId)).functionError === undefined;
    } catch (error) {
      if (error instanceof AwsError && error.code === 'TooManyRequestsException') return false;
      throw error;
    }
  }
}
