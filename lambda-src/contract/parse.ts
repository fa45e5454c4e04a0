import type { z } from 'zod';

/** Something that crosses an edge does not have the agreed shape. The message names every place, never a value. */
export class ContractError extends Error {
  override readonly name = 'ContractError';
}

/** Longer than any problem of a real file: a name or key that is quoted may be as long as somebody likes. */
const LONGEST = 2_000;

/**
 * Parses what came from outside.
 * @param what named in the message, for instance `configuration document /tandem/app/config`
 * @throws ContractError with every problem at once
 */
export function parsed<T extends z.ZodType>(what: string, schema: T, input: unknown): z.output<T> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => {
    const place = issue.path.map(String).join('.');
    return place === '' ? issue.message : `${place}: ${issue.message}`;
  });
  const said = problems.map((problem) =>
    problem.length > LONGEST ? `${problem.slice(0, LONGEST)} …` : problem,
  );
  throw new ContractError(`The ${what} is not valid: ${said.join('; ')}.`);
}

/** As {@link parsed}, from JSON text. */
export function parsedJson<T extends z.ZodType>(what: string, schema: T, text: string): z.output<T> {
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch {
    throw new ContractError(`The ${what} is not valid: it is not JSON.`);
  }
  return parsed(what, schema, input);
}
