import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One invocation as the runtime is told of it. */
export interface Invocation {
  readonly requestId: string;
  readonly payload: string;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  readonly functionArn: string;
}

/** What the runtime reports. `body` is JSON, of the handler's answer or of `{errorType, errorMessage, trace}`. */
export interface RuntimeListener {
  onNext(): void;
  onResponse(requestId: string, body: string): void;
  onError(requestId: string, body: string): void;
  onInitError(body: string): void;
}

/** A Runtime API for one execution environment. */
export interface RuntimeApi {
  /** Host and port, the value of AWS_LAMBDA_RUNTIME_API. */
  readonly address: string;
  /** Hands an invocation to the runtime, now or when it asks. */
  offer(invocation: Invocation): void;
  close(): void;
}

const NEXT = '/2018-06-01/runtime/invocation/next';
const INIT_ERROR = '/2018-06-01/runtime/init/error';
const RESULT = /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/(response|error)$/;

/** Serves the Lambda Runtime API (AWS Lambda Developer Guide, "Using the Lambda runtime API") on a free local port. */
export async function startRuntimeApi(listener: RuntimeListener): Promise<RuntimeApi> {
  let waiting: ServerResponse | undefined;
  let offered: Invocation | undefined;
  const hand = () => {
    if (waiting === undefined || offered === undefined) return;
    const [response, invocation] = [waiting, offered];
    [waiting, offered] = [undefined, undefined];
    response.writeHead(200, headersOf(invocation)).end(invocation.payload);
  };
  const route = async (request: IncomingMessage, response: ServerResponse) => {
    const url = request.url ?? '';
    if (request.method === 'GET' && url === NEXT) {
      waiting = response;
      listener.onNext();
      hand();
      return;
    }
    const body = await textOf(request);
    const [, requestId, kind] = RESULT.exec(url) ?? [];
    const known = request.method === 'POST' && (url === INIT_ERROR || requestId !== undefined);
    response.writeHead(known ? 202 : 404, { 'content-type': 'application/json' }).end('{"status":"OK"}');
    if (!known) return;
    if (requestId === undefined) listener.onInitError(body);
    else if (kind === 'response') listener.onResponse(requestId, body);
    else listener.onError(requestId, body);
  };
  const server = createServer((request, response) => {
    route(request, response).catch(() => response.destroy());
  });
  // The runtime waits for its next invocation for as long as it takes.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    offer: (invocation) => {
      offered = invocation;
      hand();
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The trace of an invocation: an id that X-Ray would accept, and that the request id determines. */
export function traceIdOf(requestId: string): string {
  const hex = requestId.replaceAll('-', '');
  return `1-${hex.slice(0, 8)}-${hex.slice(8, 32)}`;
}

function headersOf({ requestId, deadline, functionArn }: Invocation): Record<string, string> {
  return {
    'content-type': 'application/json',
    'Lambda-Runtime-Aws-Request-Id': requestId,
    'Lambda-Runtime-Deadline-Ms': String(deadline),
    'Lambda-Runtime-Invoked-Function-Arn': functionArn,
    'Lambda-Runtime-Trace-Id': `Root=${traceIdOf(requestId)};Sampled=0`,
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
