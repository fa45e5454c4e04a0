import type { CredentialDocument } from '../contract/config-document';
import { parameterName } from '../contract/names';
import { firstRecord } from '../core/record';
import { other, type Slot, type SlotVersion } from '../core/slot';
import { hasOneSecret } from '../core/strategy';
import type { AdminSession } from '../ports/database';
import { AWSCURRENT, versionWith } from '../ports/secrets';
import { planAdoption, planLeftovers } from './adoption';
import { asAdmin, loadCredential, markOf, userSpec, type Credential } from './credential';
import type { RotatorDependencies } from './dependencies';
import { InstallationError } from './errors';
import { carriedByMirror, mirrorSteps, refuseForeignMirror, refuseOrphan } from './first-mirror';
import { assertLogsIn, parameterSteps, slotStep } from './first-values';
import { planBeginOne } from './one-secret';
import { describeSession } from './rotation';
import { databaseSteps, type Plan, type Step } from './steps';

/** What bootstrap did, or would do, in words; it lands in Terraform's state, so it holds no value. */
export interface BootstrapResult {
  readonly credential: string;
  readonly did: readonly string[];
  /** Where nothing was to be done: what would have been. */
  readonly would?: readonly string[];
  /** What stands in the way of it. */
  readonly obstacles?: readonly string[];
  /** What a person should know. */
  readonly notes?: readonly string[];
}

export interface BootstrapOptions {
  /** Whether to take over what was there before. @default false: that is left to a person who asks for it */
  readonly adopt?: boolean | undefined;
  /** Whether to say what would be done, and do nothing. @default false */
  readonly dryRun?: boolean | undefined;
}

/**
 * Makes roles and first values, then pointer and record, the record last: with a record, everything else is there.
 * May be repeated, and may die anywhere: a slot that has a value is never altered. It is planned as a whole before the
 * first effect, so that a dry run says what the real one does.
 */
export async function bootstrap(
  dependencies: RotatorDependencies,
  name: string,
  { adopt = false, dryRun = false }: BootstrapOptions = {},
): Promise<BootstrapResult> {
  return await asAdmin(dependencies, name, async (session) => {
    const credential = await loadCredential(dependencies, name);
    const { steps, obstacles = [], notes = [] } = await planFor(dependencies, credential, session, adopt);
    const would = steps.flatMap(({ says }) => says);
    const told = notes.length === 0 ? {} : { notes };
    if (dryRun) return { credential: name, did: [], would, obstacles, ...told };
    if (obstacles.length > 0) {
      throw new InstallationError(
        `${name} cannot be adopted yet, and nothing was changed:\n- ${obstacles.join('\n- ')}`,
      );
    }
    for (const step of steps) await step.run();
    return { credential: name, did: would, ...told };
  });
}

/** Removes what bootstrap made outside of Terraform. Roles stay: applications may still use them. */
export async function destroy(
  { environment, parameters }: RotatorDependencies,
  name: string,
): Promise<BootstrapResult> {
  const kinds = ['pointer', 'record', 'request', 'evidence', 'active'] as const;
  await parameters.remove(kinds.map((kind) => parameterName(environment.prefix, name, kind)));
  return { credential: name, did: kinds.map((kind) => `${kind} removed`) };
}

async function planFor(
  dependencies: RotatorDependencies,
  credential: Credential,
  session: AdminSession,
  adopt: boolean,
): Promise<Plan> {
  const { config } = credential;
  if (adopt && config.adopt === undefined) {
    throw new InstallationError(
      `The configuration of ${config.credential} has no adopt: add it, with the secret that task definitions read, and apply.`,
    );
  }
  if (credential.recordExists) {
    const refilled = await planRefill(dependencies, credential, session);
    if (!adopt) return { steps: refilled };
    const leftovers = await planLeftovers(dependencies, config, session);
    return { ...leftovers, steps: [...refilled, ...leftovers.steps] };
  }
  if (hasOneSecret(config.strategy)) return { steps: await planBeginOne(dependencies, credential, session) };
  const carried = await carriedByMirror(dependencies, config);
  if (config.adopt === undefined)
    return { steps: await planBegin(dependencies, credential, session, carried) };
  if (adopt) return await planAdoption(dependencies, credential, session, config.adopt.slot);
  if (carried !== null) return { steps: await planBegin(dependencies, credential, session, carried) };
  return { steps: [], notes: [pending(dependencies, config)] };
}

/** An apply takes nothing over: what it would run is for a person to read first. */
function pending({ environment }: RotatorDependencies, { credential }: CredentialDocument): string {
  return (
    `${environment.prefix}/${credential} waits to be adopted, and is not rotated until then. Invoke this function with ` +
    `{"action":"bootstrap","credential":"${credential}","adopt":true,"dryRun":true} to read what that would run, and without dryRun to run it.`
  );
}

async function planBegin(
  dependencies: RotatorDependencies,
  { config, consumers }: Credential,
  session: AdminSession,
  carried: SlotVersion | null,
): Promise<Step[]> {
  await refuseOrphan(dependencies, config);
  if (carried === null) await refuseForeignMirror(dependencies, config);
  const { ownerRole: owner, database, ownDatabase } = config;
  const mark = markOf(dependencies, config.credential);
  const blue = await slotStep(dependencies, config, session, 'blue');
  const green = await slotStep(dependencies, config, session, 'green');
  const fresh = blue.step !== null && green.step !== null;
  const active = carried ?? { slot: 'blue' as const, version: blue.version };
  const run = (batches: Parameters<typeof databaseSteps>[2]) =>
    databaseSteps(dependencies, session, batches, config);
  const roles = async (slot: Slot) =>
    run(await session.planUser(userSpec(dependencies, config, config.slots[slot].user)));
  // Values that were here before may be in use: rolling brings every consumer onto what `active` carries.
  const phase = fresh ? 'settled' : 'rolling';
  const seen = { blue: blue.version, green: green.version };
  const record = firstRecord(dependencies.clock.now(), phase, active, seen, consumers);
  return [
    ...run(await session.planOwner({ owner, database, ownDatabase, mark })),
    ...(blue.step === null ? [] : [...(await roles('blue')), blue.step]),
    ...(green.step === null ? [] : [...(await roles('green')), green.step]),
    // Before it is published: a value that was here before may not log in.
    ...(fresh ? [] : [{ says: [], run: () => assertLogsIn(dependencies, config, active) }]),
    ...(carried === null ? mirrorSteps(dependencies, config, active) : []),
    ...(await parameterSteps(dependencies, config, record)),
  ];
}

/** With a record, only a standby that lost its secret, and that nobody uses, is filled. */
async function planRefill(
  dependencies: RotatorDependencies,
  { config, record }: Credential,
  session: AdminSession,
): Promise<Step[]> {
  if (record === null) {
    throw new InstallationError(
      `The record of ${config.credential} cannot be read: restore it from the parameter's history.`,
    );
  }
  // Of one secret that lost its value nobody has a copy; the orchestrator halts, and says so.
  if (hasOneSecret(config.strategy)) return [];
  const standby = other(record.active.slot);
  const { secretArn, user } = config.slots[standby];
  if (versionWith(await dependencies.secrets.describe(secretArn), AWSCURRENT) !== null) return [];
  const open = await session.sessionsOf(user);
  if (record.phase !== 'settled' || open.length > 0) {
    const why = open.length > 0 ? open.map(describeSession).join('; ') : `the credential is ${record.phase}`;
    throw new InstallationError(
      `${standby} of ${config.credential} has no value and cannot be given one now: ${why}.`,
    );
  }
  await refuseOrphan(dependencies, config, [standby]);
  const batches = await session.planUser(userSpec(dependencies, config, user));
  const { step } = await slotStep(dependencies, config, session, standby);
  return [...databaseSteps(dependencies, session, batches, config), ...(step === null ? [] : [step])];
}
