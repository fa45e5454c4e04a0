import { createServer, request as httpRequest, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { CreateSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import {
  AddTagsToResourceCommand,
  GetDocumentCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { AwsError, type JsonService, type RawService } from '../../../local/endpoint/seams';
import { startEndpoint, type Endpoint } from '../../../local/endpoint/server';
import { CREDENTIALS, PLACE, startTarget, until, type Target } from './target';

const clock = { now: () => Date.now() };
const signed = (service: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=AKIDX/20260110/eu-central-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
  'content-type': 'application/x-amz-json-1.1',
});

describe('the endpoint, with its own services', () => {
  let target: Target;
  beforeEach(async () => (target = await startTarget()));
  afterEach(() => target.close());

  it('logs who called what about what, and never a value', async () => {
    await target.secrets.send(new CreateSecretCommand({ Name: 'db', SecretString: 'hunter2' }));
    const mark = target.endpoint.callLog.mark();
    await target.secrets.send(new GetSecretValueCommand({ SecretId: 'db' }));
    await target.secrets.send(new GetSecretValueCommand({ SecretId: 'none' })).catch(() => undefined);
    expect(target.endpoint.callLog.since(mark)).toMatchObject([
      { service: 'secretsmanager', operation: 'GetSecretValue', accessKeyId: 'AKIDCONTRACT', target: 'db' },
      { operation: 'GetSecretValue', target: 'none', errorCode: 'ResourceNotFoundException' },
    ]);
    expect(JSON.stringify(target.endpoint.callLog.since(0))).not.toContain('hunter2');
  });

  it('routes an unsigned call by its target, as anonymous', async () => {
    const headers = {
      'x-amz-target': 'AmazonSSM.GetParameter',
      'content-type': 'application/x-amz-json-1.1',
    };
    const answer = await fetch(target.endpoint.url, { method: 'POST', headers, body: '{"Name":"/none"}' });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('x-amzn-errortype')).toBe('ParameterNotFound');
    expect(await answer.json()).toMatchObject({ __type: 'ParameterNotFound' });
    expect(target.endpoint.callLog.since(0)[0]).toMatchObject({ service: 'ssm', accessKeyId: 'anonymous' });
  });

  it('writes timestamps as epoch seconds', async () => {
    await target.ssm.send(new PutParameterCommand({ Name: '/a', Value: 'x', Type: 'String' }));
    const headers = { ...signed('ssm'), 'x-amz-target': 'AmazonSSM.GetParameter' };
    const answer = await fetch(target.endpoint.url, { method: 'POST', headers, body: '{"Name":"/a"}' });
    const seconds = target.time.now() / 1000;
    expect(await answer.json()).toMatchObject({ Parameter: { LastModifiedDate: seconds } });
  });

  it('answers what nobody serves with UnknownOperationException that says how to get it', async () => {
    await expect(target.ssm.send(new GetDocumentCommand({ Name: 'x' }))).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: expect.stringMatching(/ssm:GetDocument.*MOTO_URL/) as string,
    });
  });

  it.each([
    ['no credentials and no target', {}, '{}', 403, 'MissingAuthenticationTokenException'],
    ['a signature without a target', signed('ssm'), '{}', 400, 'UnknownOperationException'],
    [
      'a service that is a property of every object',
      signed('constructor'),
      '{}',
      400,
      'UnknownOperationException',
    ],
    [
      'an operation that is a property of every object',
      { ...signed('ssm'), 'x-amz-target': 'AmazonSSM.toString' },
      '{}',
      400,
      'UnknownOperationException',
    ],
    [
      'a body that is no JSON',
      { ...signed('ssm'), 'x-amz-target': 'AmazonSSM.GetParameter' },
      '{"hunter2',
      400,
      'SerializationException',
    ],
    [
      'a body that is no object',
      { ...signed('ssm'), 'x-amz-target': 'AmazonSSM.GetParameter' },
      '["hunter2"]',
      400,
      'SerializationException',
    ],
    [
      'a field of the wrong type',
      { ...signed('ssm'), 'x-amz-target': 'AmazonSSM.GetParameter' },
      '{"Name":["hunter2"]}',
      400,
      'SerializationException',
    ],
    [
      'a missing field',
      { ...signed('ssm'), 'x-amz-target': 'AmazonSSM.GetParameter' },
      '',
      400,
      'ValidationException',
    ],
  ])('answers %s with an AWS error that quotes nothing', async (_what, headers, body, status, code) => {
    const answer = await fetch(target.endpoint.url, { method: 'POST', headers, body });
    const text = await answer.text();
    expect([answer.status, (JSON.parse(text) as { __type: string }).__type]).toEqual([status, code]);
    expect(text).not.toContain('hunter2');
  });

  it('refuses a body past the limit, announced or not, and goes on serving', async () => {
    const url = new URL(target.endpoint.url);
    const headers = { ...signed('ssm'), 'x-amz-target': 'AmazonSSM.PutParameter' };
    const status = await new Promise((resolve, reject) => {
      const request = httpRequest(url, { method: 'POST', headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      // The server answers and closes before everything is sent.
      request.on('error', (error: NodeJS.ErrnoException) =>
        error.code === 'EPIPE' || error.code === 'ECONNRESET' ? resolve(413) : reject(error),
      );
      for (let i = 0; i < 11; i++) request.write(Buffer.alloc(1024 * 1024));
      request.end();
    });
    expect(status).toBe(413);
    const announced = await fetch(url, { method: 'POST', headers, body: Buffer.alloc(11 * 1024 * 1024) });
    expect(announced.status).toBe(413);
    await target.ssm.send(new PutParameterCommand({ Name: '/a', Value: 'x', Type: 'String' }));
  });

  it('survives what is not HTTP and clients that go away', async () => {
    const { port } = target.endpoint;
    for (const text of ['nonsense\r\n\r\n', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{']) {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      await new Promise<void>((resolve) => socket.write(text, () => resolve()));
      socket.destroy();
    }
    const tags = { ResourceType: 'Parameter', ResourceId: 'none', Tags: [{ Key: 'a', Value: 'b' }] } as const;
    await expect(target.ssm.send(new AddTagsToResourceCommand(tags))).rejects.toMatchObject({
      name: 'InvalidResourceId',
    });
  });
});

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
          `${request.method ?? ''} ${request.url ?? ''} ${request.headers['x-amz-target'] ?? ''} ${body}`,
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
