import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import type { Stage } from './stage';
import { until } from './wait';

const SLOTS = ['blue', 'green'] as const;

type Looking = Pick<Stage, 'clients' | 'installation'>;

/** Takes note of every password that exists now; a version whose rotation has just begun has none yet. */
export async function notePasswords(stage: Looking & Pick<Stage, 'system' | 'passwords'>): Promise<void> {
  for (const slot of SLOTS) {
    for (const [versionId, labels] of Object.entries(await labelsOf(stage, slot))) {
      if (labels.includes('AWSPENDING') && labels.length === 1) continue;
      const value = stage.system.secrets.readValue(stage.installation.secrets[slot], { versionId });
      if (value.kind !== 'string') continue;
      const { password } = JSON.parse(value.text) as { readonly password: string };
      stage.passwords.add(password);
    }
  }
}

/** Labels of a slot's secret by version id. */
export async function labelsOf(
  { clients, installation }: Looking,
  slot: 'blue' | 'green',
): Promise<Readonly<Record<string, readonly string[]>>> {
  const secret = await clients.secrets.send(
    new DescribeSecretCommand({ SecretId: installation.secrets[slot] }),
  );
  return secret.VersionIdsToStages ?? {};
}

/** Turning a schedule on tests the function by itself; a rotation can begin only after that. */
export async function untilTested(stage: Looking & Pick<Stage, 'signal'>): Promise<void> {
  for (const slot of SLOTS) {
    await until(`the rotation of ${slot} to be tested`, stage.signal, async () => {
      const labels = Object.values(await labelsOf(stage, slot));
      return labels.some((some) => some.includes('AWSPENDING') && !some.includes('AWSCURRENT'))
        ? undefined
        : true;
    });
  }
}
