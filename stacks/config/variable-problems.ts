import { consumerReference } from './consumers';
import type { Problem } from './problems';
import type { CredentialConfiguration } from './schema';
import { mapping } from './suggestion';

/**
 * Environment variables that a container would get twice. ECS refuses such a task definition: "The secret name must be
 * unique and not shared with any new or existing environment variables" (API reference, Secret).
 */
export function repeatedVariables(
  services: Readonly<Record<string, unknown>>,
  credentials: ReadonlyMap<string, CredentialConfiguration>,
): Problem[] {
  const givenBy = new Map<string, string>();
  for (const [service, fields] of Object.entries(services)) {
    for (const variable of Object.keys(mapping(mapping(fields)['environment']))) {
      givenBy.set(`${service} ${variable}`, `services.${service}.environment`);
    }
  }
  return [...credentials].flatMap(([name, { consumers }]) =>
    consumers.flatMap((consumer, index): Problem[] => {
      const { service, cluster, variable } = consumerReference(consumer);
      if (cluster !== undefined) return [];
      const path = `credentials.${name}.consumers.${index}`;
      const other = givenBy.get(`${service} ${variable}`);
      if (other === undefined) {
        givenBy.set(`${service} ${variable}`, path);
        return [];
      }
      // The same service twice in one list is told of already.
      if (other.startsWith(`credentials.${name}.`)) return [];
      const fix = `would give ${service} ${variable} a second time, after ${other}: name another, {service: ${service}, variable: …}`;
      return [{ path, value: variable, fix }];
    }),
  );
}
