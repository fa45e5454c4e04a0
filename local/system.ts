import { randomUUID } from 'node:crypto';
import { createCodeDeploy, type CodeDeploySettings } from './codedeploy/codedeploy';
import { createEcs, type EcsSettings, type LocalEcs, type TaskOutput } from './ecs/ecs';
import { createCallLog, type CallLog } from './endpoint/call-log';
import type { CallFaults } from './endpoint/faults';
import type { Clock, Place, Timers } from './endpoint/seams';
import { startEndpoint } from './endpoint/server';
import { createValueResolver } from './endpoint/value-resolver';
import { createEventBridge, type EventBridgeOptions, type EventSettings } from './events/events';
import { createLambda, type Lambda, type LambdaSettings } from './lambda/lambda';
import type { Begun, Invoked } from './lambda/model';
import { motoOverlays } from './overlay/moto';
import { createRdsLikeAdmin, type RdsLikeAdmin } from './postgres/rds-like';
import { startPostgres, type PostgresServer } from './postgres/server';
import { removeAbandonedRuns } from './processes/abandoned-runs';
import { startKeeper, type Keeper } from './processes/keeper';
import { createRunDirectory } from './processes/run-directory';
import { createRds } from './rds/rds';
import { createSecretsManager, type SecretsManager } from './secretsmanager/service';
import { createSqs } from './sqs/sqs';
import { createSsm } from './ssm/service';
import { createSts } from './sts/service';

export interface SystemOptions {
  /** PostgreSQL major version. */
  readonly postgres: '15' | '16' | '17' | '18';
  /** A database to make, owned by an admin like that of RDS. */
  readonly database: string;
  /** Port of the AWS endpoint. @default any free port */
  readonly port?: number;
  /** Where calls that nothing here serves are forwarded to. */
  readonly forwardTo?: URL;
  /** Hears, in sentences, what takes time or goes wrong. */
  readonly log: (sentence: string) => void;
  readonly onFunctionLog?: (functionName: string, line: string) => void;
  readonly onTaskOutput?: (output: TaskOutput) => void;
  readonly onInvocation?: (invocation: Invoked) => void;
  /** What a drill breaks. @default nothing */
  readonly faults?: SystemFaults;
  readonly settings?: {
    readonly ecs?: Partial<EcsSettings>;
    readonly codeDeploy?: Partial<CodeDeploySettings>;
    readonly lambda?: Partial<LambdaSettings>;
    readonly events?: Partial<EventSettings>;
    readonly rotation?: { readonly retries?: number; readonly backoffMs?: number };
    readonly versions?: { readonly keptMs?: number };
  };
}

/** Where a drill reaches in; each is asked or told as it happens. */
export interface SystemFaults {
  /** What becomes of each call to the endpoint. */
  readonly calls: CallFaults;
  /** What becomes of each event on its way to a target. */
  readonly deliveries: NonNullable<EventBridgeOptions['deliveryFilter']>;
  /** Told of each invocation before it begins. */
  readonly begun: (invocation: Begun) => void;
}

/** AWS and PostgreSQL on this machine, until it is closed or this process ends. */
export interface LocalSystem {
  /** For AWS_ENDPOINT_URL. */
  readonly url: string;
  readonly place: Place;
  readonly callLog: CallLog;
  readonly postgres: PostgresServer;
  /** CREATEROLE and CREATEDB, no superuser, as RDS's master user. */
  readonly admin: RdsLikeAdmin;
  readonly database: string;
  readonly ecs: LocalEcs;
  readonly lambda: Lambda;
  readonly secrets: SecretsManager;
  /** A new directory that goes when the system does. */
  directory(name: string): string;
  close(): Promise<void>;
}

const PLACE: Place = { accountId: '000000000000', region: 'us-east-1', partition: 'aws' };
const clock: Clock = { now: () => Date.now() };
const timers: Timers = {
  after: (ms, run) => {
    const timer = setTimeout(run, ms).unref();
    return () => clearTimeout(timer);
  },
};

/** Starts the endpoint and PostgreSQL, after ending what earlier runs whose process died have left. */
export async function startSystem(options: SystemOptions): Promise<LocalSystem> {
  await removeAbandonedRuns();
  const keeper = startKeeper();
  const runDirectory = createRunDirectory();
  keeper.watchDirectory(runDirectory.path);
  try {
    const { log } = options;
    const postgres = await startPostgres({ version: options.postgres, keeper, runDirectory, log });
    const admin = await createRdsLikeAdmin(postgres, { database: options.database });
    const database = { postgres, admin };
    const aws = await startAws(options, keeper, runDirectory.subdirectory('lambda'), database);
    return {
      ...aws,
      place: PLACE,
      postgres,
      admin,
      database: options.database,
      directory: (name) => runDirectory.subdirectory(name),
      close: async () => {
        await aws.close();
        await postgres.stop();
        runDirectory.remove();
        await keeper.close();
      },
    };
  } catch (error) {
    await keeper.close();
    throw error;
  }
}

/** The server that RDS instances are, and the admin that it has already. */
interface Database {
  readonly postgres: PostgresServer;
  readonly admin: RdsLikeAdmin;
}

type Aws = Pick<LocalSystem, 'url' | 'callLog' | 'ecs' | 'lambda' | 'secrets' | 'close'>;

async function startAws(
  options: SystemOptions,
  keeper: Keeper,
  directory: string,
  database: Database,
): Promise<Aws> {
  const callLog = createCallLog();
  // Functions, tasks and queues learn the address only once the port is known, which is before any of them runs.
  let url = '';
  const services = buildServices(options, keeper, directory, callLog, () => url);
  const { sqs, lambda, events, secrets, ssm, ecs, sts } = services;
  const codedeploy = createCodeDeploy({
    ...{ place: PLACE, clock, timers, newId: randomUUID, events },
    taskSets: ecs.taskSets,
    settings: options.settings?.codeDeploy ?? {},
  });
  const rds = createRds({
    place: PLACE,
    clock,
    newId: randomUUID,
    secrets,
    // The certificate names localhost, and verify-full compares.
    server: { host: 'localhost', port: database.postgres.port, version: database.postgres.version },
    provision: (wanted) => provision(database, options.database, wanted),
  });
  const endpoint = await startEndpoint({
    services: { secretsmanager: secrets, ssm, ecs, codedeploy, events },
    rawServices: { lambda, sqs, sts, rds },
    place: PLACE,
    clock,
    callLog,
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.faults === undefined ? {} : { faults: options.faults.calls }),
    overlays: motoOverlays(),
    ...(options.forwardTo === undefined ? {} : { forwardTo: options.forwardTo }),
  });
  url = endpoint.url;
  const close = async () => {
    // What calls the endpoint ends first: a function cut off from it would report a failure that is none.
    await Promise.all([events.close(), lambda.close(), ecs.close()]);
    await endpoint.close();
  };
  return { url, callLog, ecs, lambda, secrets, close };
}

/** The admin of an RDS instance: the one that the server has, where it is the one that is asked for. */
async function provision(
  { postgres, admin }: Database,
  existing: string,
  { username, database }: { readonly username: string; readonly database?: string },
): Promise<RdsLikeAdmin> {
  if (username === admin.username && (database ?? existing) === existing) return admin;
  return createRdsLikeAdmin(postgres, { username, ...(database === undefined ? {} : { database }) });
}

/** Each service is given the others it needs as interfaces; this is the only place that knows them all. */
function buildServices(
  { log, settings = {}, onFunctionLog, onInvocation, onTaskOutput, faults }: SystemOptions,
  keeper: Keeper,
  directory: string,
  callLog: CallLog,
  endpointUrl: () => string,
) {
  const common = { place: PLACE, clock, timers, newId: randomUUID };
  const sqs = createSqs({ ...common, endpointUrl });
  const lambda = createLambda({
    ...common,
    keeper,
    log,
    endpointUrl,
    queues: sqs,
    directory,
    ...(onFunctionLog === undefined ? {} : { onLog: onFunctionLog }),
    ...(onInvocation === undefined ? {} : { onInvocation }),
    ...(faults === undefined ? {} : { onBegin: faults.begun }),
    settings: settings.lambda ?? {},
  });
  const events = createEventBridge({
    ...common,
    functions: lambda,
    queues: sqs,
    log,
    ...(faults === undefined ? {} : { deliveryFilter: faults.deliveries }),
    settings: settings.events ?? {},
  });
  const secrets = createSecretsManager({
    ...common,
    events,
    functions: lambda,
    log: (message, error) => log(error instanceof Error ? `${message}: ${error.message}` : message),
    callLog,
    rotation: settings.rotation ?? {},
    versions: settings.versions ?? {},
  });
  const ssm = createSsm({ ...common, events });
  const ecs = createEcs({
    ...common,
    events,
    values: createValueResolver({ secrets, parameters: ssm }),
    keeper,
    log,
    ...(onTaskOutput === undefined ? {} : { onTaskOutput }),
    settings: settings.ecs ?? {},
  });
  return { sqs, lambda, events, secrets, ssm, ecs, sts: createSts(common) };
}
