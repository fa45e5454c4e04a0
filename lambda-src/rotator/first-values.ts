import type { CredentialDocument } from '../contract/config-document';
import { parameterName, type ParameterKind } from '../contract/names';
import { NO_EVIDENCE, NO_REQUEST, recordText } from '../contract/record';
import { bootstrapToken, mirrorVersion } from '../contract/tokens';
import { generatePassword } from '../core/password';
import type { CredentialRecord } from '../core/record';
import { composeValue, type ConnectionFacts } from '../core/secret-value';
import { SLOTS, type Slot, type SlotVersion } from '../core/slot';
import { passwordStatement } from '../adapters/postgres/redacted';
import type { AdminSession } from '../ports/database';
import { AWSCURRENT, versionWith } from '../ports/secrets';
import { isLoginOf, loginFrom } from './credential';
import type { RotatorDependencies } from './dependencies';
import { InstallationError } from './errors';
import { describeSession } from './rotation';
import type { Step } from './steps';
import { verdictOn } from './verify';

/** What the value of a slot says besides the password. */
export function factsOf(
  { environment }: RotatorDependencies,
  config: CredentialDocument,
  slot: Slot,
): ConnectionFacts {
  const { database, urlOptions, slots } = config;
  return { ...environment.database.writer, database, user: slots[slot].user, urlOptions };
}

/** A slot's first value: a password for its user, altered and stored under one hold of the lock, so that they cannot part. */
export async function slotStep(
  dependencies: RotatorDependencies,
  config: CredentialDocument,
  session: AdminSession,
  slot: Slot,
): Promise<{ readonly version: string; readonly step: Step | null }> {
  const { secrets, randomBytes } = dependencies;
  const { secretArn, user } = config.slots[slot];
  const current = versionWith(await secrets.describe(secretArn), AWSCURRENT);
  if (current !== null) return { version: current, step: null };
  await refuseInUse(config, session, slot);
  const version = bootstrapToken(secretArn);
  const run = async () => {
    await refuseInUse(config, session, slot);
    const password = generatePassword(config.password, randomBytes);
    await session.setPassword(user, password);
    const value = composeValue(factsOf(dependencies, config, slot), password);
    const stored = await secrets.put(secretArn, version, value, AWSCURRENT);
    if (stored === 'exists') await alterToStored(dependencies, config, session, slot, version);
  };
  return { version, step: { says: [passwordStatement(user), `${slot}: first value stored`], run } };
}

async function refuseInUse(config: CredentialDocument, session: AdminSession, slot: Slot): Promise<void> {
  const open = await session.sessionsOf(config.slots[slot].user);
  if (open.length === 0) return;
  const who = open.map(describeSession).join('; ');
  throw new InstallationError(
    `${slot} of ${config.credential} has no value, but its user is in use: ${who}.`,
  );
}

/** A put of an earlier run that had died arrived late: what is stored is the truth, so the user is altered to it. */
async function alterToStored(
  { secrets }: RotatorDependencies,
  config: CredentialDocument,
  session: AdminSession,
  slot: Slot,
  token: string,
): Promise<void> {
  const value = await secrets.read(config.slots[slot].secretArn, { version: token });
  if (value === null)
    throw new InstallationError(`The first value of ${slot} of ${config.credential} cannot be read back.`);
  const login = loginFrom(config, slot, value);
  await session.setPassword(login.user, login.password);
}

/** The slot and version that the `active` secret carries; null where it is empty, or carries neither slot's. */
export async function carriedByMirror(
  { secrets }: RotatorDependencies,
  config: CredentialDocument,
): Promise<SlotVersion | null> {
  const carried = versionWith(await secrets.describe(config.activeSecretArn), AWSCURRENT);
  if (carried === null) return null;
  for (const slot of SLOTS) {
    const { secretArn } = config.slots[slot];
    const { versions } = await secrets.describe(secretArn);
    const version = Object.keys(versions).find(
      (candidate) => mirrorVersion(secretArn, candidate) === carried,
    );
    if (version !== undefined) return { slot, version };
  }
  return null;
}

/** For an `active` secret that carries neither slot's value. */
export async function refuseForeignMirror(
  { secrets }: RotatorDependencies,
  config: CredentialDocument,
): Promise<void> {
  if (versionWith(await secrets.describe(config.activeSecretArn), AWSCURRENT) === null) return;
  throw new InstallationError(
    `The active secret of ${config.credential} carries a value that is neither blue's nor green's, and there is no record ` +
      `that says whose it is: restore the record from its parameter's history.`,
  );
}

/** Copies a slot's value into the empty `active` secret. */
export function mirrorStep(
  { secrets }: RotatorDependencies,
  config: CredentialDocument,
  { slot, version }: SlotVersion,
): Step {
  const { secretArn } = config.slots[slot];
  const run = async () => {
    const value = await secrets.read(secretArn, { version });
    if (value === null)
      throw new InstallationError(`The first value of ${slot} of ${config.credential} cannot be read back.`);
    await secrets.put(config.activeSecretArn, mirrorVersion(secretArn, version), value, AWSCURRENT);
  };
  return { says: [`active: carries ${slot}`], run };
}

/**
 * A slot without a value whose user `active` carries would be altered under the services that use it: this happens
 * where the slot's secret and the record were both lost, or where the mirror is astray.
 */
export async function refuseOrphan(
  { secrets }: RotatorDependencies,
  config: CredentialDocument,
  slots = SLOTS,
): Promise<void> {
  const carried = await secrets.read(config.activeSecretArn);
  if (carried === null) return;
  for (const slot of slots) {
    const description = await secrets.describe(config.slots[slot].secretArn);
    if (versionWith(description, AWSCURRENT) === null && isLoginOf(config, slot, carried)) {
      throw new InstallationError(
        `${slot} of ${config.credential} has no value, yet the active secret carries its user: restore the slot's secret first.`,
      );
    }
  }
}

export async function assertLogsIn(
  dependencies: RotatorDependencies,
  config: CredentialDocument,
  { slot, version }: SlotVersion,
): Promise<void> {
  const value = await dependencies.secrets.read(config.slots[slot].secretArn, { version });
  if (value === null)
    throw new InstallationError(`${slot} of ${config.credential} has no version ${version}.`);
  const { result, detail } = await verdictOn(dependencies, config, slot, value);
  if (result !== 'accepted') {
    const what = `The value of ${slot} of ${config.credential}, which applications are to read,`;
    const how = result === 'refused' ? 'does not log in' : 'could not be tried';
    throw new InstallationError(`${what} ${how}: ${detail}`);
  }
}

/** Pointer, request, evidence and record, as far as they are missing; the record last. */
export async function parameterSteps(
  { environment, parameters }: RotatorDependencies,
  { credential }: CredentialDocument,
  record: CredentialRecord,
): Promise<Step[]> {
  const values: readonly (readonly [ParameterKind, string])[] = [
    ['pointer', record.active.slot],
    ['request', NO_REQUEST],
    ['evidence', NO_EVIDENCE],
    ['record', recordText(record)],
  ];
  const name = (kind: ParameterKind) => parameterName(environment.prefix, credential, kind);
  const found = await parameters.get(values.map(([kind]) => name(kind)));
  return values
    .filter(([kind]) => !found.has(name(kind)))
    .map(([kind, value]) => ({
      says: [`${kind} created`],
      run: async () => {
        await parameters.create(name(kind), value);
      },
    }));
}
