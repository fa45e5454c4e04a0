/** The process ended here: nothing after it runs. */
export class Died extends Error {
  override readonly name = 'Died';
}

/** How a run is disturbed at one of its effects. */
export type Disturbance =
  | 'dies before'
  | 'dies after'
  /** The effect happens, the answer never arrives, and the process goes on. */
  | 'times out after';

/**
 * What every in-memory port goes through: each call is recorded, each effect is counted, and the n-th can be
 * made the last thing that happens.
 */
export class Effects {
  /** Every call since the last {@link forget}, reads included, for instance `secrets.describe active`. */
  readonly calls: string[] = [];
  /** Those of them that change something. */
  readonly effects: string[] = [];
  private dead = false;
  private planned: { readonly at: number; readonly how: Disturbance } | null = null;

  read<T>(call: string, work: () => T): T {
    this.alive();
    this.calls.push(call);
    return work();
  }

  /** @param call what happens, as a test names it */
  perform<T>(call: string, work: () => T): T {
    this.alive();
    this.calls.push(call);
    this.effects.push(call);
    if (this.planned?.at !== this.effects.length) return work();
    const { how } = this.planned;
    this.planned = null;
    if (how === 'dies before') this.die(call, how);
    work();
    if (how === 'dies after') this.die(call, how);
    throw Object.assign(new Error(`${call} timed out`), { name: 'TimeoutError' });
  }

  /** Disturbs the effect with this number, counted from 1 and from now. */
  plan(at: number, how: Disturbance): void {
    this.forget();
    this.planned = { at, how };
  }

  /** Whether the planned disturbance has not happened yet. */
  get pending(): boolean {
    return this.planned !== null;
  }

  /** A new process; what was planned and did not happen never will. */
  revive(): void {
    this.dead = false;
    this.planned = null;
  }

  forget(): void {
    this.calls.length = 0;
    this.effects.length = 0;
  }

  private alive(): void {
    if (this.dead) throw new Died('a dead process called something');
  }

  private die(call: string, how: Disturbance): never {
    this.dead = true;
    throw new Died(`${how} ${call}`);
  }
}
