import { publishedVersion, type CredentialDocument } from '../contract/config-document';
import { parameterName } from '../contract/names';
import type { SlotVersion } from '../core/slot';
import { hasOneSecret } from '../core/strategy';
import type { Sensitive } from '../core/sensitive';
import { AWSCURRENT, STAGED, versionWith, type SecretStore } from '../ports/secrets';
import type { OrchestratorDependencies } from './dependencies';

/** A publish did not arrive; it is repeated at the next look. */
export class PublishError extends Error {
  override readonly name = 'PublishError';
}

/**
 * The only way to change what consumers read, forward or back; may be repeated at any time. The mirror first, by
 * compare-and-swap and read back, then the pointer. Where there is one secret, it is its own mirror: nothing is copied.
 */
export async function publish(
  dependencies: OrchestratorDependencies,
  config: CredentialDocument,
  target: SlotVersion,
): Promise<void> {
  await publishMirror(dependencies, config, target);
  const { parameters, environment } = dependencies;
  const pointer = parameterName(environment.prefix, config.credential, 'pointer');
  const found = await parameters.get([pointer]);
  if (found.get(pointer)?.value !== target.slot) await parameters.put(pointer, target.slot);
}

async function publishMirror(
  { secrets }: OrchestratorDependencies,
  config: CredentialDocument,
  target: SlotVersion,
): Promise<void> {
  const { activeSecretArn, credential, strategy } = config;
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
  { activeSecretArn, credential }: CredentialDocument,
  mirrored: string,
  value: Sensitive,
): Promise<void> {
  const outcome = await secrets.put(activeSecretArn, mirrored, value, STAGED);
  if (outcome === 'exists')
    throw new PublishError(`The active secret of ${credential} holds another value as version ${mirrored}.`);
}
