import type { Call, Gate } from './instrumented';

/** The process ended here: nothing after it runs. */
export class Died extends Error {
  override readonly name = 'Died';
}

/** How a run is disturbed at one of its effects. */
export const DISTURBANCES = ['dies before', 'dies after', 'times out after'] as const;
/** `times out after`: the effect happens, the answer never arrives, and the process goes on. */
export type Disturbance = (typeof DISTURBANCES)[number];

/** What a caller is told whose answer never arrives. */
export function timeout(call: string): Error {
  return Object.assign(new Error(`${call} timed out`), { name: 'TimeoutError' });
}

/** A gate that records each call, counts each effect, and can make the n-th the last thing that happens. */
export class Effects {
  /** Every call since the last {@link forget}, reads included, for instance `secrets.describe active`. */
  readonly calls: string[] = [];
  /** Those of them that change something. */
  readonly effects: string[] = [];
  private dead = false;
  private planned: { readonly at: number; readonly how: Disturbance } | null = null;

  readonly gate: Gate = ({ kind, name }, run) => {
    if (this.dead) return Promise.reject(new Died('a dead process called something'));
    this.calls.push(name);
    if (kind === 'read') return run();
    this.effects.push(name);
    return this.planned?.at === this.effects.length ? this.disturbed(name, run) : run();
  };

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

  private async disturbed<T>(call: Call['name'], run: () => Promise<T>): Promise<T> {
    const how = this.planned?.how ?? 'dies before';
    this.planned = null;
    if (how === 'dies before') this.die(call, how);
    await run();
    if (how === 'dies after') this.die(call, how);
    throw timeout(call);
  }

  private die(call: string, how: Disturbance): never {
    this.dead = true;
    throw new Died(`${how} ${call}`);
  }
}
