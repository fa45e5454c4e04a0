import { z } from 'zod';
import { parseCredentialDocument, type CredentialDocument } from '../contract/config-document';
import { parameterName } from '../contract/names';
import { ContractError, parsedJson } from '../contract/parse';
import { parseRecord } from '../contract/record';
import { pointerText } from '../core/delivery';
import type { CredentialRecord } from '../core/record';
import { Sensitive } from '../core/sensitive';
import { versionedUrl, type ConnectionFacts } from '../core/secret-value';
import type { Slot, SlotVersion } from '../core/slot';
import { DatabaseError, MARK, type AdminSession, type Login, type UserSpec } from '../ports/database';
import { consumerKey } from '../ports/services';
import type { RotatorDependencies } from './dependencies';
import { InstallationError } from './errors';

/** What Terraform says of a credential, and what the record says. */
export interface Credential {
  readonly config: CredentialDocument;
  /** Null where there is none, or none that can be read. */
  readonly record: CredentialRecord | null;
  /** What the pointer says where containers pick their user by it, and it is not what the record says; else null. */
  readonly astray: string | null;
  /** Whether the record parameter exists, readable or not. */
  readonly recordExists: boolean;
  /** Names of the configuration's consumers. */
  readonly consumers: readonly string[];
}

/** Configuration, record and pointer in one call, so that they are of the same moment. */
export async function loadCredential(
  { environment, parameters }: RotatorDependencies,
  name: string,
): Promise<Credential> {
  const configName = parameterName(environment.prefix, name, 'config');
  const recordName = parameterName(environment.prefix, name, 'record');
  const pointerName = parameterName(environment.prefix, name, 'pointer');
  const found = await parameters.get([configName, recordName, pointerName]);
  const document = found.get(configName);
  if (document === undefined) {
    throw new InstallationError(
      `The configuration document ${configName} does not exist: apply the installation that makes ${name}.`,
    );
  }
  const config = parseCredentialDocument(configName, document.value);
  const stored = found.get(recordName);
  const consumers = config.consumers.map(consumerKey);
  const record = stored === undefined ? null : parseRecord(stored.value, consumers);
  return {
    config,
    record,
    astray: astrayFrom(config, record, found.get(pointerName)?.value ?? 'nothing'),
    recordExists: stored !== undefined,
    consumers,
  };
}

function astrayFrom(
  { delivery }: CredentialDocument,
  record: CredentialRecord | null,
  pointer: string,
): string | null {
  if (delivery !== 'entrypoint' || record === null) return null;
  return pointer === pointerText(delivery, record.active) ? null : pointer;
}

const adminSchema = z.object({ username: z.string().min(1), password: z.string().min(1) });

async function readAdmin(dependencies: RotatorDependencies): Promise<Login> {
  const { what, value } = await adminValue(dependencies);
  if (value === null) throw new InstallationError(`The ${what} has no value.`);
  const admin = parsedJson(what, adminSchema, value.reveal());
  return { user: admin.username, password: new Sensitive(admin.password) };
}

/** One call, whichever of the two the admin lies in. */
async function adminValue({
  environment,
  secrets,
  parameters,
}: RotatorDependencies): Promise<{ readonly what: string; readonly value: Sensitive | null }> {
  const { adminSecretArn, adminParameter } = environment.database;
  if (adminSecretArn !== undefined)
    return { what: `admin secret ${adminSecretArn}`, value: await secrets.read(adminSecretArn) };
  if (adminParameter === undefined) throw new InstallationError('The environment names no admin.');
  const found = (await parameters.get([adminParameter])).get(adminParameter);
  const what = `admin parameter ${adminParameter}`;
  return { what, value: found === undefined ? null : new Sensitive(found.value) };
}

/**
 * Runs the work as the admin, holding the credential's lock. Where the admin's login is refused, the secret is
 * read once more: RDS rotates the ones that it manages by itself.
 */
export async function asAdmin<T>(
  dependencies: RotatorDependencies,
  credential: string,
  work: (session: AdminSession) => Promise<T>,
): Promise<T> {
  const key = `${dependencies.environment.prefix}/${credential}`;
  const admin = await readAdmin(dependencies);
  try {
    return await dependencies.database.withLock(admin, key, work);
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.kind !== 'wrong-password') throw error;
    const again = await readAdmin(dependencies);
    if (again.password.equals(admin.password)) throw error;
    return await dependencies.database.withLock(again, key, work);
  }
}

/** The COMMENT that marks roles as this credential's. */
export function markOf(dependencies: RotatorDependencies, credential: string): string {
  return `${MARK}${dependencies.environment.prefix}/${credential}`;
}

export function userSpec(
  dependencies: RotatorDependencies,
  config: CredentialDocument,
  user: string,
): UserSpec {
  return {
    owner: config.ownerRole,
    user,
    database: config.database,
    mark: markOf(dependencies, config.credential),
  };
}

/**
 * What a slot's value says besides the password.
 * @param version the one that it will be; only of a value that is taken over it is not asked for
 */
export function factsOf(
  { environment }: RotatorDependencies,
  { database, urlOptions, slots, delivery }: CredentialDocument,
  slot: Slot,
  version?: string,
): ConnectionFacts {
  const facts = { ...environment.database.writer, database, user: slots[slot].user, urlOptions };
  return delivery === 'entrypoint' ? { ...facts, version } : facts;
}

const valueSchema = z.object({
  host: z.string(),
  port: z.number(),
  dbname: z.string(),
  username: z.string(),
  password: z.string().min(1),
});

/**
 * Reads the login from a slot's value, refusing another user's: a value that somebody else wrote must not lend
 * its password to this slot's user. Where the value says the database is may have moved since it was written.
 * @throws ContractError naming what is wrong, never a value
 */
export function loginFrom(config: CredentialDocument, slot: Slot, value: Sensitive): Login {
  const what = `value of ${slot} of ${config.credential}`;
  const { username, password } = parsedJson(what, valueSchema, value.reveal());
  const { user } = config.slots[slot];
  if (username !== user) throw new ContractError(`The ${what} is not valid: username is not ${user}.`);
  return { user, password: new Sensitive(password) };
}

const versionedSchema = z.object({ url: z.string(), versioned: z.string() });

/** Whether containers can start with a slot's version: those that pick their user themselves need it to name itself. */
export function isStartable({ delivery }: CredentialDocument, version: string, value: Sensitive): boolean {
  if (delivery !== 'entrypoint') return true;
  const { success, data } = versionedSchema.safeParse(json(value));
  return success && data.versioned === versionedUrl(version, data.url);
}

/**
 * As {@link loginFrom}, for a value staged by this rotation: it must also name the database of today.
 * @throws ContractError
 */
export function stagedLogin(
  { environment }: RotatorDependencies,
  config: CredentialDocument,
  { slot, version }: SlotVersion,
  value: Sensitive,
): Login {
  const what = `staged value of ${slot} of ${config.credential}`;
  const { host, port, dbname } = parsedJson(what, valueSchema, value.reveal());
  const { writer } = environment.database;
  const differing = [
    ...(host === writer.host ? [] : ['host']),
    ...(port === writer.port ? [] : ['port']),
    ...(dbname === config.database ? [] : ['dbname']),
    ...(isStartable(config, version, value) ? [] : ['versioned']),
  ];
  if (differing.length > 0) {
    const fields = differing.join(', ');
    throw new ContractError(
      `The ${what} does not fit the configuration (${fields}): let it go stale and rotate again.`,
    );
  }
  return loginFrom(config, slot, value);
}

/** Whether a value is a login of this slot's user. */
export function isLoginOf(config: CredentialDocument, slot: Slot, value: Sensitive): boolean {
  try {
    loginFrom(config, slot, value);
    return true;
  } catch {
    return false;
  }
}

function json(value: Sensitive): unknown {
  try {
    return JSON.parse(value.reveal());
  } catch {
    return null;
  }
}
