import { randomUUID } from 'node:crypto';
import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCallLog, traceOf, type CallLog } from './call-log';
import type { Overlay } from '../overlay/overlay';
import { dispatch, type Destinations } from './dispatch';
import type { CallFaults } from './faults';
import { flatHeaders, readBody } from './http-body';
import {
  AwsError,
  type Clock,
  type JsonService,
  type Place,
  type RawRequest,
  type RawService,
} from './seams';

export interface EndpointOptions {
  /** By SigV4 signing name, for instance `secretsmanager`, `ssm`, `ecs`, `events`. */
  readonly services: Readonly<Record<string, JsonService>>;
  /** By SigV4 signing name, for instance `lambda`, `sqs`, `sts`. They come before `services`. */
  readonly rawServices?: Readonly<Record<string, RawService>>;
  readonly place: Place;
  readonly clock: Clock;
  /** Where what no service serves is forwarded to, unchanged. */
  readonly forwardTo?: URL;
  /** What is put back into the answers of the forwarding target. @default nothing */
  readonly overlays?: readonly Overlay[];
  /** What a drill breaks. @default nothing */
  readonly faults?: CallFaults;
  /** @default 0: any free port */
  readonly port?: number;
  /** @default a log of its own */
  readonly callLog?: CallLog;
  /** Told of every failure that a client only sees as InternalFailure. @default standard error */
  readonly log?: (message: string, error: unknown) => void;
  /** @default 10 MB */
  readonly maxBodyBytes?: number;
  /** @default random UUIDs */
  readonly newRequestId?: () => string;
}

/** A running endpoint. */
export interface Endpoint {
  /** For AWS_ENDPOINT_URL and the clients' `endpoint`, for instance `http://127.0.0.1:40123`. */
  readonly url: string;
  readonly port: number;
  readonly callLog: CallLog;
  /** Ends connections, then closes the services. Idle connections end at once, others after `graceMs` (500). */
  close(graceMs?: number): Promise<void>;
}

interface Serving extends Destinations {
  readonly clock: Clock;
  readonly callLog: CallLog;
  readonly maxBodyBytes: number;
  readonly newRequestId: () => string;
}

/** Serves AWS's wire protocols on one port of 127.0.0.1. Rejects where the port is taken. */
export async function startEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const serving: Serving = {
    services: options.services,
    rawServices: options.rawServices ?? {},
    forwardTo: options.forwardTo,
    overlays: options.overlays ?? [],
    agent: new Agent({ keepAlive: true }),
    faults: options.faults,
    log: options.log ?? toStandardError,
    clock: options.clock,
    callLog: options.callLog ?? createCallLog(),
    maxBodyBytes: options.maxBodyBytes ?? 10 * 1024 * 1024,
    newRequestId: options.newRequestId ?? randomUUID,
  };
  // SDK clients keep connections for long; ending one that a client is about to use costs it a retry.
  const server = createServer({ keepAliveTimeout: 120_000, headersTimeout: 30_000, requestTimeout: 60_000 });
  server.on(
    'request',
    (request: IncomingMessage, response: ServerResponse) => void answer(request, response, serving),
  );
  server.on('clientError', (_error, socket) => {
    if (socket.writable)
      socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    else socket.destroy();
  });
  await listening(server, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  let closed: Promise<void> | undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    callLog: serving.callLog,
    close: (graceMs = 500) => (closed ??= close(server, serving, graceMs)),
  };
}

async function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function close(server: Server, serving: Serving, graceMs: number): Promise<void> {
  // This ends idle connections at once (Node.js HTTP API, server.close, since 19).
  const ended = new Promise<void>((resolve) => server.close(() => resolve()));
  const impatience = setTimeout(() => server.closeAllConnections(), graceMs);
  await ended;
  clearTimeout(impatience);
  serving.agent.destroy();
  const services = [...Object.values(serving.services), ...Object.values(serving.rawServices)];
  await Promise.all(services.map((service) => service.close()));
}

async function answer(request: IncomingMessage, response: ServerResponse, serving: Serving): Promise<void> {
  const startedAt = serving.clock.now();
  const requestId = serving.newRequestId();
  const head = headOf(request);
  let body: Buffer | AwsError;
  try {
    body = await readBody(request, serving.maxBodyBytes);
  } catch (error) {
    if (!(error instanceof AwsError)) {
      response.destroy();
      return;
    }
    body = error;
    // The rest of the body is not read, so the connection cannot be used again.
    response.shouldKeepAlive = false;
  }
  const { response: answered, ...noted } = await dispatch(head, request.url ?? '/', body, requestId, serving);
  const traceId = traceOf(head.headers);
  serving.callLog.record({
    ...noted,
    startedAt,
    durationMs: serving.clock.now() - startedAt,
    requestId,
    ...(traceId === undefined ? {} : { traceId }),
  });
  const bytes = Buffer.from(answered.body);
  response.writeHead(answered.status, {
    'x-amzn-requestid': requestId,
    ...answered.headers,
    'content-length': bytes.length,
  });
  response.end(bytes);
}

function headOf(request: IncomingMessage): Omit<RawRequest, 'body' | 'caller'> {
  const target = request.url ?? '/';
  const mark = target.indexOf('?');
  return {
    method: (request.method ?? 'GET').toUpperCase(),
    path: mark < 0 ? target : target.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1)),
    headers: flatHeaders(request),
  };
}

function toStandardError(message: string, error: unknown): void {
  process.stderr.write(
    `${message}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
}
