import { AwsError } from './seams';

/** A call that is about to be served: names, never a value. */
export interface ArrivedCall {
  /** SigV4 signing name, for instance `secretsmanager`. */
  readonly service: string;
  readonly operation: string;
  /** The access key id that signed the call. */
  readonly accessKeyId: string;
  /** Root of the X-Ray trace that the call carried: for a function's calls, that of its invocation. */
  readonly traceId: string | undefined;
}

/**
 * What becomes of a call: it is served as always, or answered with an error: `without-effect` as where AWS turns it
 * away, `after-effect` as where the answer is lost on the way back.
 */
export type CallFate =
  'serve' | { readonly error: AwsError; readonly when: 'without-effect' | 'after-effect' };

/** Faults that a drill injects, asked before each call is served. */
export type CallFaults = (call: ArrivedCall) => CallFate;

/** Serves a call as its fate has it. An error of the call itself comes before an injected one. */
export async function withFate<T>(fate: CallFate, serve: () => Promise<T>): Promise<T> {
  if (fate === 'serve') return await serve();
  if (fate.when === 'after-effect') await serve();
  throw fate.error;
}

/** How services word that they are asked too often; most of them answer ThrottlingException (Common Errors of each API). */
const THROTTLING: Readonly<Record<string, readonly [code: string, message: string, status: number]>> = {
  lambda: ['TooManyRequestsException', 'Rate Exceeded.', 429],
  sqs: ['RequestThrottled', 'The request was denied due to request throttling.', 403],
};

/** The error of a service that is asked too often. @param service SigV4 signing name */
export function throttling(service: string): AwsError {
  const [code, message, status] = ownEntry(THROTTLING, service) ?? [
    'ThrottlingException',
    'Rate exceeded',
    400,
  ];
  return new AwsError(code, message, status);
}

/** What each API calls an error of its own side (API references, "Errors"). */
const SERVER_ERRORS: Readonly<Record<string, string>> = {
  secretsmanager: 'InternalServiceError',
  ssm: 'InternalServerError',
  ecs: 'ServerException',
  lambda: 'ServiceException',
  events: 'InternalException',
};

/** The error of a service that failed. @param service SigV4 signing name */
export function serverError(service: string): AwsError {
  const code = ownEntry(SERVER_ERRORS, service) ?? 'InternalFailure';
  return new AwsError(code, 'An error occurred on the server side.', 500);
}

/** Only own keys: a service name comes from outside and may be `constructor`. */
function ownEntry<T>(entries: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(entries, key) ? entries[key] : undefined;
}
