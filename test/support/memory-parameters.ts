import { ADVANCED_BYTES } from '../../lambda-src/contract/parameters';
import { Sensitive } from '../../lambda-src/core/sensitive';
import type { Parameter, ParameterStore } from '../../lambda-src/ports/parameters';

/** Parameter Store in memory. */
export class MemoryParameterStore implements ParameterStore {
  private readonly found = new Map<string, Parameter>();
  private readonly former = new Map<string, string>();

  get(names: readonly string[]): Promise<ReadonlyMap<string, Parameter>> {
    return asked(() => {
      const present = new Map<string, Parameter>();
      for (const name of names) {
        const parameter = this.found.get(name);
        if (parameter !== undefined) present.set(name, parameter);
      }
      return present;
    });
  }

  put(name: string, value: string): Promise<void> {
    return asked(() => {
      refuseTooLong(value);
      this.set(name, value);
    });
  }

  create(name: string, value: string): Promise<boolean> {
    return asked(() => {
      if (this.found.has(name)) return false;
      this.set(name, value);
      return true;
    });
  }

  getSecure(name: string): Promise<Sensitive | null> {
    return asked(() => {
      const found = this.found.get(name);
      return found === undefined ? null : new Sensitive(found.value);
    });
  }

  putSecure(name: string, value: Sensitive): Promise<void> {
    return this.put(name, value.reveal());
  }

  createSecure(name: string, value: Sensitive): Promise<boolean> {
    return this.create(name, value.reveal());
  }

  remove(names: readonly string[]): Promise<void> {
    return asked(() => {
      for (const name of names) this.found.delete(name);
    });
  }

  /** What a test reads and writes by itself, through no gate. */
  peek(name: string): Parameter | undefined {
    return this.found.get(name);
  }

  /** What a parameter held before its last write; the history shows it. */
  before(name: string): string | undefined {
    return this.former.get(name);
  }

  set(name: string, value: string): void {
    const written = this.found.get(name);
    if (written !== undefined) this.former.set(name, written.value);
    this.found.set(name, { value, version: (this.found.get(name)?.version ?? 0) + 1 });
  }

  delete(name: string): void {
    this.found.delete(name);
  }
}

/** In the words of PutParameter. */
function refuseTooLong(value: string): void {
  if (Buffer.byteLength(value) <= ADVANCED_BYTES) return;
  const message = `Advanced tier parameters support a maximum parameter value of ${ADVANCED_BYTES} characters.`;
  throw Object.assign(new Error(message), {
    name: 'ValidationException',
    $metadata: { httpStatusCode: 400 },
  });
}

/** As a port answers: later, and with a rejection instead of a throw. */
export async function asked<T>(work: () => T): Promise<T> {
  return await Promise.resolve(work());
}
