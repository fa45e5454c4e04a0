import type { z } from 'zod';
import { AwsError, type ServiceCall } from './seams';

/** An operation: its decoded input in, its output out. Throws AwsError. */
export type Operation = (call: ServiceCall) => object | Promise<object>;

/**
 * An operation whose input is checked first. A field of the wrong type is a SerializationException; one that
 * is missing or against a constraint has the code that the service uses for those.
 */
export function operation<S extends z.ZodType>(
  schema: S,
  constraintCode: 'InvalidParameterException' | 'ValidationException',
  run: (input: z.output<S>, call: ServiceCall) => object | Promise<object>,
): Operation {
  return (call) => {
    const parsed = schema.safeParse(call.input);
    if (parsed.success) return run(parsed.data, call);
    const issue = parsed.error.issues[0];
    const field = issue?.path.join('.') ?? '';
    // Zod words what was expected, never the value that was given.
    const text = `Invalid value for the parameter ${field}: ${issue?.message ?? 'not as expected'}`;
    const given = issue?.path.length === 1 && call.input[field] !== undefined;
    throw new AwsError(
      issue?.code === 'invalid_type' && given ? 'SerializationException' : constraintCode,
      text,
    );
  };
}

/**
 * Holds the members that are there to their types, for operations that check what is missing and what is out of range
 * themselves. Members that nobody names are let through.
 * @throws AwsError with `code`, naming the place and never the value
 */
export function checkTypes(
  members: z.ZodType,
  input: Readonly<Record<string, unknown>>,
  code = 'SerializationException',
): void {
  const issue = members.safeParse(input).error?.issues[0];
  if (issue === undefined) return;
  throw new AwsError(code, `Invalid value for the parameter ${issue.path.join('.')}: ${issue.message}`);
}

/** One page of a list, with the token of the next page where there is one. Tokens are opaque offsets. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly NextToken?: string;
}

/** @throws AwsError with `tokenErrorCode` for a token that is none of ours */
export function pageOf<T>(
  all: readonly T[],
  maxResults: number,
  nextToken: string | undefined,
  tokenErrorCode: string,
): Page<T> {
  const offset = nextToken === undefined ? 0 : Number(Buffer.from(nextToken, 'base64url').toString('utf8'));
  if (!Number.isSafeInteger(offset) || offset < 0 || nextToken === '') {
    throw new AwsError(tokenErrorCode, 'Invalid token. Pass the NextToken of the previous answer as it was.');
  }
  const end = offset + maxResults;
  const items = all.slice(offset, end);
  return end < all.length ? { items, NextToken: Buffer.from(String(end)).toString('base64url') } : { items };
}
