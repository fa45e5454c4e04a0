import { DatabaseError } from '../../lambda-src/ports/database';
import type { Call, Gate } from '../support/instrumented';
import { timeout, type Disturbance } from '../support/memory-effects';

interface Waiting {
  readonly call: Call;
  /** Makes the call and answers it. */
  readonly perform: (told: 'answer' | 'timeout') => Promise<void>;
  /** Answers it with an error, unmade. */
  readonly fail: (error: Error) => void;
}

/** What a process came to. */
export type Outcome =
  | { readonly how: 'ended'; readonly value: unknown }
  | { readonly how: 'failed'; readonly error: unknown }
  | { readonly how: 'died' };

/** Told of every call of a process, at the moment it is made. */
export interface Witness {
  before(process: Process, call: Call): void;
  after(process: Process, call: Call): void;
}

/**
 * One invocation of a function: it runs until it calls a port and stops there, until somebody lets it make that one call.
 * Between two calls of one process any other process may make its own. Nothing here takes time, so a run depends on
 * nothing but the order in which the calls are let through.
 */
export class Process {
  outcome: Outcome | null = null;
  /** The invocation that this one waits for. */
  child: Process | null = null;
  /** Whether calls are made as they come, with no place in between for anybody else. */
  private free = false;
  private readonly waiting: Waiting[] = [];
  private stopped: () => void = () => undefined;

  constructor(
    readonly name: string,
    readonly kind: 'orchestrator' | 'rotation' | 'direct' | 'apply',
    readonly startedAt: number,
    private readonly witness: Witness,
  ) {}

  get over(): boolean {
    return this.outcome !== null;
  }

  readonly gate: Gate = (call, run) => {
    if (this.free && !this.over && (call.ready?.() ?? true)) return this.witnessed(call, run);
    return this.suspended(call, run);
  };

  private suspended<T>(call: Call, run: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.over) return;
      this.waiting.push({
        call,
        fail: reject,
        perform: async (told) => {
          try {
            const answer = await run();
            if (told === 'answer') resolve(answer);
            else reject(lost(call));
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)));
          }
        },
      });
      this.stopped();
    });
  }

  private async witnessed<T>(call: Call, run: () => Promise<T>): Promise<T> {
    this.witness.before(this, call);
    try {
      return await run();
    } finally {
      this.witness.after(this, call);
    }
  }

  /** Runs up to the first call. */
  async start(main: (process: Process) => Promise<unknown>): Promise<this> {
    main(this).then(
      (value) => this.end({ how: 'ended', value }),
      (error: unknown) => this.end({ how: 'failed', error }),
    );
    await this.quiet();
    return this;
  }

  /** Whether the next call could be made. */
  get ready(): boolean {
    return this.next() >= 0;
  }

  /** Whether that call changes something. */
  get nextIsEffect(): boolean {
    return this.waiting[this.next()]?.call.kind === 'effect';
  }

  /** Makes the next call that can be made. @returns false where there is none */
  async step(how: Disturbance | null = null): Promise<boolean> {
    const index = this.next();
    const [waiting] = index < 0 ? [] : this.waiting.splice(index, 1);
    if (waiting === undefined) return false;
    const { call } = waiting;
    if (how === 'dies before') {
      this.die();
      return true;
    }
    if (how === 'times out after' && call.kind === 'read' && !/^(database.login|rotator)/.test(call.name)) {
      waiting.fail(lost(call));
    } else {
      this.witness.before(this, call);
      const unheard = how === 'times out after' && call.kind === 'effect';
      await waiting.perform(unheard ? 'timeout' : 'answer');
      this.witness.after(this, call);
      if (how === 'dies after') this.die();
    }
    await this.quiet();
    return true;
  }

  /** Makes every call at once, up to one that cannot be made, or to its end. */
  async run(): Promise<void> {
    this.free = true;
    while (await this.step());
    this.free = false;
  }

  die(): void {
    this.end({ how: 'died' });
  }

  private next(): number {
    return this.over ? -1 : this.waiting.findIndex(({ call }) => call.ready?.() ?? true);
  }

  private end(outcome: Outcome): void {
    this.outcome ??= outcome;
    this.waiting.length = 0;
    this.stopped();
  }

  /** Waits until it has stopped at a call, or is over. */
  private async quiet(): Promise<void> {
    if (this.over || this.waiting.length > 0) return;
    await new Promise<void>((resolve) => (this.stopped = resolve));
  }
}

/** As the adapters tell of an answer that never came. */
function lost({ name }: Call): Error {
  return name.startsWith('database.') ? new DatabaseError('connection-lost', name) : timeout(name);
}
