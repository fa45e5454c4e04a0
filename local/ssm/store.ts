import { createHash } from 'node:crypto';
import { AwsError, type Clock, type EventSink, type Place } from '../endpoint/seams';
import { latest, type Parameter, type ParameterVersion } from './model';
import { parseReference } from './names';

/** What the operations work with. */
export interface SsmContext {
  readonly place: Place;
  readonly clock: Clock;
  readonly parameters: ParameterStore;
  readonly events: EventSink;
}

/** A version that a reference selected. */
export interface Selected {
  readonly parameter: Parameter;
  readonly version: ParameterVersion;
  readonly selector: string | undefined;
}

/** The account's parameters by name. */
export class ParameterStore {
  private readonly byName = new Map<string, Parameter>();

  constructor(private readonly place: Place) {}

  all(): readonly Parameter[] {
    return [...this.byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  get(name: string): Parameter | undefined {
    return this.byName.get(name);
  }

  add(parameter: Parameter): void {
    this.byName.set(parameter.name, parameter);
  }

  delete(name: string): void {
    this.byName.delete(name);
  }

  /** @throws AwsError ParameterNotFound */
  find(reference: string): Parameter {
    const { names } = parseReference(reference, this.place);
    const found = names.map((name) => this.byName.get(name)).find((parameter) => parameter !== undefined);
    if (found !== undefined) return found;
    throw new AwsError('ParameterNotFound', `Parameter ${reference} not found.`);
  }

  /** @throws AwsError ParameterNotFound, or ParameterVersionNotFound for an unknown version or label */
  select(reference: string): Selected {
    const parameter = this.find(reference);
    const { selector } = parseReference(reference, this.place);
    if (selector === undefined) return { parameter, version: latest(parameter), selector };
    const version = parameter.versions.find(
      (candidate) => String(candidate.version) === selector || candidate.labels.has(selector),
    );
    if (version !== undefined) return { parameter, version, selector };
    const text = `Systems Manager could not find version ${selector} of ${parameter.name}. Verify the version and try again.`;
    throw new AwsError('ParameterVersionNotFound', text);
  }
}

/**
 * The value as an answer shows it. A SecureString that is not to be decrypted shows what stands for its
 * ciphertext: made of name and version only, so that it tells nothing of the value.
 */
export function shownValue({ name }: Parameter, version: ParameterVersion, withDecryption: boolean): string {
  if (version.type !== 'SecureString' || withDecryption) return version.value;
  return createHash('sha512').update(`${name}\n${version.version}`).digest('base64');
}
