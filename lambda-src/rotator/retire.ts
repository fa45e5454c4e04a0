import { guardRetire, guardSessions, type Refusal } from '../core/guard';
import type { Slot, SlotVersion } from '../core/slot';
import { AWSCURRENT, versionWith } from '../ports/secrets';
import { asAdmin, loadCredential } from './credential';
import type { RotatorDependencies } from './dependencies';
import { InstallationError, RetirementRefusedError } from './errors';
import { describeSession } from './rotation';

/**
 * NOLOGIN for the former user. Under the lock, and only where the record says so: one that reverts meanwhile is seen. Open
 * sessions are a reason to refuse, unless its password leaked: then they are ended next.
 * @throws RetirementRefusedError before any effect on the database
 */
export async function retire(
  dependencies: RotatorDependencies,
  name: string,
  { slot }: SlotVersion,
): Promise<Record<string, never>> {
  return await asAdmin(dependencies, name, async (session) => {
    const { config, record, consumers, astray } = await loadCredential(dependencies, name);
    const { user, secretArn } = config.slots[slot];
    const current = versionWith(await dependencies.secrets.describe(secretArn), AWSCURRENT);
    refuseIf(
      name,
      slot,
      guardRetire({ strategy: config.strategy, slot, record, consumers, astray }, current),
    );
    if (record?.compromised?.slot !== slot)
      refuseIf(name, slot, guardSessions(slot, (await session.sessionsOf(user)).map(describeSession)));
    await session.setLogin(user, false);
    dependencies.telemetry.info('locked out', { user });
    return {};
  });
}

/**
 * LOGIN, with the password that the user has.
 * @throws InstallationError where that password leaked: a rotation gives it a new one, and LOGIN with it
 */
export async function restore(
  dependencies: RotatorDependencies,
  name: string,
  slot: Slot,
): Promise<Record<string, never>> {
  return await asAdmin(dependencies, name, async (session) => {
    const { config, record } = await loadCredential(dependencies, name);
    if (record === null) throw new InstallationError(`${name} has no readable record: nothing was changed.`);
    if (record.compromised?.slot === slot)
      throw new InstallationError(
        `The password of ${slot} of ${name} leaked: its user may log in again once it has a new one.`,
      );
    const { user } = config.slots[slot];
    await session.setLogin(user, true);
    dependencies.telemetry.info('may log in again', { user });
    return {};
  });
}

/**
 * Ends every session of the former user. Only of one whose password leaked and that may not log in: nobody else's session
 * is ever ended.
 * @throws RetirementRefusedError before any effect on the database
 */
export async function terminate(
  dependencies: RotatorDependencies,
  name: string,
  { slot }: SlotVersion,
): Promise<{ readonly ended: readonly string[] }> {
  return await asAdmin(dependencies, name, async (session) => {
    const { config, record, consumers, astray } = await loadCredential(dependencies, name);
    refuseIf(name, slot, guardRetire({ strategy: config.strategy, slot, record, consumers, astray }, null));
    if (record?.compromised?.slot !== slot || record.retired?.done !== true)
      refuseIf(name, slot, {
        clause: 'record',
        reason: `the record does not say that the password of ${slot} leaked and that its user is locked out`,
        offenders: [slot],
      });
    const { user } = config.slots[slot];
    const ended = (await session.endSessions(user)).map(describeSession);
    dependencies.telemetry.info('sessions ended', { user, ended });
    return { ended };
  });
}

function refuseIf(name: string, slot: Slot, refusal: Refusal | null): void {
  if (refusal !== null) throw new RetirementRefusedError(name, slot, refusal);
}
