import type { Agent } from 'node:http';
import { decodeJson, errorAnswer, jsonAnswer, unknownOperation, type WireFormat } from './answers';
import { targetOf, traceOf } from './call-log';
import { amended, type Overlay } from '../overlay/overlay';
import { withFate, type CallFaults } from './faults';
import { forward } from './forward';
import { routeOf, type Route } from './routing';
import { AwsError, type JsonService, type RawRequest, type RawResponse, type RawService } from './seams';

/** What a dispatcher sends requests to. */
export interface Destinations {
  readonly services: Readonly<Record<string, JsonService>>;
  readonly rawServices: Readonly<Record<string, RawService>>;
  readonly forwardTo: URL | undefined;
  /** What the forwarding target forgets. */
  readonly overlays: readonly Overlay[];
  readonly agent: Agent;
  /** What a drill breaks. */
  readonly faults: CallFaults | undefined;
  /** Told of every exception that is no AwsError. */
  readonly log: (message: string, error: unknown) => void;
}

/** An answered request and what the call log notes about it. */
export interface Dispatched {
  readonly response: RawResponse;
  readonly service: string;
  readonly operation: string;
  readonly accessKeyId: string;
  readonly errorCode?: string;
  readonly target?: string;
}

interface Call {
  readonly service: string;
  readonly operation: string;
  readonly target?: string;
  readonly run: () => Promise<RawResponse>;
}

/**
 * Answers one request; never rejects.
 * @param url path and query as sent, for what is forwarded
 * @param body the body, or why it could not be read
 */
export async function dispatch(
  head: Omit<RawRequest, 'body' | 'caller'>,
  url: string,
  body: Buffer | AwsError,
  requestId: string,
  to: Destinations,
): Promise<Dispatched> {
  const route = routeOf(head.headers, head.query);
  const contentType = head.headers['content-type'] ?? 'application/x-amz-json-1.1';
  const format: WireFormat = contentType.startsWith('application/x-www-form-urlencoded') ? 'xml' : 'json';
  const answerType = format === 'xml' ? 'text/xml' : contentType;
  const { accessKeyId } = route.caller;
  let call: Call = {
    service: route.service ?? 'unknown',
    operation: route.targetOperation ?? 'unknown',
    run: noRun,
  };
  try {
    if (body instanceof AwsError) throw body;
    const request: RawRequest = { ...head, body, caller: route.caller };
    call = callOf(request, route, answerType, to);
    const response = await fated(call, request, to, () => servedOrForwarded(call, request, url, to));
    const errorCode = response.status >= 400 ? codeOf(response) : undefined;
    return { ...noted(call), response, accessKeyId, ...(errorCode === undefined ? {} : { errorCode }) };
  } catch (thrown) {
    const error = asAwsError(thrown, call, to);
    return {
      ...noted(call),
      response: errorAnswer(error, format, answerType, requestId),
      accessKeyId,
      errorCode: error.code,
    };
  }
}

function noRun(): Promise<RawResponse> {
  return Promise.reject(new Error('a call that was never decoded'));
}

function noted({ service, operation, target }: Call): Pick<Dispatched, 'service' | 'operation' | 'target'> {
  return { service, operation, ...(target === undefined ? {} : { target }) };
}

function callOf(request: RawRequest, route: Route, answerType: string, to: Destinations): Call {
  if (route.service === undefined) {
    throw new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token', 403);
  }
  const raw = own(to.rawServices, route.service);
  if (raw !== undefined) {
    const operation = raw.operationOf(request);
    return {
      service: route.service,
      operation,
      ...(request.path === '/' ? {} : { target: request.path }),
      run: () => raw.handle(request),
    };
  }
  const operation = route.targetOperation ?? formAction(request) ?? `${request.method} ${request.path}`;
  const service = own(to.services, route.service);
  if (!service?.operations.has(operation)) {
    const error = unknownOperation(route.service, operation);
    return { service: route.service, operation, run: () => Promise.reject(error) };
  }
  const input = decodeJson(request.body);
  const target = targetOf(input);
  return {
    service: route.service,
    operation,
    ...(target === undefined ? {} : { target }),
    run: async () => jsonAnswer(await service.handle({ operation, input, caller: route.caller }), answerType),
  };
}

/** Only own keys: a service name comes from outside and may be `constructor`. */
function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function formAction(request: RawRequest): string | undefined {
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith('application/x-www-form-urlencoded')) return request.query.get('Action') ?? undefined;
  return new URLSearchParams(request.body.toString('utf8')).get('Action') ?? undefined;
}

async function fated(
  { service, operation }: Call,
  { headers, caller }: RawRequest,
  { faults }: Destinations,
  serve: () => Promise<RawResponse>,
): Promise<RawResponse> {
  if (faults === undefined) return await serve();
  const { accessKeyId } = caller;
  return await withFate(faults({ service, operation, accessKeyId, traceId: traceOf(headers) }), serve);
}

async function servedOrForwarded(
  call: Call,
  request: RawRequest,
  url: string,
  to: Destinations,
): Promise<RawResponse> {
  try {
    return await call.run();
  } catch (error) {
    const unserved = error instanceof AwsError && error.code === 'UnknownOperationException';
    if (!unserved) throw error;
    if (to.forwardTo === undefined) throw unknownOperation(call.service, call.operation);
    return amended(to.overlays, call, request, await forward(request, url, to.forwardTo, to.agent));
  }
}

function codeOf(response: RawResponse): string {
  return response.headers['x-amzn-errortype']?.split(':')[0] ?? `HTTP ${response.status}`;
}

function asAwsError(thrown: unknown, call: Call, to: Destinations): AwsError {
  if (thrown instanceof AwsError) return thrown;
  to.log(`${call.service}:${call.operation} failed`, thrown);
  return new AwsError(
    'InternalFailure',
    'An internal error occurred; the log of the local endpoint has it.',
    500,
  );
}
