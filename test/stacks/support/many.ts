import type { ConfigurationInput } from '../../../stacks/config/schema';

const SERVICES_EACH = 5;

/** An installation with so many credentials, each of five services. */
export function many(count: number): ConfigurationInput {
  const credentials: ConfigurationInput['credentials'] = {};
  const services: NonNullable<ConfigurationInput['services']> = {};
  for (let credential = 1; credential <= count; credential += 1) {
    const consumers = Array.from(
      { length: SERVICES_EACH },
      (_, index) => `service-${credential}-${index + 1}`,
    );
    credentials[`credential-${credential}`] = { consumers };
    for (const name of consumers) services[name] = { image: 'example/app:1' };
  }
  return {
    prefix: 'tandem/scale',
    region: 'eu-central-1',
    database: { name: 'app', create: {} },
    credentials,
    services,
  };
}
