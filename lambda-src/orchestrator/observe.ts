import {
  activeSecretOf,
  parseCredentialDocument,
  type CredentialDocument,
} from '../contract/config-document';
import { STEPS } from '../contract/events';
import { parameterName } from '../contract/names';
import { parseRecord, parseRequest } from '../contract/record';
import { overdueToken, replacementToken, requestToken, standInToken } from '../contract/tokens';
import type {
  Observation,
  PersonRequest,
  Settings,
  SlotObservation,
  Verification,
} from '../core/observation';
import type { CredentialRecord } from '../core/record';
import { other, type Slot, type SlotVersion } from '../core/slot';
import { hasOneSecret } from '../core/strategy';
import type { Parameter } from '../ports/parameters';
import { AWSCURRENT, AWSPENDING, versionWith, type SecretDescription } from '../ports/secrets';
import { consumerKey } from '../ports/services';
import { observeConsumers } from './consumers';
import type { OrchestratorDependencies } from './dependencies';
import { observeMirror, pointedAt, type DescribedSecrets, type PublishedState } from './mirror';

/** What was seen, and what acting on it needs besides. */
export interface Look {
  readonly config: CredentialDocument;
  readonly observation: Observation;
}

/** What one wake-up carries from look to look. */
export interface Occasion {
  readonly credential: string;
  readonly sweep: boolean;
  /** The latest answer of `verify`; it says at which revision of the record it was asked. */
  readonly verification: Verification | null;
}

/**
 * Reads everything that a decision needs.
 * @returns null where the credential has no configuration document (any more): nothing to look at
 */
export async function observe(
  dependencies: OrchestratorDependencies,
  occasion: Occasion,
): Promise<Look | null> {
  const now = dependencies.clock.now();
  const parameters = await readParameters(dependencies, occasion.credential);
  if (parameters === null) return null;
  const { config, record } = parameters;
  const described = await describeSecrets(dependencies, config);
  const { blue, green, active } = described;
  const slots = {
    blue: await slotObservation(dependencies, parameters, 'blue', blue),
    green: await slotObservation(dependencies, parameters, 'green', green),
  };
  const settings = settingsOf(config);
  const consumers = await observeConsumers(dependencies, config, record, active, { now, settings });
  const observation: Observation = {
    now,
    sweep: occasion.sweep,
    strategy: config.strategy,
    settings,
    record,
    revision: parameters.revision,
    activeValueExists: record !== null && (await valueExists(dependencies, config, slots, record.active)),
    mirror: await observeMirror(dependencies, parameters, described),
    pointer: pointedAt(parameters),
    slots,
    request: parameters.request,
    replacement: replacementFor(record),
    overdue: occasion.sweep ? await overdueFor(dependencies, config, record, now) : null,
    consumers: consumers.observed,
    standalone: consumers.standalone,
    blockers: consumers.blockers,
    busyGroup: parameters.busyGroup,
    verification: occasion.verification,
  };
  return { config, observation };
}

async function describeSecrets(
  { secrets }: OrchestratorDependencies,
  config: CredentialDocument,
): Promise<DescribedSecrets> {
  const { strategy, slots, delivery } = config;
  if (hasOneSecret(strategy)) {
    const active = await secrets.describe(activeSecretOf(config));
    return { blue: active, green: active, active };
  }
  const [blue, green, active] = await Promise.all([
    secrets.describe(slots.blue.secretArn),
    secrets.describe(slots.green.secretArn),
    delivery === 'secret' ? secrets.describe(activeSecretOf(config)) : null,
  ]);
  return { blue, green, active };
}

interface Parameters extends PublishedState {
  readonly revision: number;
  readonly request: PersonRequest | null;
  readonly busyGroup: readonly string[];
}

async function readParameters(
  dependencies: OrchestratorDependencies,
  credential: string,
): Promise<Parameters | null> {
  const { prefix } = dependencies.environment;
  const name = (kind: 'config' | 'record' | 'pointer' | 'request') => parameterName(prefix, credential, kind);
  const found = await dependencies.parameters.get([
    name('config'),
    name('record'),
    name('pointer'),
    name('request'),
  ]);
  const document = found.get(name('config'));
  if (document === undefined) return null;
  const config = parseCredentialDocument(name('config'), document.value);
  const record = found.get(name('record'));
  return {
    config,
    record: record === undefined ? null : parseRecord(record.value, config.consumers.map(consumerKey)),
    revision: record?.version ?? 0,
    pointer: found.get(name('pointer'))?.value ?? null,
    request: requestOf(found.get(name('request'))),
    busyGroup: await busyGroup(dependencies, config),
  };
}

function requestOf(parameter: Parameter | undefined): PersonRequest | null {
  const request = parameter === undefined ? null : parseRequest(parameter.value);
  return request === null ? null : { ...request, token: requestToken(request.id) };
}

function replacementFor(record: CredentialRecord | null): string | null {
  const leaked = record?.compromised ?? null;
  if (record === null || leaked === null) return null;
  return replacementToken(other(record.active.slot), leaked.version, leaked.attempts);
}

const DAY = 86_400_000;

/** Asked for only while nothing moves: a look that decides nothing by it would pay for two calls. */
async function overdueFor(
  { secrets }: OrchestratorDependencies,
  { slots, maxAgeDays }: CredentialDocument,
  record: CredentialRecord | null,
  now: number,
): Promise<string | null> {
  if (maxAgeDays === undefined || record?.phase !== 'settled') return null;
  const { slot, version } = record.active;
  const since = await secrets.createdAt(slots[slot].secretArn, version);
  if (since === null || now <= since + maxAgeDays * DAY) return null;
  const token = overdueToken(version, Math.floor(now / DAY));
  // A version that was refused and lost its label is still made: the next try is tomorrow's.
  return (await secrets.createdAt(slots[other(slot)].secretArn, token)) === null ? token : null;
}

async function busyGroup(
  { parameters, environment }: OrchestratorDependencies,
  config: CredentialDocument,
): Promise<string[]> {
  if (config.groupWith.length === 0) return [];
  const recordOf = (credential: string) => parameterName(environment.prefix, credential, 'record');
  const found = await parameters.get(config.groupWith.map(recordOf));
  return config.groupWith.filter((credential) => {
    const record = found.get(recordOf(credential));
    return record !== undefined && parseRecord(record.value)?.phase !== 'settled';
  });
}

async function slotObservation(
  { secrets, clock }: OrchestratorDependencies,
  { config, record }: Parameters,
  slot: Slot,
  description: SecretDescription,
): Promise<SlotObservation> {
  const current = versionWith(description, AWSCURRENT);
  const version = versionWith(description, AWSPENDING);
  const versions = Object.keys(description.versions);
  if (version === null || version === current) return { current, pending: null, versions };
  // A version without a date is taken for new: what is young is left alone.
  const since = (await secrets.createdAt(config.slots[slot].secretArn, version)) ?? clock.now();
  const standIn = standInToken(version);
  // A version whose label somebody took off is still made: its token would start no other.
  const standInMade =
    record?.active.slot === slot &&
    (await secrets.createdAt(config.slots[other(slot)].secretArn, standIn)) !== null;
  return { current, pending: { version, since, standIn, standInMade }, versions };
}

async function valueExists(
  { secrets }: OrchestratorDependencies,
  config: CredentialDocument,
  slots: Readonly<Record<Slot, SlotObservation>>,
  { slot, version }: SlotVersion,
): Promise<boolean> {
  if (slots[slot].versions.includes(version)) return true;
  return (await secrets.read(config.slots[slot].secretArn, { version })) !== null;
}

function settingsOf({ rollout, readers, retire, rotatorTimeoutSeconds }: CredentialDocument): Settings {
  const { deadlineSeconds, drainAlarmSeconds, skewSeconds, visibilitySeconds, canaryBakeSeconds } = rollout;
  return {
    deadline: deadlineSeconds * 1_000,
    drainAlarm: drainAlarmSeconds * 1_000,
    skew: skewSeconds * 1_000,
    visibility: visibilitySeconds * 1_000,
    rotation: (rotatorTimeoutSeconds * STEPS.length + skewSeconds) * 1_000,
    bake: canaryBakeSeconds === undefined ? null : canaryBakeSeconds * 1_000,
    lag: (readers?.lagSeconds ?? 0) * 1_000,
    soak: retire === undefined ? null : retire.soakSeconds * 1_000,
  };
}
