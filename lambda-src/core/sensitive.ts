const REDACTED = '[redacted]';

/**
 * A text that must never be seen: it redacts itself in string conversion, JSON and `util.inspect`,
 * and is revealed only in an adapter, at the moment it leaves for the server that must have it.
 */
export class Sensitive {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** A new sensitive text made from this one, so that composing never exposes it. */
  map(compose: (text: string) => string): Sensitive {
    return new Sensitive(compose(this.#text));
  }

  /** The text itself. For adapters only. */
  reveal(): string {
    return this.#text;
  }

  equals(that: Sensitive): boolean {
    return this.#text === that.#text;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  /** What Node's `util.inspect`, and so `console.log`, prints. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return REDACTED;
  }
}
