import { randomInt as cryptoRandomInt } from 'node:crypto';
import type { CallLog } from '../endpoint/call-log';
import type { Operation } from '../endpoint/input';
import {
  AwsError,
  type Clock,
  type EventSink,
  type FunctionInvoker,
  type JsonService,
  type Place,
  type ServiceCall,
  type Timers,
} from '../endpoint/seams';
import { containerOperations } from './containers';
import type { Context, RotationSettings, VersionSettings } from './context';
import { metadataOperations } from './metadata';
import type { Secret, SecretValue } from './model';
import { policyOperations } from './policies';
import { randomPassword } from './random-password';
import { pendingRotation, rotationOperations } from './rotation';
import { RotationRunner } from './runner';
import { RotationScheduler } from './scheduler';
import { SecretStore } from './store';
import { readVersion, valueOperations, type VersionSelector } from './values';

const DAY_MS = 86_400_000;

/** The caller of rotations that the schedule starts. */
const SCHEDULER = { accessKeyId: 'secretsmanager' };

export interface SecretsManagerOptions {
  readonly place: Place;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Fresh UUIDs. */
  readonly newId: () => string;
  readonly events: EventSink;
  readonly functions: FunctionInvoker;
  readonly log: (message: string, error?: unknown) => void;
  /** @default two retries, a second apart */
  readonly rotation?: Partial<RotationSettings>;
  /** @default kept for a day, as on AWS */
  readonly versions?: Partial<VersionSettings>;
  /** Where the calls of the rotation schedule are noted: they do not come through the endpoint. */
  readonly callLog?: CallLog;
  /** A number from 0 up to and without `maxExclusive`. @default node:crypto's */
  readonly randomInt?: (maxExclusive: number) => number;
}

/** Secrets Manager, and how other services of this machine read its values. */
export interface SecretsManager extends JsonService {
  /**
   * The value of a version, without a call in the log.
   * @throws AwsError as GetSecretValue does
   */
  readValue(secretId: string, selector?: VersionSelector): SecretValue;
}

/**
 * Secrets Manager in memory: versions, staging labels, rotation by functions, schedules, events. Not served:
 * replication, KMS, the enforcement of policies and quotas on rates.
 */
export function createSecretsManager(options: SecretsManagerOptions): SecretsManager {
  const context = contextOf(options);
  // The runner and the scheduler start each other: the scheduler rotations, the runner a look at what is next.
  const reschedule = (): void => scheduler.wake();
  const runner = new RotationRunner(context, reschedule);
  const operations: Readonly<Record<string, Operation>> = {
    ...valueOperations(context),
    ...containerOperations(context, runner),
    ...metadataOperations(context),
    ...policyOperations(context),
    ...rotationOperations(context, runner, reschedule),
    GetRandomPassword: randomPassword(context.randomInt),
  };
  const handle = async (call: ServiceCall): Promise<object> => {
    const run = Object.hasOwn(operations, call.operation) ? operations[call.operation] : undefined;
    if (run === undefined)
      throw new AwsError('UnknownOperationException', `secretsmanager:${call.operation}`);
    return run(call);
  };
  const scheduler = new RotationScheduler(context, (secret) => {
    void startScheduled(secret, handle, runner, context, options.callLog);
  });
  return {
    operations: new Set(Object.keys(operations)),
    handle,
    readValue: (secretId, selector = {}) => readVersion(context.secrets.open(secretId), selector).value,
    close: async () => {
      scheduler.close();
      await runner.close(1000);
    },
  };
}

function contextOf(options: SecretsManagerOptions): Context {
  const randomInt = options.randomInt ?? cryptoRandomInt;
  const { place, clock, timers, newId, events, functions, log } = options;
  return {
    place,
    clock,
    timers,
    newId,
    randomInt,
    events,
    functions,
    log,
    rotation: { retries: 2, backoffMs: 1000, ...options.rotation },
    versions: { keptMs: DAY_MS, ...options.versions },
    secrets: new SecretStore(place, clock, randomInt),
  };
}

/** A rotation that did not end is "reattempted", with its own version; otherwise RotateSecret, as anybody's. */
async function startScheduled(
  secret: Secret,
  handle: (call: ServiceCall) => Promise<object>,
  runner: RotationRunner,
  { clock, newId, log }: Context,
  callLog: CallLog | undefined,
): Promise<void> {
  const pending = pendingRotation(secret);
  if (pending !== undefined) {
    if (!runner.isRotating(secret)) runner.rotate(secret, pending);
    return;
  }
  const startedAt = clock.now();
  const token = newId();
  let errorCode: string | undefined;
  try {
    const input = { SecretId: secret.arn, ClientRequestToken: token };
    await handle({ operation: 'RotateSecret', input, caller: SCHEDULER });
  } catch (error) {
    errorCode = error instanceof AwsError ? error.code : 'InternalFailure';
    log(`the scheduled rotation of ${secret.name} could not be started`, error);
  }
  callLog?.record({
    service: 'secretsmanager',
    operation: 'RotateSecret',
    ...SCHEDULER,
    startedAt,
    durationMs: clock.now() - startedAt,
    requestId: token,
    target: secret.arn,
    ...(errorCode === undefined ? {} : { errorCode }),
  });
}
