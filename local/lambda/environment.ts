import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import type { FunctionRecord, LambdaOptions, LambdaSettings, Outcome } from './model';
import { startRuntimeApi, type RuntimeApi } from './runtime-api';

/** What an environment needs of its host. */
export type Host = Pick<LambdaOptions, 'place' | 'clock' | 'keeper' | 'endpointUrl'> & {
  readonly settings: LambdaSettings;
  readonly onLine: (line: string) => void;
};

/** The access key id under which a function calls AWS, so that a call log tells callers apart. */
export const accessKeyIdOf = (functionName: string) => `lambda-${functionName}`;

interface Running {
  readonly requestId: string;
  readonly lines: string[];
  timer?: NodeJS.Timeout;
  settle(outcome: { payload: string; functionError?: 'Unhandled' }): void;
  /** The answer, held until the last line of the log has come. */
  answer?: { payload: string; functionError?: 'Unhandled' };
  logEnded: boolean;
}

const BOOTSTRAP = path.join(__dirname, 'bootstrap.cjs');

/** One execution environment: a child process that runs one invocation at a time, and its Runtime API. */
export class ExecutionEnvironment {
  #child: ChildProcess | undefined;
  #api: RuntimeApi | undefined;
  #running: Running | undefined;
  #dead = false;
  #initialised = false;
  #exited: Promise<void> = Promise.resolve();
  readonly #partial = { stdout: '', stderr: '' };

  constructor(
    readonly record: FunctionRecord,
    /** The revision that it was started for. */
    readonly revisionId: string,
    private readonly host: Host,
  ) {}

  /** Whether it can take another invocation. */
  get alive(): boolean {
    return !this.#dead;
  }

  /** What runs in it now. */
  get requestId(): string | undefined {
    return this.#running?.requestId;
  }

  /** Runs one invocation; never rejects for what the function does. */
  async invoke(requestId: string, payload: string): Promise<Outcome> {
    const { configuration, arn } = this.record;
    const timeoutMs = Number(configuration['Timeout']) * 1000;
    const lines: string[] = [];
    const ended = new Promise<{ payload: string; functionError?: 'Unhandled' }>((resolve) => {
      this.#running = { requestId, lines, settle: resolve, logEnded: false };
    });
    this.#line(`START RequestId: ${requestId} Version: $LATEST`);
    const startedAt = this.host.clock.now();
    if (this.#child === undefined) await this.#start();
    if (!this.#initialised) this.#limit(this.host.settings.initMs, 'init');
    else this.#limit(timeoutMs, 'invoke');
    this.#api?.offer({ requestId, payload, deadline: this.host.clock.now() + timeoutMs, functionArn: arn });
    const answer = await ended;
    clearTimeout(this.#running?.timer);
    const ms = this.host.clock.now() - startedAt;
    this.#line(`END RequestId: ${requestId}`);
    this.#line(`REPORT RequestId: ${requestId}\tDuration: ${ms.toFixed(2)} ms`);
    this.#running = undefined;
    return { ...answer, log: lines.map((line) => `${line}\n`).join('') };
  }

  /** Ends the process at once; resolves when it is gone. A running invocation comes to Runtime.ExitError. */
  kill(): Promise<void> {
    this.#dead = true;
    this.#api?.close();
    const pid = this.#child?.pid;
    if (pid !== undefined && this.#child?.exitCode === null && this.#child.signalCode === null) {
      try {
        process.kill(-pid, 'SIGKILL');
      } catch {
        // Gone between the check and the signal.
      }
    }
    return this.#exited;
  }

  async #start(): Promise<void> {
    const api = await startRuntimeApi({
      onNext: () => this.#next(),
      onResponse: (requestId, body) => this.#answer(requestId, { payload: body }),
      onError: (requestId, body) => this.#answer(requestId, { payload: body, functionError: 'Unhandled' }),
      onInitError: (body) =>
        this.#answer(this.#running?.requestId, { payload: body, functionError: 'Unhandled' }, true),
    });
    this.#api = api;
    // Killed while it was coming up.
    if (this.#dead) {
      this.#exit('signal: killed');
      return;
    }
    const child = spawn(process.execPath, [BOOTSTRAP], {
      cwd: this.record.code.directory,
      env: environmentOf(this.record, api.address, this.host),
      stdio: ['pipe', 'pipe', 'pipe'],
      // Its own process group, so that what the function started ends with it.
      detached: true,
    });
    this.#child = child;
    if (child.pid !== undefined) this.host.keeper.keep(child.pid);
    child.stdin.on('error', () => undefined);
    child.stdout.on('data', (chunk: Buffer) => this.#output('stdout', chunk));
    child.stderr.on('data', (chunk: Buffer) => this.#output('stderr', chunk));
    this.#exited = new Promise((resolve) => {
      child.once('error', (error) => {
        this.#exit(`spawn failed: ${error.message}`);
        resolve();
      });
      child.once('close', (code, signal) => {
        if (child.pid !== undefined) this.host.keeper.release(child.pid);
        this.#exit(
          signal === null
            ? `exit status ${code ?? 0}`
            : `signal: ${signal === 'SIGKILL' ? 'killed' : signal}`,
        );
        resolve();
      });
    });
  }

  #next(): void {
    const first = !this.#initialised;
    this.#initialised = true;
    // The time limit of the function starts when it is loaded, as on AWS.
    if (first && this.#running !== undefined)
      this.#limit(Number(this.record.configuration['Timeout']) * 1000, 'invoke');
  }

  #limit(ms: number, phase: 'init' | 'invoke'): void {
    const running = this.#running;
    if (running === undefined) return;
    clearTimeout(running.timer);
    running.timer = setTimeout(() => {
      const { requestId } = running;
      const what = phase === 'init' ? 'Initialization timed out' : 'Task timed out';
      const errorMessage = `${what} after ${(ms / 1000).toFixed(2)} seconds`;
      this.#line(`${new Date(this.host.clock.now()).toISOString()} ${requestId} ${errorMessage}`);
      running.settle(unhandled('Sandbox.Timedout', `RequestId: ${requestId} Error: ${errorMessage}`));
      void this.kill();
    }, ms);
  }

  #answer(requestId: string | undefined, answer: NonNullable<Running['answer']>, logEnded = false): void {
    const running = this.#running;
    if (running === undefined || running.requestId !== requestId) return;
    running.answer = answer;
    if (running.logEnded || logEnded) running.settle(answer);
  }

  #exit(how: string): void {
    this.#dead = true;
    this.#api?.close();
    const running = this.#running;
    if (running === undefined) return;
    const message = `RequestId: ${running.requestId} Error: Runtime exited with error: ${how}`;
    running.settle(running.answer ?? unhandled('Runtime.ExitError', message));
  }

  #output(stream: 'stdout' | 'stderr', chunk: Buffer): void {
    const lines = (this.#partial[stream] + chunk.toString('utf8')).split('\n');
    this.#partial[stream] = lines.pop() ?? '';
    for (const line of lines) {
      if (line.startsWith('\u0000end ')) this.#logEnded();
      else this.#line(line);
    }
  }

  #logEnded(): void {
    if (this.#running === undefined) return;
    this.#running.logEnded = true;
    if (this.#running.answer !== undefined) this.#running.settle(this.#running.answer);
  }

  #line(line: string): void {
    this.#running?.lines.push(line);
    this.host.onLine(line);
  }
}

const unhandled = (errorType: string, errorMessage: string) => ({
  payload: JSON.stringify({ errorType, errorMessage }),
  functionError: 'Unhandled' as const,
});

/** What a function's process sees: Lambda's variables and its own, and of this process nothing but PATH. */
function environmentOf(record: FunctionRecord, runtimeApi: string, host: Host): NodeJS.ProcessEnv {
  const { name, configuration, code } = record;
  const { Variables: variables = {} } = (configuration['Environment'] ?? {}) as {
    Variables?: Record<string, string>;
  };
  const region = host.place.region;
  return {
    PATH: process.env['PATH'] ?? '',
    TZ: ':UTC',
    LANG: 'en_US.UTF-8',
    AWS_ENDPOINT_URL: host.endpointUrl(),
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    ...variables,
    _HANDLER: String(configuration['Handler']),
    LAMBDA_TASK_ROOT: code.directory,
    LAMBDA_RUNTIME_DIR: __dirname,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyIdOf(name),
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_EXECUTION_ENV: `AWS_Lambda_${String(configuration['Runtime'])}`,
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(configuration['MemorySize']),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
  };
}
