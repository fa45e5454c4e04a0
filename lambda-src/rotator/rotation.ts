import { activeSecretOf, type CredentialDocument } from '../contract/config-document';
import { secretPlace, type SecretKind } from '../contract/names';
import type { RotationEvent } from '../contract/events';
import {
  guardCreate,
  guardCurrent,
  guardFinish,
  guardRecord,
  guardSessions,
  type GuardFacts,
  type Refusal,
} from '../core/guard';
import { generatePassword } from '../core/password';
import { composeValue } from '../core/secret-value';
import type { Sensitive } from '../core/sensitive';
import { SLOTS, type Slot } from '../core/slot';
import { hasOneSecret, rotatedSlot } from '../core/strategy';
import type { OpenSession } from '../ports/database';
import { AWSCURRENT, AWSPENDING, versionWith } from '../ports/secrets';
import {
  asAdmin,
  factsOf,
  isLoginOf,
  loadCredential,
  stagedLogin,
  userSpec,
  type Credential,
} from './credential';
import type { RotatorDependencies } from './dependencies';
import { InstallationError, RotationRefusedError } from './errors';
import { assertWorks } from './logins';

/** One rotation of one secret: what every step is given. */
interface Rotation {
  readonly credential: string;
  /** A slot; `active` where there is one secret. */
  readonly kind: SecretKind;
  readonly secretArn: string;
  /** ClientRequestToken, which becomes the version id. */
  readonly token: string;
}

/**
 * One step of a rotation, as Secrets Manager invokes it. Every step may be repeated, and answers success without
 * doing anything where its token is AWSCURRENT already.
 * @throws RotationRefusedError before any effect on the database
 */
export async function rotate(dependencies: RotatorDependencies, event: RotationEvent): Promise<void> {
  const { prefix, importedSecrets } = dependencies.environment;
  const place = secretPlace(prefix, event.SecretId, importedSecrets);
  if (place === null)
    throw new InstallationError(`${event.SecretId} is no secret of the installation ${prefix}.`);
  const rotation = { ...place, secretArn: event.SecretId, token: event.ClientRequestToken };
  if (place.kind === 'active')
    refuseStrangers(rotation, await loadCredential(dependencies, place.credential));
  switch (event.Step) {
    case 'createSecret':
      return createSecret(dependencies, rotation);
    case 'setSecret':
      return setSecret(dependencies, rotation);
    case 'testSecret':
      return testSecret(dependencies, rotation);
    case 'finishSecret':
      return finishSecret(dependencies, rotation);
  }
}

/** Stages a new value as AWSPENDING. A value that is staged already is kept: a retry must alter to the same password. */
async function createSecret(dependencies: RotatorDependencies, rotation: Rotation): Promise<void> {
  const { secrets, randomBytes, telemetry } = dependencies;
  const { secretArn, token } = rotation;
  const description = await secrets.describe(secretArn);
  const current = versionWith(description, AWSCURRENT);
  if (current === token) return;
  const credential = await loadCredential(dependencies, rotation.credential);
  refuseStrangers(rotation, credential);
  const labels = {
    current,
    pending: versionWith(description, AWSPENDING),
    rotationEnabled: description.rotationEnabled,
  };
  refuseIf(rotation, guardCreate(guardFacts(rotation, credential), labels));
  const { config } = credential;
  const slot = slotOf(rotation, credential);
  const value = composeValue(
    factsOf(dependencies, config, slot, token),
    generatePassword(config.password, randomBytes),
  );
  const outcome = await secrets.put(secretArn, token, value, AWSPENDING);
  telemetry.info(outcome === 'stored' ? 'staged a new value' : 'a value is staged already: kept');
}

/**
 * Gives the user the staged password. The guard is asked under the lock, on the connection that alters; so is what is
 * staged: a step that waited for the lock may have been overtaken by another one, or by another rotation.
 */
async function setSecret(dependencies: RotatorDependencies, rotation: Rotation): Promise<void> {
  await asAdmin(dependencies, rotation.credential, async (session) => {
    const value = await readStaged(dependencies, rotation);
    if (value === null) {
      await refuseUnlessCurrent(dependencies, rotation);
      return;
    }
    const credential = await loadCredential(dependencies, rotation.credential);
    refuseStrangers(rotation, credential);
    const facts = guardFacts(rotation, credential, value);
    refuseIf(rotation, guardRecord(facts));
    await refuseUnlessPublished(dependencies, rotation, facts);
    const { config } = credential;
    const { slot } = facts;
    const login = stagedLogin(dependencies, config, { slot, version: rotation.token }, value);
    if (config.strategy !== 'single')
      refuseIf(rotation, guardSessions(slot, (await session.sessionsOf(login.user)).map(describeSession)));
    const statements = await session.ensureUser(userSpec(dependencies, config, login.user));
    await session.setPassword(login.user, login.password);
    dependencies.telemetry.info('password changed', { user: login.user, ensured: statements });
  });
}

/** Where there is one secret, a step that was delivered late may have moved AWSCURRENT since createSecret looked. */
async function refuseUnlessPublished(
  { secrets }: RotatorDependencies,
  rotation: Rotation,
  facts: GuardFacts,
): Promise<void> {
  if (!hasOneSecret(facts.strategy)) return;
  const description = await secrets.describe(rotation.secretArn);
  refuseIf(rotation, guardCurrent(facts, versionWith(description, AWSCURRENT)));
}

/** Nothing is staged: well where the rotation is finished already. */
async function refuseUnlessCurrent(dependencies: RotatorDependencies, rotation: Rotation): Promise<void> {
  if ((await stateOf(dependencies, rotation)) === 'current') return;
  throw new RotationRefusedError(rotation.credential, rotation.kind, {
    clause: 'token',
    reason: 'this token has no staged value: the rotation was superseded or cancelled',
    offenders: [rotation.token],
  });
}

/**
 * Logs in with the staged value on every endpoint. Secrets Manager also runs this step alone, with an AWSPENDING
 * that has no value (RotateImmediately=false): there is nothing to test then.
 */
async function testSecret(dependencies: RotatorDependencies, rotation: Rotation): Promise<void> {
  const { token } = rotation;
  const value = await readStaged(dependencies, rotation);
  if (value === null) {
    if ((await stateOf(dependencies, rotation)) !== 'neither') return;
    refuseIf(rotation, {
      clause: 'token',
      reason: 'this token does not carry AWSPENDING',
      offenders: [token],
    });
    return;
  }
  const credential = await loadCredential(dependencies, rotation.credential);
  refuseStrangers(rotation, credential);
  const slot = slotOf(rotation, credential, value);
  const login = stagedLogin(dependencies, credential.config, { slot, version: token }, value);
  await assertWorks(dependencies, credential.config, login);
}

/**
 * Moves AWSCURRENT by compare-and-swap, then takes AWSPENDING off. Where there is one secret this is what applications
 * read: then it happens under the lock, so that no rotation alters a user that is being published, and `verify` comes
 * after it or before it.
 */
async function finishSecret(dependencies: RotatorDependencies, rotation: Rotation): Promise<void> {
  if (rotation.kind !== 'active') {
    await moveLabels(dependencies, rotation, () => undefined);
    return;
  }
  await asAdmin(dependencies, rotation.credential, async () => {
    const credential = await loadCredential(dependencies, rotation.credential);
    await moveLabels(dependencies, rotation, (current) =>
      refuseIf(rotation, guardFinish(guardFacts(rotation, credential), current)),
    );
  });
}

/** @param guard asked before anything moves, with the version that carries AWSCURRENT */
async function moveLabels(
  dependencies: RotatorDependencies,
  rotation: Rotation,
  guard: (current: string | null) => void,
): Promise<void> {
  const { secrets, telemetry } = dependencies;
  const { secretArn, token } = rotation;
  const description = await secrets.describe(secretArn);
  const current = versionWith(description, AWSCURRENT);
  const pending = versionWith(description, AWSPENDING);
  if (current === token) {
    // An earlier run died between its two moves.
    if (pending === token) await secrets.moveLabel(secretArn, AWSPENDING, { from: token, to: null });
    return;
  }
  if (pending !== token) {
    refuseIf(rotation, {
      clause: 'token',
      reason: 'this token does not carry AWSPENDING',
      offenders: [token],
    });
  }
  guard(current);
  await secrets.moveLabel(secretArn, AWSCURRENT, { from: current, to: token });
  await secrets.moveLabel(secretArn, AWSPENDING, { from: token, to: null });
  telemetry.info('rotation finished', { former: current });
}

/**
 * The value to give to the user. Where an earlier finishSecret died between its two moves the version carries both
 * labels: it is current then, and nothing is staged.
 */
async function readStaged({ secrets }: RotatorDependencies, { secretArn, token }: Rotation) {
  return await secrets.read(secretArn, { version: token, label: AWSPENDING, without: AWSCURRENT });
}

async function stateOf(
  { secrets }: RotatorDependencies,
  { secretArn, token }: Rotation,
): Promise<'current' | 'pending' | 'neither'> {
  const description = await secrets.describe(secretArn);
  if (versionWith(description, AWSCURRENT) === token) return 'current';
  return versionWith(description, AWSPENDING) === token ? 'pending' : 'neither';
}

/** @param staged the value that is staged, where one is */
function guardFacts(rotation: Rotation, credential: Credential, staged?: Sensitive): GuardFacts {
  const { config, record, consumers, astray } = credential;
  const { strategy } = config;
  const slot = slotOf(rotation, credential, staged);
  return { strategy, slot, token: rotation.token, record, consumers, astray };
}

/**
 * Whose user the rotation is of. Of one secret with two users, the staged value says; where there is none yet, it will be
 * that of the user which is not active.
 */
function slotOf({ kind }: Rotation, { config, record }: Credential, staged?: Sensitive): Slot {
  if (kind !== 'active') return kind;
  const next = rotatedSlot(config.strategy, record?.active.slot ?? 'blue');
  if (staged === undefined || config.strategy === 'single') return next;
  return SLOTS.find((slot) => isLoginOf(config, slot, staged)) ?? next;
}

function refuseIf({ credential, kind }: Rotation, refusal: Refusal | null): void {
  if (refusal !== null) throw new RotationRefusedError(credential, kind, refusal);
}

/** The configuration must name this very secret: one of the same name that was deleted and made again is another. */
function refuseStrangers({ credential, kind, secretArn }: Rotation, { config }: Credential): void {
  if ((kind === 'active') !== hasOneSecret(config.strategy))
    throw new InstallationError(`${secretArn} is not what is rotated of ${credential}: ${rotated(config)}.`);
  const expected = kind === 'active' ? activeSecretOf(config) : config.slots[kind].secretArn;
  if (expected !== secretArn) {
    throw new InstallationError(
      `The configuration document of ${credential} names ${expected} as ${kind}, not ${secretArn}: apply the installation again.`,
    );
  }
}

function rotated(config: CredentialDocument): string {
  return hasOneSecret(config.strategy)
    ? `of the strategy ${config.strategy}, rotate ${activeSecretOf(config)}`
    : 'rotate blue or green';
}

/** How a refusal names an open session. */
export function describeSession({
  user,
  applicationName,
  clientAddress,
  pid,
  endpoint,
  startedAt,
}: OpenSession): string {
  const application = applicationName === '' ? 'no application_name' : `application_name ${applicationName}`;
  return `${user}: ${application}, from ${clientAddress}, pid ${pid} on ${endpoint}, since ${startedAt}`;
}
