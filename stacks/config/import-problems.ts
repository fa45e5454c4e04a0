import { hasOneSecret } from '../../lambda-src/contract/config-document';
import { likely } from '../../scripts/likely';
import { consumerReference } from './consumers';
import { importSchema, type ImportConfiguration } from './import';
import type { Problem } from './problems';
import { at, mapping } from './suggestion';
import type { CredentialConfiguration } from './schema';

/** What of the imports does not fit the rest of a configuration. */
export function importProblems(
  input: unknown,
  credentials: ReadonlyMap<string, CredentialConfiguration>,
): Problem[] {
  const parsed = importSchema.safeParse(at(input, ['import']) ?? {});
  if (!parsed.success) return [];
  return [
    ...secretProblems(input, parsed.data, credentials),
    ...serviceProblems(input, parsed.data, credentials),
    ...clusterProblems(input, parsed.data),
    ...groupProblems(input, parsed.data),
    ...repeated(idsOf(parsed.data)),
  ];
}

function secretProblems(
  input: unknown,
  { secrets }: ImportConfiguration,
  credentials: ReadonlyMap<string, CredentialConfiguration>,
): Problem[] {
  const known = Object.keys(mapping(at(input, ['credentials'])));
  const region = at(input, ['region']);
  const problems = Object.entries(secrets).flatMap(([credential, arns]) => {
    const path = `import.secrets.${credential}`;
    if (!known.includes(credential)) return [unknown(path, credential, 'credential', 'credentials', known)];
    const { strategy, delivery } = credentials.get(credential) ?? {
      strategy: 'dual-user',
      delivery: 'secret',
    };
    if (delivery !== 'secret') {
      const fix = 'must be left out: what is there already is taken over with the delivery secret';
      return [{ path, value: credential, fix }];
    }
    if (hasOneSecret(strategy)) {
      const fix = `must be left out: what is there already is taken over with the strategy dual-user, and this credential has ${strategy}`;
      return [{ path, value: credential, fix }];
    }
    return Object.entries(arns)
      .filter(([, arn]) => typeof region === 'string' && arn !== undefined && arn.split(':')[3] !== region)
      .map(([kind, value]) => ({
        path: `${path}.${kind}`,
        value,
        fix: `must lie in ${String(region)}, the region of the installation`,
      }));
  });
  if (Object.keys(secrets).length > 0 && at(input, ['kmsKeyArn']) === undefined) {
    const fix =
      'is missing: give the key that the imported secrets are encrypted with; a new one would shut out whoever reads them now';
    problems.push({ path: 'kmsKeyArn', value: undefined, fix });
  }
  return problems;
}

function serviceProblems(
  input: unknown,
  { services, cluster: imported }: ImportConfiguration,
  credentials: ReadonlyMap<string, CredentialConfiguration>,
): Problem[] {
  const known = Object.keys(mapping(at(input, ['services'])));
  const cluster = at(input, ['cluster']) ?? imported;
  return Object.entries(services).flatMap(([name, it]) => {
    const path = `import.services.${name}`;
    if (!known.includes(name)) return [unknown(path, name, 'service', 'services', known)];
    if (it.service === undefined) {
      const fix = 'must be left out: without service there is nothing to take over';
      return it.takeOver ? [{ path: `${path}.takeOver`, value: true, fix }] : [];
    }
    const [where] = it.service.split('/');
    const problems: Problem[] = [];
    if (where !== cluster) {
      const fix = `must lie in the cluster of the installation${typeof cluster === 'string' ? `, ${cluster}` : `: give cluster: ${String(where)}`}`;
      problems.push({ path: `${path}.service`, value: it.service, fix });
    }
    const unread = it.takeOver || it.executionRole !== undefined ? [] : unreadBy(name, credentials);
    for (const credential of unread) {
      const fix = `is missing: give the execution role of ${it.service}, which goes on starting its tasks, or ${path}.executionRole`;
      problems.push({ path: `credentials.${credential}.readerRoleArns`, value: undefined, fix });
    }
    return problems;
  });
}

/** Credentials that a service reads, and of which nobody says who may read them. */
function unreadBy(service: string, credentials: ReadonlyMap<string, CredentialConfiguration>): string[] {
  return [...credentials]
    .filter(([, { readerRoleArns }]) => readerRoleArns === undefined)
    .filter(([, { consumers }]) =>
      consumers.map(consumerReference).some((one) => one.cluster === undefined && one.service === service),
    )
    .map(([name]) => name);
}

function clusterProblems(input: unknown, { cluster }: ImportConfiguration): Problem[] {
  if (cluster === undefined) return [];
  const wrong = (fix: string) => [{ path: 'import.cluster', value: cluster, fix }];
  if (at(input, ['cluster']) !== undefined)
    return wrong('must be left out together with cluster, which names one that others take care of');
  if (Object.keys(mapping(at(input, ['services']))).length === 0)
    return wrong('must be left out: there are no services, so no cluster is made');
  return [];
}

function groupProblems(input: unknown, { securityGroups }: ImportConfiguration): Problem[] {
  const { endpoints, database, databaseClients } = securityGroups;
  const problems: Problem[] = [];
  if (endpoints !== undefined && at(input, ['network', 'endpoints']) === false) {
    const fix = 'must be left out while network.endpoints is false';
    problems.push({ path: 'import.securityGroups.endpoints', value: endpoints, fix });
  }
  if (at(input, ['database', 'existing']) === undefined) return problems;
  const fix = 'must be left out: this installation makes no database';
  for (const [name, value] of Object.entries({ database, databaseClients })) {
    if (value !== undefined) problems.push({ path: `import.securityGroups.${name}`, value, fix });
  }
  return problems;
}

/** Every id with its place. */
function idsOf({ secrets, services, securityGroups }: ImportConfiguration): (readonly [string, string])[] {
  const under = (place: string, ids: Readonly<Record<string, string | undefined>>) =>
    Object.entries(ids).flatMap(([key, id]) =>
      id === undefined ? [] : [[`import.${place}.${key}`, id] as const],
    );
  return [
    ...Object.entries(secrets).flatMap(([name, ids]) => under(`secrets.${name}`, ids)),
    ...Object.entries(services).flatMap(([name, { service, log, securityGroup, executionRole, taskRole }]) =>
      under(`services.${name}`, { service, log, securityGroup, executionRole, taskRole }),
    ),
    ...under('securityGroups', securityGroups),
  ];
}

function repeated(ids: readonly (readonly [string, string])[]): Problem[] {
  const places = new Map<string, string>();
  return ids.flatMap(([path, value]) => {
    const other = places.get(value);
    places.set(value, path);
    return other === undefined
      ? []
      : [{ path, value, fix: `must differ from ${other}: one thing is imported once` }];
  });
}

function unknown(
  path: string,
  value: string,
  what: string,
  under: string,
  known: readonly string[],
): Problem {
  return { path, value, fix: `must be a ${what} under ${under}${likely(value, known)}` };
}
