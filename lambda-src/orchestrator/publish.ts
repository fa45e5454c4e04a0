import { activeSecretOf, publishedVersion, type CredentialDocument } from '../contract/config-document';
import { parameterName } from '../contract/names';
import { pointerText } from '../core/delivery';
import type { SlotVersion } from '../core/slot';
import { hasOneSecret } from '../core/strategy';
import type { Sensitive } from '../core/sensitive';
import { urlAt } from '../ports/active-parameter';
import { AWSCURRENT, STAGED, versionWith, type SecretStore } from '../ports/secrets';
import type { OrchestratorDependencies } from './dependencies';
import { activeParameter } from './mirror';

/** A publish did not arrive; it is repeated at the next look. */
export class PublishError extends Error {
  override readonly name = 'PublishError';
}

/**
 * The only way to change what consumers read, forward or back; may be repeated at any time. The mirror first, read back,
 * then the pointer. A secret moves by compare-and-swap; a parameter knows none, and is written over. Where there is one secret, it is
 * its own mirror, and where containers pick their user, the pointer is: nothing is copied.
 */
export async function publish(
  dependencies: OrchestratorDependencies,
  config: CredentialDocument,
  target: SlotVersion,
): Promise<void> {
  switch (config.delivery) {
    case 'secret':
      await publishSecret(dependencies, config, target);
      break;
    case 'parameter':
      await publishParameter(dependencies, config, target);
      break;
    case 'entrypoint':
      await makeCurrent(dependencies, config, target);
      break;
  }
  const { parameters, environment } = dependencies;
  const pointer = parameterName(environment.prefix, config.credential, 'pointer');
  const found = await parameters.get([pointer]);
  const text = pointerText(config.delivery, target);
  if (found.get(pointer)?.value !== text) await parameters.put(pointer, text);
}

async function publishSecret(
  { secrets }: OrchestratorDependencies,
  config: CredentialDocument,
  target: SlotVersion,
): Promise<void> {
  const { credential, strategy } = config;
  const activeSecretArn = activeSecretOf(config);
  const { slot, version } = target;
  const mirrored = publishedVersion(config, target);
  const description = await secrets.describe(activeSecretArn);
  const from = versionWith(description, AWSCURRENT);
  if (from === mirrored) return;
  if (description.versions[mirrored] === undefined) {
    const value = await secrets.read(config.slots[slot].secretArn, { version });
    if (value === null)
      throw new PublishError(`${slot} of ${credential} has no version ${version} any more.`);
    if (!hasOneSecret(strategy)) await copy(secrets, config, mirrored, value);
  }
  // The first value of an empty secret is AWSCURRENT at once: there is nothing to move.
  if (from !== null) await secrets.moveLabel(activeSecretArn, AWSCURRENT, { from, to: mirrored });
  const after = versionWith(await secrets.describe(activeSecretArn), AWSCURRENT);
  if (after !== mirrored)
    throw new PublishError(`The active secret of ${credential} does not carry ${slot} after the move.`);
}

async function copy(
  secrets: SecretStore,
  config: CredentialDocument,
  mirrored: string,
  value: Sensitive,
): Promise<void> {
  const { credential } = config;
  const outcome = await secrets.put(activeSecretOf(config), mirrored, value, STAGED);
  if (outcome === 'exists')
    throw new PublishError(`The active secret of ${credential} holds another value as version ${mirrored}.`);
}

async function publishParameter(
  dependencies: OrchestratorDependencies,
  config: CredentialDocument,
  target: SlotVersion,
): Promise<void> {
  const { secrets, parameters } = dependencies;
  const { credential, activeParameterKeyArn } = config;
  const { slot, version } = target;
  const name = activeParameter(dependencies, config);
  const url = await urlAt(secrets, config, target);
  if (url === null)
    throw new PublishError(`${slot} of ${credential} has no version ${version} any more, or it is no login.`);
  if ((await parameters.getSecure(name))?.equals(url) === true) return;
  await parameters.putSecure(name, url, activeParameterKeyArn);
  if ((await parameters.getSecure(name))?.equals(url) !== true)
    throw new PublishError(`The parameter ${name} does not carry ${slot} after it was written.`);
}

/**
 * Containers pick the slot that the pointer names, and start only with the version that it names: that one is to be AWSCURRENT.
 * It is, unless somebody moved the label or stored a value by hand: every other rotation of the slot is refused.
 */
async function makeCurrent(
  { secrets }: OrchestratorDependencies,
  { credential, slots }: CredentialDocument,
  { slot, version }: SlotVersion,
): Promise<void> {
  const { secretArn } = slots[slot];
  const from = versionWith(await secrets.describe(secretArn), AWSCURRENT);
  if (from === version) return;
  await secrets.moveLabel(secretArn, AWSCURRENT, { from, to: version });
  if (versionWith(await secrets.describe(secretArn), AWSCURRENT) !== version)
    throw new PublishError(
      `The secret of ${slot} of ${credential} does not carry ${version} after the move.`,
    );
}
