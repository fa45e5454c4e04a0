import {
  parseCredentialDocument,
  type CredentialDocumentInput,
} from '../../lambda-src/contract/config-document';
import type { Observation } from '../../lambda-src/core/observation';
import type { SlotVersion } from '../../lambda-src/core/slot';
import { observe } from '../../lambda-src/orchestrator/observe';
import { publish } from '../../lambda-src/orchestrator/publish';
import { arnOf, MemoryInstallation } from './memory-installation';

type Delivery = NonNullable<CredentialDocumentInput['delivery']>;

/** An installation whose containers do not read an active secret. */
export function installationDelivering(delivery: Exclude<Delivery, 'secret'>): MemoryInstallation {
  const installation = new MemoryInstallation();
  const { activeSecretArn, ...document } = JSON.parse(configOf(installation)) as Record<string, unknown>;
  expect(activeSecretArn).toBe(arnOf('active'));
  installation.set('config', JSON.stringify({ ...document, delivery }));
  return installation;
}

/** Publishes a version, as the orchestrator does. */
export function publishing(installation: MemoryInstallation, target: SlotVersion): Promise<void> {
  const config = parseCredentialDocument(installation.name('config'), configOf(installation));
  return publish(installation.dependencies, config, target);
}

/** What the orchestrator sees at one look. */
export async function seen(installation: MemoryInstallation): Promise<Observation | undefined> {
  const occasion = { credential: 'app', sweep: false, verification: null };
  return (await observe(installation.dependencies, occasion))?.observation;
}

function configOf(installation: MemoryInstallation): string {
  return installation.parameters.peek(installation.name('config'))?.value ?? '';
}
