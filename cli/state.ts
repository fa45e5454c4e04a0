import { DescribeSecretCommand, type DescribeSecretCommandOutput } from '@aws-sdk/client-secrets-manager';
import { EcsServices } from '../lambda-src/adapters/aws/ecs';
import { SsmParameterStore } from '../lambda-src/adapters/aws/parameter-store';
import { SecretsManagerStore } from '../lambda-src/adapters/aws/secrets-manager';
import {
  activeSecretOf,
  parseCredentialDocument,
  type CredentialDocument,
} from '../lambda-src/contract/config-document';
import { STEPS } from '../lambda-src/contract/events';
import { parameterName } from '../lambda-src/contract/names';
import { parseRecord, parseRequest, type Request } from '../lambda-src/contract/record';
import { oldStandalone, viewOf, type ConsumerView } from '../lambda-src/core/deployments';
import type { Task } from '../lambda-src/core/observation';
import type { CredentialRecord } from '../lambda-src/core/record';
import { SLOTS, type Slot } from '../lambda-src/core/slot';
import { hasOneSecret, rotatedSlot } from '../lambda-src/core/strategy';
import { AWSCURRENT, AWSPENDING } from '../lambda-src/ports/secrets';
import { consumerKey } from '../lambda-src/ports/services';
import { CommandError } from './exit';
import type { Installation } from './installation';

/** What Parameter Store says of a credential. */
export interface Truth {
  readonly config: CredentialDocument;
  /** Null where there is none that can be read. */
  readonly record: CredentialRecord | null;
  readonly pointer: string | null;
  /** The request that waits for an answer. */
  readonly waiting: Request | null;
  /** Version of the request parameter; 0 where there is none. */
  readonly requestVersion: number;
}

/** Times are milliseconds since the epoch. */
export interface SlotState {
  readonly slot: Slot;
  readonly role: 'active' | 'standby' | 'unknown';
  readonly user: string;
  /** The version with AWSCURRENT, or with the user's latest password in the one secret; null where there is none. */
  readonly version: string | null;
  /** When that password was made. */
  readonly since: number | null;
  /** AWSPENDING on another version: a rotation under way, refused or failed. */
  readonly pending: { readonly version: string; readonly since: number | null } | null;
  readonly lastRotated: number | null;
  /** The end of the window in which Secrets Manager rotates next. */
  readonly nextRotation: number | null;
  readonly rotationEnabled: boolean;
}

export interface ConsumerState {
  /** `cluster/service`. */
  readonly name: string;
  readonly exists: boolean;
  /** The primary deployment's. */
  readonly deployment: 'in-progress' | 'completed' | 'failed' | 'none';
  readonly desired: number;
  readonly tasks: number;
  /** Tasks that were started before the last flip. */
  readonly former: number;
  /** What a rollout waits for although the deployment is completed. */
  readonly left: readonly Left[];
}

/** A task that goes on although the service has moved. */
export interface Left {
  readonly task: string;
  /** When it was started. */
  readonly since: number;
  /** Whether a person or a schedule started it, with the service's task definition. */
  readonly standalone: boolean;
}

/** @throws CommandError where the credential has no configuration document */
export async function readTruth({ prefix, clients }: Installation, credential: string): Promise<Truth> {
  const name = (kind: 'config' | 'record' | 'pointer' | 'request') => parameterName(prefix, credential, kind);
  const found = await new SsmParameterStore(clients.ssm).get(
    (['config', 'record', 'pointer', 'request'] as const).map(name),
  );
  const document = found.get(name('config'));
  if (document === undefined)
    throw new CommandError(
      `There is no ${name('config')} in this account and region: is ${credential} deployed, and are --region and --profile right?`,
    );
  const config = parseCredentialDocument(name('config'), document.value);
  const text = found.get(name('record'))?.value;
  const record = text === undefined ? null : parseRecord(text, config.consumers.map(consumerKey));
  const request = parseRequest(found.get(name('request'))?.value ?? '');
  // Without a record nobody knows which request was answered.
  const handled = record?.handled.some(({ id }) => id === request?.id) ?? true;
  return {
    config,
    record,
    pointer: found.get(name('pointer'))?.value ?? null,
    waiting: handled ? null : request,
    requestVersion: found.get(name('request'))?.version ?? 0,
  };
}

/** Both slots; of one user, the one that there is. */
export async function readSlots(installation: Installation, truth: Truth): Promise<SlotState[]> {
  return hasOneSecret(truth.config.strategy)
    ? await readUsers(installation, truth)
    : await Promise.all(SLOTS.map((slot) => readSlot(installation, truth, slot)));
}

async function readSlot({ clients }: Installation, truth: Truth, slot: Slot): Promise<SlotState> {
  const { user, secretArn } = truth.config.slots[slot];
  const store = new SecretsManagerStore(clients.secrets);
  const secret = await clients.secrets.send(new DescribeSecretCommand({ SecretId: secretArn }));
  const version = labelled(secret, AWSCURRENT);
  return {
    slot,
    role: roleOf(truth, slot),
    user,
    version,
    since: version === null ? null : await store.createdAt(secretArn, version),
    pending: await pendingOf(store, secretArn, secret),
    lastRotated: secret.LastRotatedDate?.getTime() ?? null,
    nextRotation: secret.NextRotationDate?.getTime() ?? null,
    rotationEnabled: secret.RotationEnabled ?? false,
  };
}

/**
 * The users of one secret. What is under way and what comes next is told of the user that it is about; of a user that is
 * not active, the record knows the latest password.
 */
async function readUsers({ clients }: Installation, truth: Truth): Promise<SlotState[]> {
  const { config, record } = truth;
  const { strategy } = config;
  const activeSecretArn = activeSecretOf(config);
  const store = new SecretsManagerStore(clients.secrets);
  const secret = await clients.secrets.send(new DescribeSecretCommand({ SecretId: activeSecretArn }));
  const active = record?.active.slot ?? 'blue';
  const next = rotatedSlot(strategy, active);
  const slots = strategy === 'single' ? [active] : SLOTS;
  return await Promise.all(
    slots.map(async (slot) => {
      const version = slot === active ? labelled(secret, AWSCURRENT) : (record?.seen[slot] ?? null);
      return {
        slot,
        role: roleOf(truth, slot),
        user: config.slots[slot].user,
        version,
        since: version === null ? null : await store.createdAt(activeSecretArn, version),
        pending: slot === next ? await pendingOf(store, activeSecretArn, secret) : null,
        lastRotated: slot === active ? (secret.LastRotatedDate?.getTime() ?? null) : null,
        nextRotation: slot === next ? (secret.NextRotationDate?.getTime() ?? null) : null,
        rotationEnabled: secret.RotationEnabled ?? false,
      };
    }),
  );
}

function roleOf({ record }: Truth, slot: Slot): SlotState['role'] {
  if (record === null) return 'unknown';
  return record.active.slot === slot ? 'active' : 'standby';
}

async function pendingOf(
  store: SecretsManagerStore,
  secretArn: string,
  secret: DescribeSecretCommandOutput,
): Promise<SlotState['pending']> {
  const version = labelled(secret, AWSPENDING);
  if (version === null || version === labelled(secret, AWSCURRENT)) return null;
  return { version, since: await store.createdAt(secretArn, version) };
}

/** The longest that the four steps of a rotation can take together, in milliseconds: until then it may be under way. */
export function longestRotation({
  rotatorTimeoutSeconds,
}: Pick<CredentialDocument, 'rotatorTimeoutSeconds'>): number {
  return rotatorTimeoutSeconds * STEPS.length * 1_000;
}

function labelled({ VersionIdsToStages = {} }: DescribeSecretCommandOutput, label: string): string | null {
  return Object.entries(VersionIdsToStages).find(([, labels]) => labels.includes(label))?.[0] ?? null;
}

export async function readConsumers(
  { clients }: Installation,
  { config, record }: Truth,
): Promise<ConsumerState[]> {
  const ecs = new EcsServices(clients.ecs, clients.codeDeploy);
  const observed = await ecs.observe(config.consumers);
  const underWay = record?.phase === 'rolling' || record?.phase === 'reverting';
  const turning = record !== null && (record.haltedFrom ?? record.phase) !== 'settled';
  const consumers: ConsumerState[] = [];
  for (const [index, { consumer, taskDefinition }] of observed.entries()) {
    const name = config.consumers[index];
    if (name === undefined) continue;
    const tasks = consumer.exists ? await ecs.tasks(name) : [];
    const noted = record === null ? null : heldAgainst(config, record, { ...consumer, tasks });
    const waits = underWay && noted?.view.moved === true;
    const standalone =
      waits && taskDefinition !== null ? await ecs.standaloneTasks(name.cluster, taskDefinition) : [];
    consumers.push({
      name: consumer.name,
      exists: consumer.exists,
      deployment: consumer.deployments.find(({ primary }) => primary)?.state ?? 'none',
      desired: consumer.desiredCount,
      tasks: tasks.length,
      former: noted?.view.oldTasks.length ?? (turning ? tasks.length : 0),
      left: waits
        ? [
            ...noted.view.oldTasks.map((task) => leftOf(task, false)),
            ...noted.old(standalone).map((task) => leftOf(task, true)),
          ]
        : [],
    });
  }
  return consumers;
}

const leftOf = ({ id, createdAt }: Task, standalone: boolean): Left => ({
  task: id,
  since: createdAt,
  standalone,
});

/** A consumer against what the record noted of it; null before the flip, when nobody has read the new credential. */
function heldAgainst(
  { rollout }: CredentialDocument,
  record: CredentialRecord,
  consumer: Parameters<typeof viewOf>[0],
): { readonly view: ConsumerView; readonly old: (standalone: readonly Task[]) => readonly Task[] } | null {
  const { flippedAt } = record;
  if (flippedAt === null) return null;
  const settings = {
    deadline: rollout.deadlineSeconds * 1_000,
    drainAlarm: rollout.drainAlarmSeconds * 1_000,
    skew: rollout.skewSeconds * 1_000,
    visibility: rollout.visibilitySeconds * 1_000,
    rotation: 0,
    bake: null,
    lag: 0,
    soak: null,
  };
  return {
    view: viewOf(consumer, record, flippedAt, settings),
    old: (standalone) => oldStandalone(standalone, flippedAt, settings),
  };
}
