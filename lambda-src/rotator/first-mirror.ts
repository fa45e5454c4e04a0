import { userIn } from '../contract/active-parameter';
import { activeSecretOf, type CredentialDocument } from '../contract/config-document';
import { parameterName } from '../contract/names';
import { mirrorVersion } from '../contract/tokens';
import { pointerText } from '../core/delivery';
import { SLOTS, type Slot, type SlotVersion } from '../core/slot';
import { urlAt } from '../ports/active-parameter';
import { AWSCURRENT, versionWith } from '../ports/secrets';
import { isLoginOf } from './credential';
import type { RotatorDependencies } from './dependencies';
import { InstallationError } from './errors';
import type { Step } from './steps';

/** The slot and version that applications read; null where there is nothing yet, or it carries neither slot's. */
export async function carriedByMirror(
  dependencies: RotatorDependencies,
  config: CredentialDocument,
): Promise<SlotVersion | null> {
  const isCarried = await carrying(dependencies, config);
  if (isCarried === null) return null;
  for (const slot of SLOTS) {
    const { versions } = await dependencies.secrets.describe(config.slots[slot].secretArn);
    for (const version of Object.keys(versions)) {
      if (await isCarried({ slot, version })) return { slot, version };
    }
  }
  return null;
}

/** How to tell whether it is a slot's version that applications read; null where they read nothing yet. */
async function carrying(
  dependencies: RotatorDependencies,
  config: CredentialDocument,
): Promise<((target: SlotVersion) => boolean | Promise<boolean>) | null> {
  const { secrets } = dependencies;
  switch (config.delivery) {
    case 'secret': {
      const current = versionWith(await secrets.describe(activeSecretOf(config)), AWSCURRENT);
      if (current === null) return null;
      return ({ slot, version }) => mirrorVersion(config.slots[slot].secretArn, version) === current;
    }
    case 'parameter': {
      const carried = await dependencies.parameters.getSecure(activeParameter(dependencies, config));
      if (carried === null) return null;
      return async (target) => (await urlAt(secrets, config, target))?.equals(carried) ?? false;
    }
    case 'entrypoint': {
      const pointer = await readPointer(dependencies, config);
      return pointer === null ? null : (target) => pointer === pointerText(config.delivery, target);
    }
  }
}

async function readPointer(
  { environment, parameters }: RotatorDependencies,
  { credential }: CredentialDocument,
): Promise<string | null> {
  const name = parameterName(environment.prefix, credential, 'pointer');
  return (await parameters.get([name])).get(name)?.value ?? null;
}

/** What applications read, as a message names it. */
function readAs({ delivery }: CredentialDocument): string {
  return delivery === 'entrypoint' ? 'pointer' : `active ${delivery}`;
}

/** For an `active` secret, or parameter, that carries neither slot's value, and a pointer that names neither. */
export async function refuseForeignMirror(
  dependencies: RotatorDependencies,
  config: CredentialDocument,
): Promise<void> {
  if ((await carrying(dependencies, config)) === null) return;
  throw new InstallationError(
    `The ${readAs(config)} of ${config.credential} carries a value that is neither blue's nor green's, and there is no record ` +
      `that says whose it is: restore the record from its parameter's history.`,
  );
}

/**
 * Copies a slot's value into the empty `active` secret; what lies in an `active` parameter is left as it is. Of the delivery
 * `entrypoint`, the pointer is all that is published, and bootstrap makes it as it makes the record.
 */
export function mirrorSteps(
  dependencies: RotatorDependencies,
  config: CredentialDocument,
  { slot, version }: SlotVersion,
): Step[] {
  if (config.delivery === 'entrypoint') return [];
  const { secrets, parameters } = dependencies;
  const { secretArn } = config.slots[slot];
  const missing = () =>
    new InstallationError(`The first value of ${slot} of ${config.credential} cannot be read back.`);
  const run = async () => {
    if (config.delivery === 'parameter') {
      const url = await urlAt(secrets, config, { slot, version });
      if (url === null) throw missing();
      const name = activeParameter(dependencies, config);
      await parameters.createSecure(name, url, config.activeParameterKeyArn);
      return;
    }
    const value = await secrets.read(secretArn, { version });
    if (value === null) throw missing();
    await secrets.put(activeSecretOf(config), mirrorVersion(secretArn, version), value, AWSCURRENT);
  };
  return [{ says: [`active: carries ${slot}`], run }];
}

/**
 * A slot without a value whose user `active` carries would be altered under the services that use it: this happens
 * where the slot's secret and the record were both lost, or where the mirror is astray.
 */
export async function refuseOrphan(
  dependencies: RotatorDependencies,
  config: CredentialDocument,
  slots = SLOTS,
): Promise<void> {
  const isOf = await carriedUser(dependencies, config);
  if (isOf === null) return;
  for (const slot of slots) {
    const description = await dependencies.secrets.describe(config.slots[slot].secretArn);
    if (versionWith(description, AWSCURRENT) === null && isOf(slot)) {
      throw new InstallationError(
        `${slot} of ${config.credential} has no value, yet the ${readAs(config)} carries its user: restore the slot's secret first.`,
      );
    }
  }
}

/** How to tell whether it is a slot's user that applications read; null where they read nothing yet. */
async function carriedUser(
  dependencies: RotatorDependencies,
  config: CredentialDocument,
): Promise<((slot: Slot) => boolean) | null> {
  switch (config.delivery) {
    case 'secret': {
      const carried = await dependencies.secrets.read(activeSecretOf(config));
      return carried === null ? null : (slot) => isLoginOf(config, slot, carried);
    }
    case 'parameter': {
      const url = await dependencies.parameters.getSecure(activeParameter(dependencies, config));
      return url === null ? null : (slot) => userIn(url) === config.slots[slot].user;
    }
    case 'entrypoint': {
      const pointer = await readPointer(dependencies, config);
      return pointer === null ? null : (slot) => pointer.startsWith(`${slot} `);
    }
  }
}

/** Whether the active parameter carries a version; null where there is no such parameter. */
export async function parameterCarries(
  dependencies: RotatorDependencies,
  config: CredentialDocument,
  target: SlotVersion,
): Promise<boolean | null> {
  const isCarried = await carrying(dependencies, config);
  return isCarried === null ? null : await isCarried(target);
}

export function activeParameter(
  { environment }: RotatorDependencies,
  { credential }: CredentialDocument,
): string {
  return parameterName(environment.prefix, credential, 'active');
}
