import { ECSClient, ListClustersCommand } from '@aws-sdk/client-ecs';
import { EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { AwsError } from '../../../local/endpoint/seams';
import { serverError, throttling, type ArrivedCall, type CallFate } from '../../../local/endpoint/faults';
import { CREDENTIALS, PLACE, startTarget, type Target } from './target';

let target: Target;
let fate: (call: ArrivedCall) => CallFate;

beforeEach(async () => {
  fate = () => 'serve';
  target = await startTarget({ retries: 0 }, (call) => fate(call));
});

afterEach(() => target.close());

const once = (error: AwsError, when: 'without-effect' | 'after-effect' = 'without-effect') => {
  let left = 1;
  fate = () => (left-- > 0 ? { error, when } : 'serve');
};

const settings = () => ({ endpoint: target.endpoint.url, region: PLACE.region, credentials: CREDENTIALS });

/** One call of each service, by its SDK, that makes a single attempt. */
const CALLS: Readonly<Record<string, () => Promise<unknown>>> = {
  secretsmanager: () => target.secrets.send(new GetSecretValueCommand({ SecretId: 'db' })),
  ssm: () => target.ssm.send(new GetParameterCommand({ Name: '/a' })),
  ecs: () => new ECSClient({ ...settings(), maxAttempts: 1 }).send(new ListClustersCommand({})),
  lambda: () =>
    new LambdaClient({ ...settings(), maxAttempts: 1 }).send(new InvokeCommand({ FunctionName: 'f' })),
  sqs: () => new SQSClient({ ...settings(), maxAttempts: 1 }).send(new ListQueuesCommand({})),
  events: () => new EventBridgeClient({ ...settings(), maxAttempts: 1 }).send(new ListRulesCommand({})),
};

describe('a call that is throttled', () => {
  it.each([
    ['secretsmanager', 'ThrottlingException', 400],
    ['ssm', 'ThrottlingException', 400],
    ['ecs', 'ThrottlingException', 400],
    ['events', 'ThrottlingException', 400],
    ['lambda', 'TooManyRequestsException', 429],
    ['sqs', 'RequestThrottled', 403],
  ])('of %s is answered with %s and HTTP %i, as the SDK knows it', async (service, name, status) => {
    // Only Secrets Manager and SSM are behind this endpoint: a call of another service must not get that far.
    fate = (call) => ({ error: throttling(call.service), when: 'without-effect' });
    await expect(CALLS[service]?.()).rejects.toMatchObject({
      name,
      $metadata: { httpStatusCode: status },
    });
    expect(target.callLog.since(0)).toMatchObject([{ service, errorCode: name }]);
  });

  it('is tried again by the SDK, and had no effect meanwhile', async () => {
    const patient = new SecretsManagerClient(settings());
    once(throttling('secretsmanager'));
    await patient.send(new CreateSecretCommand({ Name: 'db', SecretString: 'x' }));
    expect(target.callLog.since(0)).toMatchObject([
      { operation: 'CreateSecret', errorCode: 'ThrottlingException' },
      { operation: 'CreateSecret' },
    ]);
    patient.destroy();
  });
});

describe('a call that a service fails at', () => {
  it.each([
    ['secretsmanager', 'InternalServiceError'],
    ['ssm', 'InternalServerError'],
    ['ecs', 'ServerException'],
    ['lambda', 'ServiceException'],
    ['events', 'InternalException'],
  ])('of %s is answered with %s and HTTP 500', async (service, name) => {
    fate = (call) => ({ error: serverError(call.service), when: 'without-effect' });
    await expect(CALLS[service]?.()).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 500 } });
  });

  it('after its effect is done all the same, and the SDK’s second attempt finds it done', async () => {
    const patient = new SSMClient(settings());
    once(serverError('ssm'), 'after-effect');
    const put = new PutParameterCommand({ Name: '/a', Value: 'x', Type: 'String', Overwrite: true });
    expect((await patient.send(put)).Version).toBe(2);
    patient.destroy();
  });

  it('without its effect is not done', async () => {
    fate = () => ({ error: serverError('ssm'), when: 'without-effect' });
    const put = new PutParameterCommand({ Name: '/a', Value: 'x', Type: 'String' });
    await expect(target.ssm.send(put)).rejects.toThrow();
    fate = () => 'serve';
    await expect(target.ssm.send(new GetParameterCommand({ Name: '/a' }))).rejects.toMatchObject({
      name: 'ParameterNotFound',
    });
  });

  it('for a reason of its own is told that, whatever was to be injected', async () => {
    fate = () => ({ error: serverError('ssm'), when: 'after-effect' });
    await expect(target.ssm.send(new GetParameterCommand({ Name: '/none' }))).rejects.toMatchObject({
      name: 'ParameterNotFound',
    });
  });
});

it('a fault is told who calls what within which trace, and nothing of the input', async () => {
  const seen: ArrivedCall[] = [];
  fate = (call) => {
    seen.push(call);
    return 'serve';
  };
  await target.secrets.send(new CreateSecretCommand({ Name: 'db', SecretString: 'hunter2' }));
  expect(seen).toEqual([
    { service: 'secretsmanager', operation: 'CreateSecret', accessKeyId: 'AKIDCONTRACT', traceId: undefined },
  ]);
});
