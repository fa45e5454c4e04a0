import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { ECSClient } from '@aws-sdk/client-ecs';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { EcsServices } from '../adapters/aws/ecs';
import { SsmParameterStore } from '../adapters/aws/parameter-store';
import { QUOTA_PATIENCE } from '../adapters/aws/patience';
import { RotatorFunction } from '../adapters/aws/rotator-function';
import { SecretsManagerStore } from '../adapters/aws/secrets-manager';
import { PowertoolsTelemetry } from '../adapters/powertools/telemetry';
import { parseOrchestratorEnvironment } from '../contract/environment';
import { metricOptions } from '../contract/metrics';
import { handleBatch } from './batch';

const environment = parseOrchestratorEnvironment(process.env);
const logger = new Logger({ serviceName: 'tandem-orchestrator' });
const dependencies = {
  environment,
  secrets: new SecretsManagerStore(new SecretsManagerClient()),
  parameters: new SsmParameterStore(new SSMClient(QUOTA_PATIENCE)),
  services: new EcsServices(new ECSClient(QUOTA_PATIENCE), new CodeDeployClient(QUOTA_PATIENCE)),
  rotator: new RotatorFunction(new LambdaClient(), environment.rotator),
  clock: { now: () => Date.now() },
  telemetry: new PowertoolsTelemetry(logger, new Metrics(metricOptions(environment.prefix, 'orchestrator'))),
};

/** The orchestrator: wake-up messages in, failed messages out. */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  logger.addContext(context);
  // No look begins that would not have half of the time: `verify` alone may take as long as the rotator is given.
  const reserve = context.getRemainingTimeInMillis() / 2;
  return await handleBatch(dependencies, event, () => context.getRemainingTimeInMillis() > reserve);
}
