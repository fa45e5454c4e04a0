import type { Parameter, ParameterStore } from '../../lambda-src/ports/parameters';
import { Effects } from './memory-effects';

/** Parameter Store in memory. */
export class MemoryParameterStore implements ParameterStore {
  private readonly found = new Map<string, Parameter>();

  constructor(private readonly effects = new Effects()) {}

  get(names: readonly string[]): Promise<ReadonlyMap<string, Parameter>> {
    return asked(() =>
      this.effects.read(`parameters.get ${names.map(last).join(' ')}`, () => {
        const present = [...this.found].filter(([name]) => names.includes(name));
        return new Map(present);
      }),
    );
  }

  put(name: string, value: string): Promise<void> {
    return asked(() => this.effects.perform(`parameters.put ${last(name)}`, () => this.set(name, value)));
  }

  create(name: string, value: string): Promise<boolean> {
    return asked(() =>
      this.effects.perform(`parameters.create ${last(name)}`, () => {
        if (this.found.has(name)) return false;
        this.set(name, value);
        return true;
      }),
    );
  }

  remove(names: readonly string[]): Promise<void> {
    return asked(() =>
      this.effects.perform(`parameters.remove ${names.map(last).join(' ')}`, () => {
        for (const name of names) this.found.delete(name);
      }),
    );
  }

  /** What a test reads and writes by itself: recorded nowhere. */
  peek(name: string): Parameter | undefined {
    return this.found.get(name);
  }

  set(name: string, value: string): void {
    this.found.set(name, { value, version: (this.found.get(name)?.version ?? 0) + 1 });
  }

  delete(name: string): void {
    this.found.delete(name);
  }
}

function last(name: string): string {
  return name.split('/').at(-1) ?? name;
}

/** As a port answers: later, and with a rejection instead of a throw. */
export function asked<T>(work: () => T): Promise<T> {
  return Promise.resolve().then(work);
}
