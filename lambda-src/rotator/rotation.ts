import { secretPlace } from '../contract/names';
import type { RotationEvent } from '../contract/events';
import { guardCreate, guardRecord, guardSessions, type Refusal } from '../core/guard';
import { generatePassword } from '../core/password';
import { composeValue } from '../core/secret-value';
import type { Slot } from '../core/slot';
import type { OpenSession } from '../ports/database';
import { AWSCURRENT, AWSPENDING, versionWith } from '../ports/secrets';
import { asAdmin, loadCredential, stagedLogin, userSpec, type Credential } from './credential';
import type { RotatorDependencies } from './dependencies';
import { InstallationError, RotationRefusedError } from './errors';
import { assertWorks } from './logins';

/** One rotation of one slot: what every step is given. */
interface Rotation {
  readonly credential: string;
  readonly slot: Slot;
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
  if (place === null || place.kind === 'active') {
    throw new InstallationError(
      `${event.SecretId} is not a slot of the installation ${prefix}: rotate blue or green.`,
    );
  }
  const { credential, kind: slot } = place;
  const rotation = { credential, slot, secretArn: event.SecretId, token: event.ClientRequestToken };
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
  const { secrets, environment, randomBytes, telemetry } = dependencies;
  const { slot, secretArn, token } = rotation;
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
  const value = composeValue(
    {
      ...environment.database.writer,
      database: config.database,
      user: config.slots[slot].user,
      urlOptions: config.urlOptions,
    },
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
  const { slot } = rotation;
  await asAdmin(dependencies, rotation.credential, async (session) => {
    const value = await readStaged(dependencies, rotation);
    if (value === null) {
      await refuseUnlessCurrent(dependencies, rotation);
      return;
    }
    const credential = await loadCredential(dependencies, rotation.credential);
    refuseStrangers(rotation, credential);
    refuseIf(rotation, guardRecord(guardFacts(rotation, credential)));
    const { config } = credential;
    const login = stagedLogin(dependencies, config, slot, value);
    refuseIf(rotation, guardSessions(slot, (await session.sessionsOf(login.user)).map(describeSession)));
    const statements = await session.ensureUser(userSpec(dependencies, config, login.user));
    await session.setPassword(login.user, login.password);
    dependencies.telemetry.info('password changed', { user: login.user, ensured: statements });
  });
}

/** Nothing is staged: well where the rotation is finished already. */
async function refuseUnlessCurrent(dependencies: RotatorDependencies, rotation: Rotation): Promise<void> {
  if ((await stateOf(dependencies, rotation)) === 'current') return;
  throw new RotationRefusedError(rotation.credential, rotation.slot, {
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
  const { slot, token } = rotation;
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
  const login = stagedLogin(dependencies, credential.config, slot, value);
  await assertWorks(dependencies, credential.config, login);
}

/** Moves AWSCURRENT by compare-and-swap, then takes AWSPENDING off. */
async function finishSecret(dependencies: RotatorDependencies, rotation: Rotation): Promise<void> {
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

function guardFacts({ slot, token }: Rotation, { record, consumers }: Credential) {
  return { slot, token, record, consumers };
}

function refuseIf({ credential, slot }: Rotation, refusal: Refusal | null): void {
  if (refusal !== null) throw new RotationRefusedError(credential, slot, refusal);
}

/** The configuration must name this very secret: one of the same name that was deleted and made again is another. */
function refuseStrangers({ credential, slot, secretArn }: Rotation, { config }: Credential): void {
  const expected = config.slots[slot].secretArn;
  if (expected !== secretArn) {
    throw new InstallationError(
      `The configuration document of ${credential} names ${expected} as ${slot}, not ${secretArn}: apply the installation again.`,
    );
  }
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
