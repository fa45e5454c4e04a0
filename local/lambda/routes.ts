import { checkTypes } from '../endpoint/input';
import { AwsError, type RawRequest, type RawResponse } from '../endpoint/seams';
import { answeredConfiguration } from './configuration';
import { LAMBDA_MEMBERS } from './members';
import type { FunctionRecord } from './model';
import { empty, invoke, json, notFound, parse, record, type Asked, type RouteContext } from './rest';
import { policyOf, statementOf } from './policy';

type Handler = (context: RouteContext, asked: Asked) => RawResponse | Promise<RawResponse>;

interface Route {
  readonly method: string;
  readonly path: RegExp;
  readonly operation: string;
  readonly handle: Handler;
}

const FUNCTIONS = '/[\\d-]+/functions';
const MAPPINGS = '/[\\d-]+/event-source-mappings';

const route = (method: string, path: string, operation: string, handle: Handler): Route => ({
  method,
  path: new RegExp(`^${path}/?$`),
  operation,
  handle,
});

/** Lambda's REST API (AWS Lambda API Reference), as far as it is served. */
const ROUTES: readonly Route[] = [
  route('POST', FUNCTIONS, 'CreateFunction', ({ functions }, { input }) =>
    json(201, answeredConfiguration(functions.create(input))),
  ),
  route('GET', FUNCTIONS, 'ListFunctions', ({ functions }) =>
    json(200, { Functions: functions.list().map(answeredConfiguration) }),
  ),
  route('GET', `${FUNCTIONS}/([^/]+)`, 'GetFunction', (context, asked) =>
    json(200, whole(record(context, asked))),
  ),
  route('DELETE', `${FUNCTIONS}/([^/]+)`, 'DeleteFunction', (context, asked) => {
    context.functions.delete(record(context, asked));
    return empty();
  }),
  route('GET', `${FUNCTIONS}/([^/]+)/configuration`, 'GetFunctionConfiguration', (context, asked) =>
    json(200, answeredConfiguration(record(context, asked))),
  ),
  route('PUT', `${FUNCTIONS}/([^/]+)/configuration`, 'UpdateFunctionConfiguration', (context, asked) => {
    const found = record(context, asked);
    context.functions.updateConfiguration(found, asked.input);
    return json(200, answeredConfiguration(found));
  }),
  route('PUT', `${FUNCTIONS}/([^/]+)/code`, 'UpdateFunctionCode', (context, asked) => {
    const found = record(context, asked);
    context.functions.updateCode(found, asked.input);
    return json(200, answeredConfiguration(found));
  }),
  route('GET', `${FUNCTIONS}/([^/]+)/versions`, 'ListVersionsByFunction', (context, asked) =>
    json(200, { Versions: [latest(record(context, asked))] }),
  ),
  route('GET', `${FUNCTIONS}/([^/]+)/code-signing-config`, 'GetFunctionCodeSigningConfig', (context, asked) =>
    json(200, { FunctionName: record(context, asked).name }),
  ),
  route('POST', `${FUNCTIONS}/([^/]+)/invocations`, 'Invoke', invoke),
  route('POST', `${FUNCTIONS}/([^/]+)/policy`, 'AddPermission', (context, asked) => {
    const found = record(context, asked);
    const statement = statementOf(found, asked.input);
    found.statements = [...found.statements, statement];
    return json(201, { Statement: JSON.stringify(statement) });
  }),
  route('GET', `${FUNCTIONS}/([^/]+)/policy`, 'GetPolicy', (context, asked) => {
    const found = record(context, asked);
    if (found.statements.length === 0) throw notFound('The resource you requested does not exist.');
    return json(200, { Policy: policyOf(found), RevisionId: found.revisionId });
  }),
  route('DELETE', `${FUNCTIONS}/([^/]+)/policy/([^/]+)`, 'RemovePermission', (context, asked) => {
    const found = record(context, asked);
    const left = found.statements.filter(({ Sid }) => Sid !== asked.parts[1]);
    if (left.length === found.statements.length)
      throw notFound('No policy is associated with the given statement id.');
    found.statements = left;
    return empty();
  }),
  route('PUT', `${FUNCTIONS}/([^/]+)/concurrency`, 'PutFunctionConcurrency', (context, asked) => {
    const reserved = asked.input['ReservedConcurrentExecutions'];
    if (!Number.isInteger(reserved) || (reserved as number) < 0) {
      throw new AwsError(
        'InvalidParameterValueException',
        'ReservedConcurrentExecutions must be a whole number.',
      );
    }
    record(context, asked).reservedConcurrency = reserved as number;
    return json(200, { ReservedConcurrentExecutions: reserved });
  }),
  route('GET', `${FUNCTIONS}/([^/]+)/concurrency`, 'GetFunctionConcurrency', (context, asked) =>
    json(200, concurrencyOf(record(context, asked))),
  ),
  route('DELETE', `${FUNCTIONS}/([^/]+)/concurrency`, 'DeleteFunctionConcurrency', (context, asked) => {
    delete record(context, asked).reservedConcurrency;
    return empty();
  }),
  route(
    'PUT',
    `${FUNCTIONS}/([^/]+)/event-invoke-config`,
    'PutFunctionEventInvokeConfig',
    putEventInvokeConfig,
  ),
  route(
    'GET',
    `${FUNCTIONS}/([^/]+)/event-invoke-config`,
    'GetFunctionEventInvokeConfig',
    (context, asked) => {
      const found = record(context, asked);
      if (found.eventInvokeConfig !== undefined) return json(200, found.eventInvokeConfig);
      throw notFound(`The function ${found.arn} doesn't have an EventInvokeConfig`);
    },
  ),
  route(
    'DELETE',
    `${FUNCTIONS}/([^/]+)/event-invoke-config`,
    'DeleteFunctionEventInvokeConfig',
    (context, asked) => {
      delete record(context, asked).eventInvokeConfig;
      return empty();
    },
  ),
  route('POST', MAPPINGS, 'CreateEventSourceMapping', ({ mappings }, { input }) =>
    json(202, mappings.create(input)),
  ),
  route('GET', MAPPINGS, 'ListEventSourceMappings', ({ mappings }, { request: { query } }) => {
    const found = mappings.list(
      query.get('FunctionName') ?? undefined,
      query.get('EventSourceArn') ?? undefined,
    );
    return json(200, { EventSourceMappings: found });
  }),
  route('GET', `${MAPPINGS}/([^/]+)`, 'GetEventSourceMapping', ({ mappings }, { parts }) =>
    json(200, mappings.get(parts[0] ?? '')),
  ),
  route('PUT', `${MAPPINGS}/([^/]+)`, 'UpdateEventSourceMapping', ({ mappings }, { parts, input }) =>
    json(202, mappings.update(parts[0] ?? '', input)),
  ),
  route('DELETE', `${MAPPINGS}/([^/]+)`, 'DeleteEventSourceMapping', ({ mappings }, { parts }) =>
    json(202, mappings.delete(parts[0] ?? '')),
  ),
  route('GET', '/[\\d-]+/tags/([^/]+)', 'ListTags', (context, asked) =>
    json(200, { Tags: tagsOf(context, asked) }),
  ),
  route('POST', '/[\\d-]+/tags/([^/]+)', 'TagResource', (context, asked) => {
    const tags = (asked.input['Tags'] ?? {}) as Record<string, string>;
    retag(context, asked, { ...tagsOf(context, asked), ...tags });
    return empty();
  }),
  route('DELETE', '/[\\d-]+/tags/([^/]+)', 'UntagResource', (context, asked) => {
    const gone = new Set(asked.request.query.getAll('tagKeys'));
    const kept = Object.entries(tagsOf(context, asked)).filter(([key]) => !gone.has(key));
    retag(context, asked, Object.fromEntries(kept));
    return empty();
  }),
];

/** The operation that a request asks for, or `Unknown`. */
export function operationOf(request: RawRequest): string {
  return routeOf(request)?.operation ?? 'Unknown';
}

/** Answers a request. @throws AwsError UnknownOperationException where nothing is served at its path */
export async function dispatch(context: RouteContext, request: RawRequest): Promise<RawResponse> {
  const found = routeOf(request);
  if (found === undefined) {
    throw new AwsError(
      'UnknownOperationException',
      `Lambda: ${request.method} ${request.path} is not served`,
    );
  }
  try {
    const parts = (found.path.exec(request.path) ?? []).slice(1).map(decoded);
    const input = found.operation === 'Invoke' ? {} : parse(request.body);
    checkTypes(LAMBDA_MEMBERS, input, 'InvalidRequestContentException');
    return await found.handle(context, { request, parts, input });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const body = { Type: 'User', Message: error.message, message: error.message };
    return json(error.status, body, { 'x-amzn-errortype': error.code });
  }
}

/** @throws AwsError where a percent sign begins no UTF-8 */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new AwsError('InvalidRequestContentException', 'The path is not percent-encoded UTF-8.');
  }
}

const routeOf = (request: RawRequest) =>
  ROUTES.find(({ method, path }) => method === request.method && path.test(request.path));

function putEventInvokeConfig(context: RouteContext, asked: Asked): RawResponse {
  const found = record(context, asked);
  const { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig } = asked.input;
  found.eventInvokeConfig = {
    FunctionArn: `${found.arn}:$LATEST`,
    LastModified: context.now() / 1000,
    ...(MaximumRetryAttempts === undefined ? {} : { MaximumRetryAttempts }),
    ...(MaximumEventAgeInSeconds === undefined ? {} : { MaximumEventAgeInSeconds }),
    DestinationConfig: DestinationConfig ?? { OnSuccess: {}, OnFailure: {} },
  };
  return json(200, found.eventInvokeConfig);
}

function whole(found: FunctionRecord): object {
  const { tags, reservedConcurrency } = found;
  return {
    Configuration: answeredConfiguration(found),
    Code: { RepositoryType: 'S3', Location: `https://awslambda.invalid/${found.name}` },
    ...(Object.keys(tags).length === 0 ? {} : { Tags: tags }),
    ...(reservedConcurrency === undefined ? {} : { Concurrency: concurrencyOf(found) }),
  };
}

const concurrencyOf = ({ reservedConcurrency }: FunctionRecord) =>
  reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency };

const latest = (found: FunctionRecord) => ({
  ...answeredConfiguration(found),
  FunctionArn: `${found.arn}:$LATEST`,
});

/** The UUID of the event source mapping that an ARN in the path names; undefined where it is a function's. */
const mappingOf = ({ parts }: Asked) => /:event-source-mapping:(.+)$/.exec(parts[0] ?? '')?.[1];

function tagsOf(context: RouteContext, asked: Asked): Readonly<Record<string, string>> {
  const uuid = mappingOf(asked);
  return uuid === undefined ? record(context, asked).tags : context.mappings.tagsOf(uuid);
}

function retag(context: RouteContext, asked: Asked, tags: Readonly<Record<string, string>>): void {
  const uuid = mappingOf(asked);
  if (uuid === undefined) record(context, asked).tags = tags;
  else context.mappings.retag(uuid, tags);
}
