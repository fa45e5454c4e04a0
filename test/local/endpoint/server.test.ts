import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { CreateSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { GetDocumentCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { signed, startTarget, type Target } from './target';

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
      await new Promise<void>((resolve) => {
        socket.write(text, 'utf8', () => {
          resolve();
        });
      });
      socket.destroy();
    }
    await expect(target.ssm.send(new GetDocumentCommand({ Name: 'x' }))).rejects.toMatchObject({
      name: 'UnknownOperationException',
    });
  });
});
