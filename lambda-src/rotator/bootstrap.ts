import type { CredentialDocument } from '../contract/config-document';
import { parameterName } from '../contract/names';
import { NO_EVIDENCE, NO_REQUEST, recordText } from '../contract/record';
import { bootstrapToken, mirrorVersion } from '../contract/tokens';
import { generatePassword } from '../core/password';
import { firstRecord } from '../core/record';
import { composeValue } from '../core/secret-value';
import { other, SLOTS, type Slot, type SlotVersion } from '../core/slot';
import type { AdminSession } from '../ports/database';
import { AWSCURRENT, versionWith } from '../ports/secrets';
import {
  asAdmin,
  isLoginOf,
  loadCredential,
  loginFrom,
  markOf,
  userSpec,
  type Credential,
} from './credential';
import type { RotatorDependencies } from './dependencies';
import { InstallationError } from './errors';
import { describeSession } from './rotation';
import { verdictOn } from './verify';

/** What bootstrap did, in words; it lands in Terraform's state, so it holds no value. */
export interface BootstrapResult {
  readonly credential: string;
  readonly did: readonly string[];
}

/**
 * Makes roles and first values, then pointer and record, the record last: with a record, everything else is there.
 * May be repeated, and may die anywhere: a slot that has a value is never altered.
 */
export async function bootstrap(dependencies: RotatorDependencies, name: string): Promise<BootstrapResult> {
  const did: string[] = [];
  await asAdmin(dependencies, name, async (session) => {
    const credential = await loadCredential(dependencies, name);
    if (credential.recordExists) await refill(dependencies, credential, session, did);
    else await begin(dependencies, credential, session, did);
  });
  return { credential: name, did };
}

/** Removes what bootstrap made outside of Terraform. Roles stay: applications may still use them. */
export async function destroy(
  { environment, parameters }: RotatorDependencies,
  name: string,
): Promise<BootstrapResult> {
  const kinds = ['pointer', 'record', 'request', 'evidence'] as const;
  await parameters.remove(kinds.map((kind) => parameterName(environment.prefix, name, kind)));
  return { credential: name, did: kinds.map((kind) => `${kind} removed`) };
}

async function begin(
  dependencies: RotatorDependencies,
  { config, consumers }: Credential,
  session: AdminSession,
  did: string[],
): Promise<void> {
  await refuseOrphan(dependencies, config);
  const carried = await carriedByMirror(dependencies, config);
  const mark = markOf(dependencies, config.credential);
  const { ownerRole: owner, database, ownDatabase } = config;
  did.push(...(await session.ensureOwner({ owner, database, ownDatabase, mark })));
  const blue = await ensureValue(dependencies, config, session, 'blue', did);
  const green = await ensureValue(dependencies, config, session, 'green', did);
  const seen = { blue: blue.version, green: green.version };
  const fresh = blue.made && green.made;
  const active = carried ?? { slot: 'blue', version: blue.version };
  // Before it is published: a value that was here before may not log in.
  if (!fresh) await assertLogsIn(dependencies, config, active);
  if (carried === null) await fillMirror(dependencies, config, active, did);
  await create(dependencies, config, 'pointer', active.slot, did);
  await create(dependencies, config, 'request', NO_REQUEST, did);
  await create(dependencies, config, 'evidence', NO_EVIDENCE, did);
  // Values that were here before may be in use: rolling brings every consumer onto what `active` carries.
  const phase = fresh ? 'settled' : 'rolling';
  const record = firstRecord(dependencies.clock.now(), phase, active, seen, consumers);
  await create(dependencies, config, 'record', recordText(record), did);
}

/** With a record, only a standby that lost its secret, and that nobody uses, is filled. */
async function refill(
  dependencies: RotatorDependencies,
  { config, record }: Credential,
  session: AdminSession,
  did: string[],
): Promise<void> {
  if (record === null) {
    throw new InstallationError(
      `The record of ${config.credential} cannot be read: restore it from the parameter's history.`,
    );
  }
  const standby = other(record.active.slot);
  const description = await dependencies.secrets.describe(config.slots[standby].secretArn);
  if (versionWith(description, AWSCURRENT) !== null) return;
  const open = await session.sessionsOf(config.slots[standby].user);
  if (record.phase !== 'settled' || open.length > 0) {
    const why = open.length > 0 ? open.map(describeSession).join('; ') : `the credential is ${record.phase}`;
    throw new InstallationError(
      `${standby} of ${config.credential} has no value and cannot be given one now: ${why}.`,
    );
  }
  await refuseOrphan(dependencies, config, [standby]);
  await ensureValue(dependencies, config, session, standby, did);
}

/** Role and first value of a slot. Altered and stored under one hold of the lock, so that they cannot part. */
async function ensureValue(
  dependencies: RotatorDependencies,
  config: CredentialDocument,
  session: AdminSession,
  slot: Slot,
  did: string[],
): Promise<{ readonly version: string; readonly made: boolean }> {
  const { secrets, environment, randomBytes } = dependencies;
  const { secretArn, user } = config.slots[slot];
  const current = versionWith(await secrets.describe(secretArn), AWSCURRENT);
  if (current !== null) return { version: current, made: false };
  const open = await session.sessionsOf(user);
  if (open.length > 0) {
    const who = open.map(describeSession).join('; ');
    throw new InstallationError(
      `${slot} of ${config.credential} has no value, but its user is in use: ${who}.`,
    );
  }
  did.push(...(await session.ensureUser(userSpec(dependencies, config, user))));
  const { writer } = environment.database;
  const facts = { ...writer, database: config.database, user, urlOptions: config.urlOptions };
  const password = generatePassword(config.password, randomBytes);
  const token = bootstrapToken(secretArn);
  await session.setPassword(user, password);
  const stored = await secrets.put(secretArn, token, composeValue(facts, password), AWSCURRENT);
  if (stored === 'exists') await alterToStored(dependencies, config, session, slot, token);
  did.push(`${slot}: first value stored`);
  return { version: token, made: true };
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

/** The slot and version that the `active` secret carries; null where it is empty. */
async function carriedByMirror(
  dependencies: RotatorDependencies,
  config: CredentialDocument,
): Promise<SlotVersion | null> {
  const description = await dependencies.secrets.describe(config.activeSecretArn);
  const carried = versionWith(description, AWSCURRENT);
  return carried === null ? null : await originOf(dependencies, config, carried);
}

async function fillMirror(
  { secrets }: RotatorDependencies,
  config: CredentialDocument,
  { slot, version }: SlotVersion,
  did: string[],
): Promise<void> {
  const { secretArn } = config.slots[slot];
  const value = await secrets.read(secretArn, { version });
  if (value === null)
    throw new InstallationError(`The first value of ${slot} of ${config.credential} cannot be read back.`);
  await secrets.put(config.activeSecretArn, mirrorVersion(secretArn, version), value, AWSCURRENT);
  did.push(`active: carries ${slot}`);
}

/**
 * A slot without a value whose user `active` carries would be altered under the services that use it: this happens
 * where the slot's secret and the record were both lost, or where the mirror is astray.
 */
async function refuseOrphan(
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

async function originOf(
  { secrets }: RotatorDependencies,
  config: CredentialDocument,
  carried: string,
): Promise<SlotVersion> {
  for (const slot of SLOTS) {
    const { secretArn } = config.slots[slot];
    const { versions } = await secrets.describe(secretArn);
    const version = Object.keys(versions).find(
      (candidate) => mirrorVersion(secretArn, candidate) === carried,
    );
    if (version !== undefined) return { slot, version };
  }
  throw new InstallationError(
    `The active secret of ${config.credential} carries a value that is neither blue's nor green's, and there is no record ` +
      `that says whose it is: restore the record from its parameter's history.`,
  );
}

async function assertLogsIn(
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

async function create(
  { environment, parameters }: RotatorDependencies,
  config: CredentialDocument,
  kind: 'pointer' | 'record' | 'request' | 'evidence',
  value: string,
  did: string[],
): Promise<void> {
  const created = await parameters.create(parameterName(environment.prefix, config.credential, kind), value);
  if (created) did.push(`${kind} created`);
}
