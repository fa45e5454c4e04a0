import { AwsError } from '../endpoint/seams';

/** An operation's input as it came over the wire. */
export type Input = Readonly<Record<string, unknown>>;

/** A member that must be there. @throws AwsError MissingParameter */
export function text(input: Input, name: string): string {
  const value = optional(input, name);
  if (value !== undefined && value !== '') return value;
  throw new AwsError('MissingParameter', `The request must contain the parameter ${name}.`);
}

/** A string, if it is there. */
export function optional(input: Input, name: string): string | undefined {
  const value = input[name];
  return typeof value === 'string' ? value : undefined;
}

/** A number, if it is there. */
export function number(input: Input, name: string): number | undefined {
  const value = input[name];
  return typeof value === 'number' ? value : undefined;
}

/** A list; nothing is an empty one. */
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** A map of strings; nothing is an empty one. */
export function strings(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, String(item)]));
}
