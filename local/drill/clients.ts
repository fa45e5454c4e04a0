import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { ECSClient } from '@aws-sdk/client-ecs';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { LocalSystem } from '../system';
import type { Clients } from './installation/model';

/** Clients of the local endpoint, under an access key of their own: the call log tells callers apart by it. */
export function clientsOf({ url, place }: Pick<LocalSystem, 'url' | 'place'>): Clients {
  const settings = {
    endpoint: url,
    region: place.region,
    credentials: { accessKeyId: 'drill', secretAccessKey: 'drill' },
  };
  return {
    secrets: new SecretsManagerClient(settings),
    ssm: new SSMClient(settings),
    ecs: new ECSClient(settings),
    codeDeploy: new CodeDeployClient(settings),
    lambda: new LambdaClient(settings),
    sqs: new SQSClient(settings),
    events: new EventBridgeClient(settings),
  };
}
