import { consumerReference, variablesGiven } from './consumers';
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
  return [...credentials].flatMap(([name, { delivery, consumers }]) =>
    consumers.flatMap((consumer, index): Problem[] => {
      const reference = consumerReference(consumer);
      const { service, cluster, keys } = reference;
      if (cluster !== undefined) return [];
      const path = `credentials.${name}.consumers.${index}`;
      const given = variablesGiven(delivery, reference);
      const repeated = given.find((one) => givenBy.has(`${service} ${one}`));
      if (repeated === undefined) {
        for (const one of given) givenBy.set(`${service} ${one}`, path);
        return [];
      }
      const other = givenBy.get(`${service} ${repeated}`) ?? '';
      // The same service twice in one list is told of already.
      if (other.startsWith(`credentials.${name}.`)) return [];
      const way =
        keys[repeated] !== undefined
          ? `name another, {service: ${service}, variable: …}`
          : 'a container picks from one credential, and the names of what it picks from are its script’s: deliver the other one another way';
      const fix = `would give ${service} ${repeated} a second time, after ${other}: ${way}`;
      return [{ path, value: repeated, fix }];
    }),
  );
}
