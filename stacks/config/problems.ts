import { z } from 'zod';
import { likely } from '../../scripts/likely';
import { consumerReference } from './consumers';
import { largeGroups } from './group-problems';
import { importProblems } from './import-problems';
import { readersProblem } from './readers';
import {
  configurationSchema,
  credentialSchema,
  type Configuration,
  type CredentialConfiguration,
} from './schema';
import { roleProblems } from './role-problems';
import { strategyProblems } from './strategy-problems';
import { at, knownKeys, mapping, suggestion } from './suggestion';
import { repeatedVariables } from './variable-problems';

/** One thing wrong with a configuration. */
export interface Problem {
  /** Where, for instance `credentials.app.users.blue`. */
  readonly path: string;
  /** The value found there; undefined where there is none. */
  readonly value: unknown;
  /** What it has to be. */
  readonly fix: string;
}

/** Finds everything wrong with a configuration, not only the first. */
export function problemsOf(input: unknown): Problem[] {
  const parsed = configurationSchema.safeParse(input);
  const shape = parsed.success ? [] : parsed.error.issues.flatMap((issue) => fromIssue(issue, input));
  return [...shape, ...meaningProblems(input)];
}

function fromIssue(issue: z.core.$ZodIssue, input: unknown): Problem[] {
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(issue.path);
    return issue.keys.map((key) => ({
      path: [...issue.path, key].map(String).join('.'),
      value: at(input, [...issue.path, key]),
      fix: suggestion(key, known),
    }));
  }
  const value = at(input, issue.path);
  if (issue.code === 'invalid_union' && typeof value === 'object') {
    // Of a text and a mapping, a mapping was meant.
    const meant = issue.errors.at(-1) ?? [];
    return meant.flatMap((inner) => fromIssue({ ...inner, path: [...issue.path, ...inner.path] }, input));
  }
  return [{ path: issue.path.map(String).join('.'), value, fix: words(issue, value) }];
}

function words(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code === 'invalid_type') {
    const expected = typeOf(issue, value);
    return value === undefined ? `is missing: give ${expected}` : `must be ${expected}`;
  }
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? 'is not a valid name';
  if (issue.code === 'too_small' && issue.message.startsWith('Too small'))
    return `must ${counted(issue.origin, 'at least', issue.minimum)}`;
  if (issue.code === 'too_big' && issue.message.startsWith('Too big'))
    return `must ${counted(issue.origin, 'at most', issue.maximum)}`;
  if (issue.code === 'invalid_value' && issue.message.startsWith('Invalid')) {
    return `must be ${issue.values.map(String).join(' or ')}`;
  }
  return issue.message;
}

/** Of a number its size, of anything else how much there is of it. */
function counted(origin: string, bound: 'at least' | 'at most', count: number | bigint): string {
  const things = { string: 'characters', array: 'entries' }[origin];
  return things === undefined ? `be ${bound} ${count}` : `have ${bound} ${count} ${things}`;
}

const KEYS_SHOWN = 6;

function typeOf(issue: z.core.$ZodIssueInvalidType, value: unknown): string {
  const names: Record<string, string> = {
    // YAML reads 17 and true as something else.
    string: typeof value === 'number' || typeof value === 'boolean' ? 'text, in quotes' : 'text',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
    array: 'a list',
    object: 'a mapping',
    record: 'a mapping',
  };
  const name = names[issue.expected] ?? issue.expected;
  const keys = issue.expected === 'object' && issue.path.length > 0 ? knownKeys(issue.path) : [];
  const shown = [...keys.slice(0, KEYS_SHOWN), ...(keys.length > KEYS_SHOWN ? ['…'] : [])];
  return shown.length === 0 ? name : `${name} (keys: ${shown.join(', ')})`;
}

/** The mistakes that no field shows by itself. They are looked for in every part that has the right shape. */
function meaningProblems(input: unknown): Problem[] {
  const services = new Set(Object.keys(mapping(at(input, ['services']))));
  const watching = watchingReaders(input);
  const consumed = new Set<string>();
  const problems: Problem[] = [];
  const sound = new Map<string, CredentialConfiguration>();
  for (const [name, raw] of Object.entries(mapping(at(input, ['credentials'])))) {
    const parsed = credentialSchema.safeParse(raw);
    if (!parsed.success) {
      // A broken credential must not make its services look unused as well.
      for (const service of services) consumed.add(service);
      continue;
    }
    sound.set(name, parsed.data);
    const path = `credentials.${name}`;
    problems.push(...strategyProblems(path, parsed.data, raw));
    problems.push(...consumerProblems(path, parsed.data, services));
    const fix = watching === null ? null : readersProblem(watching, name, parsed.data);
    if (fix !== null) problems.push({ path, value: undefined, fix });
    for (const { cluster, service } of parsed.data.consumers.map(consumerReference)) {
      if (cluster === undefined) consumed.add(service);
    }
  }
  for (const service of services) {
    if (consumed.has(service)) continue;
    problems.push({
      path: `services.${service}`,
      value: service,
      fix: 'must be a consumer of a credential: none lists it',
    });
  }
  return [
    ...roleProblems(input, sound),
    ...problems,
    ...caseProblems([...services]),
    ...serviceProblems(mapping(at(input, ['services']))),
    ...importProblems(input, sound),
    ...largeGroups(sound),
    ...repeatedVariables(mapping(at(input, ['services'])), sound),
  ];
}

/** What decides who is expected to read, where unexpected readers are asked for and all of it has the right shape; else null. */
function watchingReaders(
  input: unknown,
): Pick<Configuration, 'prefix' | 'operatorRoleArns' | 'import'> | null {
  const { prefix, operatorRoleArns, alarms, import: imported } = configurationSchema.shape;
  const parsed = z.object({ prefix, operatorRoleArns, alarms, import: imported }).safeParse(input);
  return parsed.success && parsed.data.alarms.readers !== undefined ? parsed.data : null;
}

function consumerProblems(
  path: string,
  credential: CredentialConfiguration,
  services: ReadonlySet<string>,
): Problem[] {
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const [index, consumer] of credential.consumers.entries()) {
    const place = `${path}.consumers.${index}`;
    const { cluster, service } = consumerReference(consumer);
    const key = cluster === undefined ? service : `${cluster}/${service}`;
    if (cluster === undefined && !services.has(service)) {
      const fix = `must be a service under services${likely(service, [...services])}; one that exists is named by {cluster, service}`;
      problems.push({ path: place, value: service, fix });
    }
    if (seen.has(key)) problems.push({ path: place, value: key, fix: 'must be listed once' });
    seen.add(key);
  }
  const outside = credential.consumers.map(consumerReference).some(({ cluster }) => cluster !== undefined);
  if (outside && credential.readerRoleArns === undefined) {
    const fix =
      'is missing: give the execution roles of the consumers that exist already; nobody else may read the secret';
    problems.push({ path: `${path}.readerRoleArns`, value: undefined, fix });
  }
  return problems;
}

/** IAM does not tell role names apart by case, and services have roles of their own. */
function caseProblems(services: readonly string[]): Problem[] {
  const seen = new Map<string, string>();
  return services.flatMap((name) => {
    const other = seen.get(name.toLowerCase());
    seen.set(name.toLowerCase(), name);
    const fix = `must differ from ${other ?? ''} in more than case: their roles would have one name`;
    return other === undefined ? [] : [{ path: `services.${name}`, value: name, fix }];
  });
}

function serviceProblems(services: Readonly<Record<string, unknown>>): Problem[] {
  return Object.entries(services).flatMap(([name, service]) => {
    const fields = mapping(service);
    if (fields['targetGroupArn'] === undefined || fields['port'] !== undefined) return [];
    return [
      {
        path: `services.${name}.port`,
        value: undefined,
        fix: 'is missing: a target group needs the port of the container',
      },
    ];
  });
}
