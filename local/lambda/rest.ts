import { AwsError, type RawRequest, type RawResponse } from '../endpoint/seams';
import type { Functions } from './functions';
import type { Invocations } from './invocations';
import type { Mappings } from './mappings';
import type { FunctionRecord } from './model';

type Input = Readonly<Record<string, unknown>>;

/** What the operations work with. */
export interface RouteContext {
  readonly functions: Functions;
  readonly mappings: Mappings;
  readonly invocations: Invocations;
  readonly now: () => number;
}

/** A request with what its path names. */
export interface Asked {
  readonly request: RawRequest;
  /** The path's variable parts, decoded, in order. */
  readonly parts: readonly string[];
  readonly input: Input;
}

/** The function that the path names. @throws AwsError ResourceNotFoundException */
export const record = ({ functions }: RouteContext, { parts }: Asked): FunctionRecord =>
  functions.find(parts[0] ?? '');

/** Invoke: synchronous, asynchronous or a dry run. */
export async function invoke(context: RouteContext, asked: Asked): Promise<RawResponse> {
  const found = record(context, asked);
  const type = asked.request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
  const payload = asked.request.body.length === 0 ? '{}' : asked.request.body.toString('utf8');
  if (!isJson(payload)) {
    throw new AwsError('InvalidRequestContentException', 'Could not parse request body into json.');
  }
  if (type === 'DryRun') return empty();
  if (type === 'Event') {
    context.invocations.invokeAsync(found.arn, payload);
    return { status: 202, headers: {}, body: '' };
  }
  const outcome = await context.invocations.run(found, payload);
  const tail = asked.request.headers['x-amz-log-type'] === 'Tail';
  return {
    status: 200,
    headers: {
      'content-type': 'application/json',
      'x-amz-executed-version': '$LATEST',
      ...(outcome.functionError === undefined ? {} : { 'x-amz-function-error': outcome.functionError }),
      ...(tail ? { 'x-amz-log-result': Buffer.from(outcome.log).subarray(-4096).toString('base64') } : {}),
    },
    body: outcome.payload,
  };
}

/** A request's JSON object; an empty body is an empty one. @throws AwsError InvalidRequestContentException */
export function parse(body: Buffer): Input {
  if (body.length === 0) return {};
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (typeof value === 'object' && value !== null) return value as Input;
  } catch {
    // Answered below, like any body that is no object.
  }
  throw new AwsError('InvalidRequestContentException', 'Could not parse request body into json.');
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** An answer with a JSON body. */
export const json = (
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): RawResponse => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

/** 204, without a body. */
export const empty = (): RawResponse => ({ status: 204, headers: {}, body: '' });

/** What Lambda answers for what is not there. */
export const notFound = (message: string) => new AwsError('ResourceNotFoundException', message, 404);
