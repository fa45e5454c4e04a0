import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetDocumentCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AwsError, type JsonService, type RawService } from '../../../local/endpoint/seams';
import { startEndpoint, type Endpoint } from '../../../local/endpoint/server';
import { CREDENTIALS, PLACE, signed, until } from './target';

const clock = { now: () => Date.now() };

describe('the endpoint, with services of a test', () => {
  const services: { closed: number } & JsonService = {
    closed: 0,
    operations: new Set(['GetParameter', 'GetParameters']),
    handle: ({ operation }) =>
      Promise.reject(
        operation === 'GetParameter'
          ? new TypeError('a bug')
          : new AwsError('ThrottlingException', 'later', 429),
      ),
    close: () => {
      services.closed++;
      return Promise.resolve();
    },
  };
  const raw: RawService = {
    operationOf: ({ path }) => (path.endsWith('/invocations') ? 'Invoke' : 'Other'),
    handle: (request) =>
      request.path.startsWith('/functions')
        ? Promise.resolve({
            status: 202,
            headers: { 'x-seen': `${request.method} ${request.query.get('q') ?? ''}` },
            body: request.body,
          })
        : Promise.reject(new AwsError('UnknownOperationException', 'none of mine')),
    close: () => Promise.resolve(),
  };
  const logged: string[] = [];
  let moto: Server;
  let forwarded: string[];
  let endpoint: Endpoint;
  beforeEach(async () => {
    forwarded = [];
    moto = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        forwarded.push(
          `${request.method ?? ''} ${request.url ?? ''} ${String(request.headers['x-amz-target'] ?? '')} ${body}`,
        );
        response
          .writeHead(418, { 'x-amzn-errortype': 'Teapot', 'content-type': 'text/plain' })
          .end('from moto');
      });
    });
    await new Promise<void>((resolve) => moto.listen(0, '127.0.0.1', resolve));
    endpoint = await startEndpoint({
      services: { ssm: services },
      rawServices: { lambda: raw },
      place: PLACE,
      clock,
      forwardTo: new URL(`http://127.0.0.1:${(moto.address() as AddressInfo).port}`),
      log: (message, error) => logged.push(`${message} ${String(error)}`),
    });
  });
  afterEach(async () => {
    await endpoint.close();
    await new Promise((resolve) => moto.close(resolve));
  });

  it('forwards unchanged what no service serves, operation by operation', async () => {
    const headers = { ...signed('ssm'), 'x-amz-target': 'AmazonSSM.GetDocument' };
    const answer = await fetch(`${endpoint.url}/p%20q/?a=b%2Fc&d`, {
      method: 'POST',
      headers,
      body: '{"Name":"x"}',
    });
    expect([answer.status, await answer.text()]).toEqual([418, 'from moto']);
    await fetch(`${endpoint.url}/?Action=ListRoles`, { headers: signed('iam') });
    await fetch(`${endpoint.url}/layers`, { headers: signed('lambda') });
    expect(forwarded).toEqual([
      'POST /p%20q/?a=b%2Fc&d AmazonSSM.GetDocument {"Name":"x"}',
      'GET /?Action=ListRoles  ',
      'GET /layers  ',
    ]);
    expect(
      endpoint.callLog.since(0).map(({ service, operation, errorCode }) => [service, operation, errorCode]),
    ).toEqual([
      ['ssm', 'GetDocument', 'Teapot'],
      ['iam', 'ListRoles', 'Teapot'],
      ['lambda', 'Other', 'Teapot'],
    ]);
  });

  it('says so where the forwarding target does not answer', async () => {
    await new Promise((resolve) => moto.close(resolve));
    const answer = await fetch(endpoint.url, { headers: signed('iam') });
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain('MOTO_URL');
    await new Promise<void>((resolve) => moto.listen(0, '127.0.0.1', resolve));
  });

  it('hands a raw service its request and sends its answer', async () => {
    const url = `${endpoint.url}/functions/x/invocations?q=1`;
    const answer = await fetch(url, { method: 'POST', headers: signed('lambda'), body: 'payload' });
    expect([answer.status, answer.headers.get('x-seen'), await answer.text()]).toEqual([
      202,
      'POST 1',
      'payload',
    ]);
    expect(endpoint.callLog.count({ service: 'lambda', operation: 'Invoke', accessKeyId: 'AKIDX' })).toBe(1);
  });

  it('answers a bug with InternalFailure, tells the log, and keeps the words from the client', async () => {
    const headers = { ...signed('ssm'), 'x-amz-target': 'AmazonSSM.GetParameter' };
    const answer = await fetch(endpoint.url, { method: 'POST', headers, body: '{}' });
    const text = await answer.text();
    expect([answer.status, text.includes('InternalFailure'), text.includes('a bug')]).toEqual([
      500,
      true,
      false,
    ]);
    expect(logged).toEqual(['ssm:GetParameter failed TypeError: a bug']);
  });

  it('keeps the status of an error', async () => {
    const headers = { ...signed('ssm'), 'x-amz-target': 'AmazonSSM.GetParameters' };
    expect((await fetch(endpoint.url, { method: 'POST', headers, body: '{}' })).status).toBe(429);
  });

  it('ends idle connections at once when it closes, and its services once', async () => {
    const client = new SSMClient({
      endpoint: endpoint.url,
      region: 'eu-central-1',
      credentials: CREDENTIALS,
      maxAttempts: 1,
    });
    await client.send(new GetDocumentCommand({ Name: 'x' })).catch(() => undefined);
    const before = services.closed;
    const started = performance.now();
    await Promise.all([endpoint.close(30_000), endpoint.close(30_000)]);
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(services.closed).toBe(before + 1);
    await until('the port is closed', () =>
      fetch(endpoint.url).then(
        () => false,
        () => true,
      ),
    );
    client.destroy();
  });
});
