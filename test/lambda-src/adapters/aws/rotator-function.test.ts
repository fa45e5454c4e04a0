import { LambdaClient, type InvokeCommandInput, type InvokeCommandOutput } from '@aws-sdk/client-lambda';
import { RotatorFunction } from '../../../../lambda-src/adapters/aws/rotator-function';
import { RetirementRefused, RotatorError } from '../../../../lambda-src/ports/rotator';
import { RetirementRefusedError } from '../../../../lambda-src/rotator/errors';
import { ContractError } from '../../../../lambda-src/contract/parse';

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

const TARGET = { slot: 'green', version: 'a'.repeat(36) } as const;

/** A rotator that answers this, and what it was sent. */
function rotator(answer: () => { payload?: string; functionError?: string }) {
  const sent: InvokeCommandInput[] = [];
  const client = new LambdaClient({
    region: 'eu-central-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  });
  client.middlewareStack.add(
    () => (args) => {
      sent.push(args.input as InvokeCommandInput);
      const { payload, functionError } = answer();
      const output = {
        $metadata: {},
        ...(payload === undefined ? {} : { Payload: Buffer.from(payload) }),
        ...(functionError === undefined ? {} : { FunctionError: functionError }),
      };
      return Promise.resolve({ output: output as unknown as InvokeCommandOutput, response: {} });
    },
    { step: 'initialize', priority: 'high' },
  );
  const asked = new RotatorFunction(client, 'rotator');
  return { verify: () => asked.verify('app', TARGET), client: asked, sent };
}

describe('verify over Lambda', () => {
  it('sends credential, slot and version, and waits for the answer', async () => {
    const { verify, sent } = rotator(() => ({ payload: '{"result":"accepted","detail":"logged in"}' }));
    expect(await verify()).toEqual({ result: 'accepted', detail: 'logged in' });
    expect(sent).toHaveLength(1);
    expect(sent[0]?.FunctionName).toBe('rotator');
    expect(sent[0]?.InvocationType).toBeUndefined();
    expect(JSON.parse(sent[0]?.Payload as string)).toEqual({
      action: 'verify',
      credential: 'app',
      ...TARGET,
    });
  });

  it.each([
    [
      'says why',
      '{"errorMessage":"no pg_hba.conf entry","errorType":"Error"}',
      'the rotator failed: no pg_hba.conf entry',
    ],
    ['says nothing', '', 'the rotator failed: no message'],
    ['says no JSON', 'Task timed out', 'the rotator failed: no message'],
  ])(
    'takes a function that fails and %s for an outage, never for a refusal',
    async (_what, payload, detail) => {
      const { verify } = rotator(() => ({ payload, functionError: 'Unhandled' }));
      expect(await verify()).toEqual({ result: 'outage', detail });
    },
  );

  it('takes an invocation that AWS refuses, or that does not get through, for an outage', async () => {
    const { verify } = rotator(() => {
      throw Object.assign(new Error('Rate exceeded'), { name: 'TooManyRequestsException', $metadata: {} });
    });
    expect(await verify()).toEqual({
      result: 'outage',
      detail: 'the rotator could not be invoked: TooManyRequestsException: Rate exceeded',
    });
  });

  it.each(['', '{}', '{"result":"perhaps","detail":""}', 'null'])(
    'believes no answer that is not a verdict: %j',
    async (payload) => {
      await expect(rotator(() => ({ payload })).verify()).rejects.toThrow(ContractError);
    },
  );
});

describe('what is done to a former user, over Lambda', () => {
  it.each([
    ['retire', { ...TARGET }],
    ['terminate', { ...TARGET }],
    ['restore', { slot: 'green' }],
  ] as const)('%s says what to do to whom', async (action, whom) => {
    const { client, sent } = rotator(() => ({ payload: '{}' }));
    if (action === 'restore') await client.restore('app', 'green');
    else await client[action]('app', TARGET);
    expect(JSON.parse(sent[0]?.Payload as string)).toEqual({ action, credential: 'app', ...whom });
  });

  it('tells a refusal in the words of the rotator', async () => {
    const payload = '{"errorMessage":"Locking green of app out refused: a session is still open"}';
    const { client } = rotator(() => ({ payload, functionError: 'Unhandled' }));
    await expect(client.retire('app', TARGET)).rejects.toThrow(
      new RotatorError('the rotator failed: Locking green of app out refused: a session is still open'),
    );
  });

  it('knows a refusal by its name, which is the one that the rotator gives it', async () => {
    const refusal = { clause: 'sessions', reason: 'a session is still open', offenders: [] } as const;
    const { name, message } = new RetirementRefusedError('app', 'green', refusal);
    const payload = JSON.stringify({ errorType: name, errorMessage: message });
    const refused = rotator(() => ({ payload, functionError: 'Unhandled' }));
    await expect(refused.client.retire('app', TARGET)).rejects.toThrow(RetirementRefused);
    const failed = rotator(() => ({ payload: payload.replace(name, 'Error'), functionError: 'Unhandled' }));
    await expect(failed.client.retire('app', TARGET)).rejects.not.toThrow(RetirementRefused);
  });
});
