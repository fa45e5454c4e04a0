import { CreateClusterCommand } from '@aws-sdk/client-ecs';
import { CreateEventSourceMappingCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import { CreateSecretCommand, RotateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import type { CredentialDocumentInput } from '../../../lambda-src/contract/config-document';
import { parameterName, secretName } from '../../../lambda-src/contract/names';
import { createFunctions } from './functions';
import {
  APP,
  CLUSTER,
  CREDENTIAL,
  DEFAULT_TIMEOUTS,
  ORCHESTRATOR,
  PREFIX,
  ROTATOR,
  type Clients,
  type DrillCredential,
  type Installation,
  type InstallationOptions,
} from './model';
import { consumerOf } from './services';
import { createQueues, createRules, queueArn } from './wiring';

/** Installs a credential, its functions and its wiring through the AWS API, as an apply of the stacks does. */
export async function install(options: InstallationOptions): Promise<Installation> {
  const { clients } = options;
  const adminSecret = await createSecret(clients, 'tandem/drill/admin', JSON.stringify(options.admin));
  const secrets = await createSecrets(options);
  await putDocument(options, secrets);
  await createFunctions(options, adminSecret);
  const queue = await createQueues(clients, (options.timeouts ?? DEFAULT_TIMEOUTS).orchestrator);
  await clients.lambda.send(
    new CreateEventSourceMappingCommand({
      FunctionName: ORCHESTRATOR,
      EventSourceArn: queue.arn,
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    }),
  );
  await createRules(clients, queue.arn, secrets, { credential: CREDENTIAL, group: CREDENTIAL });
  await clients.ecs.send(new CreateClusterCommand({ clusterName: CLUSTER }));
  return { secrets, adminSecret, queueUrl: queue.url };
}

/** Another credential of the same functions and consumers, in the message group of the first one. */
export async function installBeside(
  first: Installation,
  options: InstallationOptions & { readonly credential: DrillCredential },
): Promise<Installation> {
  const { clients, credential } = options;
  const secrets = await createSecrets(options);
  await putDocument(options, secrets);
  const queue = await queueArn(clients.sqs, first.queueUrl);
  await createRules(clients, queue, secrets, { credential: credential.name, group: CREDENTIAL });
  return { ...first, secrets };
}

/** The kind of parameter that tasks read, where that is no secret; bootstrap makes it, as every value. */
const READ_PARAMETERS = { parameter: 'active', entrypoint: 'pointer' } as const;

async function createSecrets(options: InstallationOptions) {
  const { clients, adopt, strategy = 'dual-user', delivery = 'secret' } = options;
  const { name } = options.credential ?? APP;
  const active =
    delivery !== 'secret'
      ? parameterName(PREFIX, name, READ_PARAMETERS[delivery])
      : (adopt?.secretArn ?? (await createSecret(clients, secretName(PREFIX, name, 'active'))));
  if (strategy !== 'dual-user') return { blue: active, green: active, active };
  return {
    blue: await createSecret(clients, secretName(PREFIX, name, 'blue')),
    green: await createSecret(clients, secretName(PREFIX, name, 'green')),
    active,
  };
}

/** Turns the schedules on, without rotating at once; every slot must have a value by then. */
export async function schedule({ secrets: client }: Clients, { secrets }: Installation): Promise<void> {
  const days = new Map([
    [secrets.blue, 1],
    [secrets.green, 15],
  ]);
  for (const [SecretId, day] of days) {
    await client.send(
      new RotateSecretCommand({
        SecretId,
        RotationLambdaARN: ROTATOR,
        RotationRules: { ScheduleExpression: `cron(0 3 ${day} * ? *)`, Duration: '2h' },
        RotateImmediately: false,
      }),
    );
  }
}

/** What the rotator answers to a bootstrap. */
export interface Bootstrapped {
  readonly did: readonly string[];
  readonly would?: readonly string[];
  readonly obstacles?: readonly string[];
  readonly notes?: readonly string[];
}

/** @throws Error with what the rotator said */
export async function bootstrap(
  { lambda }: Clients,
  how: { readonly adopt?: boolean; readonly dryRun?: boolean; readonly credential?: string } = {},
): Promise<Bootstrapped> {
  const answer = await lambda.send(
    new InvokeCommand({
      FunctionName: ROTATOR,
      Payload: JSON.stringify({ action: 'bootstrap', credential: CREDENTIAL, ...how }),
    }),
  );
  const payload = JSON.parse(Buffer.from(answer.Payload ?? []).toString('utf8')) as Bootstrapped & {
    readonly errorMessage?: string;
  };
  if (answer.FunctionError !== undefined)
    throw new Error(`bootstrap failed: ${payload.errorMessage ?? 'no message'}`);
  return payload;
}

export async function createSecret(
  { secrets }: Clients,
  Name: string,
  SecretString?: string,
): Promise<string> {
  const answer = await secrets.send(
    new CreateSecretCommand({ Name, ...(SecretString === undefined ? {} : { SecretString }) }),
  );
  if (answer.ARN === undefined) throw new Error(`CreateSecret of ${Name} answered without an ARN`);
  return answer.ARN;
}

async function putDocument(options: InstallationOptions, secrets: Installation['secrets']): Promise<void> {
  const { name, owner, database, users: made } = options.credential ?? APP;
  const users = {
    ...made,
    ...(options.adopt === undefined ? {} : { blue: options.adopt.user }),
    ...(options.strategy === 'single' ? { green: made.blue } : {}),
  };
  const { rotator, orchestrator } = options.timeouts ?? DEFAULT_TIMEOUTS;
  const { rollout, ...changes } = options.document ?? {};
  const document: CredentialDocumentInput = {
    schema: 1,
    credential: name,
    strategy: options.strategy ?? 'dual-user',
    delivery: options.delivery ?? 'secret',
    database,
    ownerRole: owner,
    slots: {
      blue: { user: users.blue, secretArn: secrets.blue },
      green: { user: users.green, secretArn: secrets.green },
    },
    ...((options.delivery ?? 'secret') === 'secret' ? { activeSecretArn: secrets.active } : {}),
    urlOptions: 'sslmode=verify-full',
    consumers: options.services.map(consumerOf),
    // One machine has one clock, and its ECS answers at once: the margins can be short. The deadline must outlast the
    // time in which the queue hides the message of an orchestrator that was killed.
    rollout: {
      deadlineSeconds: 4 * orchestrator,
      drainAlarmSeconds: 4 * orchestrator,
      skewSeconds: 0.05,
      visibilitySeconds: 0.2,
      ...rollout,
    },
    rotatorTimeoutSeconds: rotator,
    ...(options.adopt === undefined ? {} : { adopt: { slot: 'blue' as const } }),
    ...changes,
  };
  await options.clients.ssm.send(
    new PutParameterCommand({
      Name: parameterName(PREFIX, name, 'config'),
      Value: JSON.stringify(document),
      Type: 'String',
    }),
  );
}
