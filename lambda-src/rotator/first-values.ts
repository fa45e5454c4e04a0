import type { CredentialDocument } from '../contract/config-document';
import { parameterName, type ParameterKind } from '../contract/names';
import { NO_EVIDENCE, NO_REQUEST, recordText } from '../contract/record';
import { bootstrapToken } from '../contract/tokens';
import { pointerText } from '../core/delivery';
import { generatePassword } from '../core/password';
import type { CredentialRecord } from '../core/record';
import { composeValue } from '../core/secret-value';
import type { Slot, SlotVersion } from '../core/slot';
import { passwordStatement } from '../adapters/postgres/redacted';
import type { AdminSession } from '../ports/database';
import { AWSCURRENT, versionWith } from '../ports/secrets';
import { factsOf, loginFrom } from './credential';
import type { RotatorDependencies } from './dependencies';
import { InstallationError } from './errors';
import { describeSession } from './rotation';
import type { Step } from './steps';
import { verdictOn } from './verify';

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
    const value = composeValue(factsOf(dependencies, config, slot, version), password);
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

const HOW = {
  refused: 'does not log in',
  unusable: 'cannot be used',
  outage: 'could not be tried',
} as const;

export async function assertLogsIn(
  dependencies: RotatorDependencies,
  config: CredentialDocument,
  { slot, version }: SlotVersion,
): Promise<void> {
  const value = await dependencies.secrets.read(config.slots[slot].secretArn, { version });
  if (value === null)
    throw new InstallationError(`${slot} of ${config.credential} has no version ${version}.`);
  const { result, detail } = await verdictOn(dependencies, config, { slot, version }, value);
  if (result !== 'accepted') {
    const what = `The value of ${slot} of ${config.credential}, which applications are to read,`;
    const how = HOW[result];
    throw new InstallationError(`${what} ${how}: ${detail}`);
  }
}

/** Pointer, request, evidence and record, as far as they are missing; the record last. */
export async function parameterSteps(
  { environment, parameters }: RotatorDependencies,
  { credential, delivery }: CredentialDocument,
  record: CredentialRecord,
): Promise<Step[]> {
  const values: readonly (readonly [ParameterKind, string])[] = [
    ['pointer', pointerText(delivery, record.active)],
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
