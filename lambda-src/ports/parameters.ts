import type { Sensitive } from '../core/sensitive';

export interface Parameter {
  readonly value: string;
  /** Grows with every write. */
  readonly version: number;
}

/** Parameter Store as Tandem needs it. */
export interface ParameterStore {
  /** Those that exist, by name; asked for in as few calls as the service allows. */
  get(names: readonly string[]): Promise<ReadonlyMap<string, Parameter>>;
  /** Writes over what is there. */
  put(name: string, value: string): Promise<void>;
  /** @returns false where the parameter exists already: nothing was written */
  create(name: string, value: string): Promise<boolean>;
  /** The value of an encrypted parameter; null where there is none. */
  getSecure(name: string): Promise<Sensitive | null>;
  /**
   * Writes over what is there, encrypted.
   * @param keyArn the key. @default the one of AWS
   */
  putSecure(name: string, value: Sensitive, keyArn?: string): Promise<void>;
  /** The same. @returns false where the parameter exists already: nothing was written */
  createSecure(name: string, value: Sensitive, keyArn?: string): Promise<boolean>;
  /** Missing ones are no error. */
  remove(names: readonly string[]): Promise<void>;
}
