import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { Context } from 'aws-lambda';
import { SsmParameterStore } from '../adapters/aws/parameter-store';
import { QUOTA_PATIENCE } from '../adapters/aws/patience';
import { SecretsManagerStore } from '../adapters/aws/secrets-manager';
import { createDatabase } from '../adapters/postgres/database';
import { rdsCaBundle } from '../adapters/postgres/rds-ca';
import { PowertoolsTelemetry } from '../adapters/powertools/telemetry';
import { parseRotatorEnvironment } from '../contract/environment';
import { isRotation, parseRotatorEvent } from '../contract/events';
import { metricOptions } from '../contract/metrics';
import { correlation, dispatch } from './dispatch';

/** What is left of the time when a step is counted as failed: enough for a line of log to leave the process. */
const LAST_WORDS_MS = 500;

const environment = parseRotatorEnvironment(process.env);
const logger = new Logger({ serviceName: 'tandem-rotator' });
const caPem = environment.caBundle ?? rdsCaBundle();
const dependencies = {
  environment,
  secrets: new SecretsManagerStore(new SecretsManagerClient()),
  parameters: new SsmParameterStore(new SSMClient(QUOTA_PATIENCE)),
  clock: { now: () => Date.now() },
  pause: (milliseconds: number) => pause(milliseconds),
  randomBytes,
  telemetry: new PowertoolsTelemetry(logger, new Metrics(metricOptions(environment.prefix, 'rotator'))),
};

/** The rotator: the four steps that Secrets Manager invokes, and direct invocations. */
export async function handler(event: unknown, context: Context): Promise<unknown> {
  const parsed = parseRotatorEvent(event);
  logger.addContext(context);
  logger.resetKeys();
  logger.appendKeys(correlation(environment, parsed));
  const purpose = isRotation(parsed) ? parsed.Step : parsed.action;
  const database = createDatabase({ ...environment.database, caPem, randomBytes, purpose });
  return await dispatch({ ...dependencies, database }, parsed, (say) => {
    const timer = setTimeout(say, context.getRemainingTimeInMillis() - LAST_WORDS_MS);
    return () => clearTimeout(timer);
  });
}
