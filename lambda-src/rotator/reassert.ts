import type { Verdict } from '../contract/events';
import { sameSlotVersion, type SlotVersion } from '../core/slot';
import { asAdmin, loadCredential, loginFrom, userSpec, type Credential } from './credential';
import type { RotatorDependencies } from './dependencies';
import { InstallationError } from './errors';
import { verdictOn } from './verify';

/** The answer to `reassert`: how the login went afterwards, and what was missing of the user, as statements. */
export interface Reasserted extends Verdict {
  readonly ensured: readonly string[];
}

/**
 * Gives the active user the password that is stored, after the database was restored to an older state. Tasks hold
 * what is stored: that is why the database follows the store here, and nowhere else the other way round. Under the lock,
 * and only while the record is halted: nothing moves then, and a person has looked.
 * @throws InstallationError where the record is not halted, or names another version as active
 */
export async function reassert(
  dependencies: RotatorDependencies,
  name: string,
  target: SlotVersion,
): Promise<Reasserted> {
  return await asAdmin(dependencies, name, async (session) => {
    const { config, record } = await loadCredential(dependencies, name);
    refuseUnlessHalted(name, record, target);
    const { slot, version } = target;
    const value = await dependencies.secrets.read(config.slots[slot].secretArn, { version });
    if (value === null) throw new InstallationError(`${slot} of ${name} has no version ${version} any more.`);
    const login = loginFrom(config, slot, value);
    // An older state may lack the role, its LOGIN or its memberships.
    const ensured = await session.ensureUser(userSpec(dependencies, config, login.user));
    await session.setPassword(login.user, login.password);
    dependencies.telemetry.info('stored password reasserted', { user: login.user, ensured });
    return { ...(await verdictOn(dependencies, config, target, value)), ensured };
  });
}

function refuseUnlessHalted(name: string, record: Credential['record'], target: SlotVersion): void {
  if (record?.phase !== 'halted') {
    const phase = record === null ? 'without a readable record' : record.phase;
    throw new InstallationError(
      `${name} is ${phase}, not halted: a password is reasserted only where the sweep found that it is refused, and nothing was changed.`,
    );
  }
  const { active } = record;
  if (!sameSlotVersion(active, target)) {
    throw new InstallationError(
      `The record of ${name} names ${active.slot} ${active.version} as active, not ${target.slot} ${target.version}: nothing was changed.`,
    );
  }
}
