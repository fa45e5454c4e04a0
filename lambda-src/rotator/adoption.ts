import { activeSecretOf, type CredentialDocument } from '../contract/config-document';
import { adoptionToken, mirrorVersion } from '../contract/tokens';
import { firstRecord } from '../core/record';
import type { Sensitive } from '../core/sensitive';
import { other, type Slot, type SlotVersion } from '../core/slot';
import { LabelMovedError } from '../ports/secrets';
import { DatabaseError, type AdminSession, type AdoptionSpec, type Login } from '../ports/database';
import { AWSCURRENT, AWSPREVIOUS, STAGED, versionWith, type SecretDescription } from '../ports/secrets';
import { adoptedValue, type AdoptedValue } from './adopted-value';
import { factsOf, markOf, type Credential } from './credential';
import type { RotatorDependencies } from './dependencies';
import { InstallationError } from './errors';
import { parameterSteps, slotStep } from './first-values';
import { assertWorks, tryLogins } from './logins';
import { databaseSteps, type Plan, type Step } from './steps';

/**
 * Takes over a user and the secret that task definitions read. The user's password stays, and so does every session; the
 * secret's value becomes the slot's, and comes back into the secret as the slot's copy. Nothing is redeployed.
 */
export async function planAdoption(
  dependencies: RotatorDependencies,
  { config, consumers }: Credential,
  session: AdminSession,
  slot: Slot,
): Promise<Plan> {
  const { secrets } = dependencies;
  const found = await adopted(dependencies, config, slot);
  const roles = await session.planAdoption(adoptionSpec(dependencies, config, slot));
  const obstacles = [...found.obstacles, ...roles.obstacles];
  const notes = [...found.notes, ...roles.notes];
  const { usable } = found;
  if (usable === null)
    return { steps: databaseSteps(dependencies, session, roles.batches, config), obstacles, notes };
  const twin = await twinStep(dependencies, config, session, other(slot));
  if (typeof twin === 'string')
    return {
      steps: databaseSteps(dependencies, session, roles.batches, config),
      obstacles: [...obstacles, twin],
      notes,
    };
  const active = { slot, version: adoptionToken(config.slots[slot].secretArn, found.version) };
  const seen = {
    blue: active.version,
    green: twin.version,
    [other(slot)]: twin.version,
    [slot]: active.version,
  };
  // Nothing moved: whoever runs has the credential that the record names.
  const record = firstRecord(dependencies.clock.now(), 'settled', active, seen, consumers);
  const held = versionWith(await secrets.describe(config.slots[slot].secretArn), AWSCURRENT);
  return {
    obstacles,
    notes,
    steps: [
      ...databaseSteps(dependencies, session, roles.batches, config),
      { says: [], run: () => assertWorks(dependencies, config, usable.login) },
      ...(held === active.version ? [] : [copyStep(dependencies, config, active, usable)]),
      ...(twin.step === null ? [] : [twin.step]),
      ...(found.published ? [] : [publishStep(dependencies, config, active, found.version)]),
      ...(await parameterSteps(dependencies, config, record)),
    ],
  };
}

/** The first value of the other slot; or, where it cannot be told whether its user is in use, what to do, as one obstacle of all. */
async function twinStep(
  dependencies: RotatorDependencies,
  config: CredentialDocument,
  session: AdminSession,
  slot: Slot,
): Promise<Awaited<ReturnType<typeof slotStep>> | string> {
  try {
    return await slotStep(dependencies, config, session, slot);
  } catch (error) {
    if (error instanceof DatabaseError && error.kind === 'cannot-see-sessions') return error.message;
    throw error;
  }
}

/** What sessions that were open during the adoption have made since as the user itself: once more the same, for the rest. */
export async function planLeftovers(
  dependencies: RotatorDependencies,
  config: CredentialDocument,
  session: AdminSession,
): Promise<Plan> {
  const { batches, obstacles, notes } = await session.planAdoption(
    adoptionSpec(dependencies, config, config.adopt?.slot ?? 'blue'),
  );
  return { steps: databaseSteps(dependencies, session, batches, config), obstacles, notes };
}

function adoptionSpec(
  dependencies: RotatorDependencies,
  config: CredentialDocument,
  slot: Slot,
): AdoptionSpec {
  const { ownerRole: owner, database, ownDatabase, slots, credential } = config;
  const mark = markOf(dependencies, credential);
  return { owner, database, ownDatabase, mark, user: slots[slot].user, twin: slots[other(slot)].user };
}

interface Adopted extends AdoptedValue {
  /** The secret's version that was there before. */
  readonly version: string;
  /** Whether the secret carries the slot's copy of it already. */
  readonly published: boolean;
}

/** The value that was there before, which must log in, and be one that rotations can go on with. */
async function adopted(
  dependencies: RotatorDependencies,
  config: CredentialDocument,
  slot: Slot,
): Promise<Adopted> {
  const { secrets } = dependencies;
  const arn = activeSecretOf(config);
  const description = await secrets.describe(arn);
  const { version, published } = versionBefore(description, config, slot);
  const text = version === null ? null : await secrets.read(arn, { version });
  if (version === null || text === null) {
    const why = `${arn} has no value: it has to be the secret that task definitions read.`;
    return { version: '', published, obstacles: [why], notes: [], usable: null };
  }
  const { obstacles, notes, usable } = adoptedValue(arn, text, factsOf(dependencies, config, slot));
  const rotated = description.rotationEnabled
    ? [
        `${arn} has rotation enabled, which would change what nobody may change. Run: aws secretsmanager cancel-rotate-secret --secret-id ${arn}`,
      ]
    : [];
  const refused = usable === null ? [] : await loginObstacles(dependencies, config, usable.login, arn);
  return { version, published, notes, usable, obstacles: [...rotated, ...obstacles, ...refused] };
}

/** An adoption that died after its last move of a label has left the version that was there before as the previous one. */
function versionBefore(
  description: SecretDescription,
  config: CredentialDocument,
  slot: Slot,
): { readonly version: string | null; readonly published: boolean } {
  const current = versionWith(description, AWSCURRENT);
  const previous = versionWith(description, AWSPREVIOUS);
  const { secretArn } = config.slots[slot];
  const copyOf = (version: string) => mirrorVersion(secretArn, adoptionToken(secretArn, version));
  return previous !== null && current === copyOf(previous)
    ? { version: previous, published: true }
    : { version: current, published: false };
}

async function loginObstacles(
  dependencies: RotatorDependencies,
  config: CredentialDocument,
  login: Login,
  arn: string,
): Promise<string[]> {
  const { result, detail } = await tryLogins(dependencies, config, login);
  switch (result) {
    case 'accepted':
      return [];
    case 'refused':
      return [
        `The value of ${arn} does not log in: ${detail} Correct it, or name the secret that task definitions read.`,
      ];
    case 'outage':
      return [`Whether the value of ${arn} logs in could not be tried: ${detail}`];
  }
}

function copyStep(
  { secrets }: RotatorDependencies,
  config: CredentialDocument,
  { slot, version }: SlotVersion,
  { value, added }: { readonly value: Sensitive; readonly added: readonly string[] },
): Step {
  const more = added.length === 0 ? '' : `, with the keys that it lacked: ${added.join(', ')}`;
  return {
    says: [`${slot}: the value of the active secret stored${more}`],
    run: async () => {
      await secrets.put(config.slots[slot].secretArn, version, value, AWSCURRENT);
    },
  };
}

/** The same credential, as the slot's copy: what a task that starts reads before, between and after logs in. */
function publishStep(
  { secrets }: RotatorDependencies,
  config: CredentialDocument,
  { slot, version }: SlotVersion,
  from: string,
): Step {
  const { credential, slots } = config;
  const activeSecretArn = activeSecretOf(config);
  const { secretArn } = slots[slot];
  const to = mirrorVersion(secretArn, version);
  const run = async () => {
    const value = await secrets.read(secretArn, { version });
    if (value === null)
      throw new InstallationError(`The value of ${slot} of ${credential} cannot be read back.`);
    await secrets.put(activeSecretArn, to, value, STAGED);
    try {
      await secrets.moveLabel(activeSecretArn, AWSCURRENT, { from, to });
    } catch (error) {
      if (!(error instanceof LabelMovedError)) throw error;
      throw new InstallationError(
        `Somebody changed the value of ${activeSecretArn} during the adoption; it was left as it is. Invoke it again to adopt that value.`,
      );
    }
  };
  return { says: [`active: carries ${slot}`], run };
}
