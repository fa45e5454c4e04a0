import { activeSecretOf, type CredentialDocument } from '../contract/config-document';
import { firstRecord } from '../core/record';
import { SLOTS, type Slot, type SlotVersion } from '../core/slot';
import type { AdminSession } from '../ports/database';
import { AWSCURRENT, versionWith } from '../ports/secrets';
import { isLoginOf, markOf, userSpec, type Credential } from './credential';
import type { RotatorDependencies } from './dependencies';
import { InstallationError } from './errors';
import { assertLogsIn, parameterSteps, slotStep } from './first-values';
import { databaseSteps, type Step } from './steps';

/** The slots whose users differ: both, or the one that there is. */
export function slotsOf({ strategy }: Pick<CredentialDocument, 'strategy'>): readonly Slot[] {
  return strategy === 'single' ? ['blue'] : SLOTS;
}

/**
 * Bootstrap where there is one secret: its first value is blue's. The other user, if there is one, is made without a
 * password, with which nobody logs in: its first one comes from the first rotation.
 */
export async function planBeginOne(
  dependencies: RotatorDependencies,
  { config, consumers }: Credential,
  session: AdminSession,
): Promise<Step[]> {
  const { ownerRole: owner, database, ownDatabase } = config;
  const mark = markOf(dependencies, config.credential);
  const batches = [...(await session.planOwner({ owner, database, ownDatabase, mark }))];
  for (const slot of slotsOf(config))
    batches.push(...(await session.planUser(userSpec(dependencies, config, config.slots[slot].user))));
  const first = await slotStep(dependencies, config, session, 'blue');
  const active =
    first.step === null ? await carried(dependencies, config) : { slot: 'blue' as const, ...first };
  const { slot, version } = active;
  const seen = { blue: null, green: null, [slot]: version };
  // A value that was here before may be in use: rolling brings every consumer onto it.
  const phase = first.step === null ? 'rolling' : 'settled';
  const record = firstRecord(dependencies.clock.now(), phase, { slot, version }, seen, consumers);
  return [
    ...databaseSteps(dependencies, session, batches, config),
    first.step ?? { says: [], run: () => assertLogsIn(dependencies, config, active) },
    ...(await parameterSteps(dependencies, config, record)),
  ];
}

/** What the secret carries, without a record that says so. */
async function carried({ secrets }: RotatorDependencies, config: CredentialDocument): Promise<SlotVersion> {
  const { credential } = config;
  const activeSecretArn = activeSecretOf(config);
  const version = versionWith(await secrets.describe(activeSecretArn), AWSCURRENT);
  const value = version === null ? null : await secrets.read(activeSecretArn, { version });
  const slot = value === null ? undefined : slotsOf(config).find((one) => isLoginOf(config, one, value));
  if (version === null || slot === undefined) {
    throw new InstallationError(
      `The secret of ${credential} carries a value of neither of its users, and there is no record that says whose it ` +
        `is: restore the record from its parameter's history.`,
    );
  }
  return { slot, version };
}
