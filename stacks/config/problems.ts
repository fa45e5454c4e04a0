import type { z } from 'zod';
import { calendarProblem, windowProblem } from './calendar';
import { configurationSchema, credentialSchema, type CredentialConfiguration } from './schema';

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
  return [{ path: issue.path.map(String).join('.'), value, fix: words(issue, value) }];
}

function words(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code === 'invalid_type' && value === undefined) return `is missing: give ${article(issue.expected)}`;
  if (issue.code === 'invalid_type') return `must be ${article(issue.expected)}`;
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? 'is not a valid name';
  if (issue.code === 'too_small' && issue.message.startsWith('Too small')) return `must be at least ${issue.minimum}`;
  if (issue.code === 'too_big' && issue.message.startsWith('Too big')) return `must be at most ${issue.maximum}`;
  if (issue.code === 'invalid_value' && issue.message.startsWith('Invalid')) {
    return `must be ${issue.values.map(String).join(' or ')}`;
  }
  return issue.message;
}

function article(type: string): string {
  const names: Record<string, string> = {
    string: 'text',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
    array: 'a list',
    object: 'a mapping',
    record: 'a mapping',
  };
  return names[type] ?? type;
}

/** The mistakes that no field shows by itself. They are looked for in every part that has the right shape. */
function meaningProblems(input: unknown): Problem[] {
  const services = new Set(Object.keys(mapping(at(input, ['services']))));
  const consumed = new Set<string>();
  const problems: Problem[] = [];
  const owners = new Map<string, string>();
  for (const [name, raw] of Object.entries(mapping(at(input, ['credentials'])))) {
    const parsed = credentialSchema.safeParse(raw);
    if (!parsed.success) {
      // A broken credential must not make its services look unused as well.
      for (const service of services) consumed.add(service);
      continue;
    }
    const path = `credentials.${name}`;
    problems.push(...roleProblems(path, name, parsed.data, owners));
    problems.push(...scheduleProblems(path, parsed.data));
    problems.push(...consumerProblems(path, parsed.data, services));
    for (const consumer of parsed.data.consumers) {
      if (typeof consumer === 'string') consumed.add(consumer);
      else if (!('cluster' in consumer)) consumed.add(consumer.service);
    }
  }
  for (const service of services) {
    if (consumed.has(service)) continue;
    problems.push({ path: `services.${service}`, value: service, fix: 'must be a consumer of a credential: none lists it' });
  }
  return [...problems, ...serviceProblems(mapping(at(input, ['services'])))];
}

/** @param owners path by role name, of the roles seen so far */
function roleProblems(path: string, name: string, credential: CredentialConfiguration, owners: Map<string, string>): Problem[] {
  const problems: Problem[] = [];
  const { blue, green, owner } = rolesOf(name, credential);
  for (const [place, role] of [
    ['users.blue', blue],
    ['users.green', green],
    ['ownerRole', owner],
  ] as const) {
    const other = owners.get(role);
    if (other !== undefined) {
      problems.push({ path: `${path}.${place}`, value: role, fix: `must differ from ${other}: one role has one purpose` });
    }
    owners.set(role, `${path}.${place}`);
  }
  return problems;
}

function scheduleProblems(path: string, credential: CredentialConfiguration): Problem[] {
  const { blue, green } = credential.schedule;
  const problems: Problem[] = [];
  for (const [slot, schedule] of [
    ['blue', blue],
    ['green', green],
  ] as const) {
    const fix = windowProblem(schedule);
    if (fix !== null) problems.push({ path: `${path}.schedule.${slot}.windowHours`, value: schedule.windowHours, fix });
  }
  if (problems.length > 0) return problems;
  const { deadlineSeconds, drainAlarmSeconds } = credential.rollout;
  const fix = calendarProblem(blue, green, { rollout: deadlineSeconds, drain: drainAlarmSeconds });
  return fix === null ? [] : [{ path: `${path}.schedule`, value: `${blue.cron}, ${green.cron}`, fix }];
}

function consumerProblems(path: string, credential: CredentialConfiguration, services: ReadonlySet<string>): Problem[] {
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const [index, consumer] of credential.consumers.entries()) {
    const place = `${path}.consumers.${index}`;
    const named = typeof consumer === 'string' ? { service: consumer } : consumer;
    const key = 'cluster' in named ? `${named.cluster}/${named.service}` : named.service;
    if (!('cluster' in named) && !services.has(named.service)) {
      const fix = `must be a service under services${likely(named.service, [...services])}; one that exists is named by {cluster, service}`;
      problems.push({ path: place, value: named.service, fix });
    }
    if (seen.has(key)) problems.push({ path: place, value: key, fix: 'must be listed once' });
    seen.add(key);
  }
  return problems;
}

function serviceProblems(services: Readonly<Record<string, unknown>>): Problem[] {
  return Object.entries(services).flatMap(([name, service]) => {
    const fields = mapping(service);
    if (fields['targetGroupArn'] === undefined || fields['port'] !== undefined) return [];
    return [{ path: `services.${name}.port`, value: undefined, fix: 'is missing: a target group needs the port of the container' }];
  });
}

/** The roles of a credential, by convention where they are not named. */
export function rolesOf(
  name: string,
  credential: Pick<CredentialConfiguration, 'users' | 'ownerRole'>,
): { readonly blue: string; readonly green: string; readonly owner: string } {
  const stem = name.replaceAll('-', '_').toLowerCase();
  return {
    blue: credential.users?.blue ?? `${stem}_blue`,
    green: credential.users?.green ?? `${stem}_green`,
    owner: credential.ownerRole ?? `${stem}_owner`,
  };
}

function mapping(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function at(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    input,
  );
}

/** The keys that a mapping at this place may have. */
function knownKeys(path: readonly PropertyKey[]): string[] {
  let schema: unknown = configurationSchema;
  for (const key of path) schema = child(schema, String(key));
  return Object.keys(mapping(at(unwrapped(schema), ['shape'])));
}

function child(schema: unknown, key: string): unknown {
  const inner = unwrapped(schema);
  return at(inner, ['shape', key]) ?? at(inner, ['valueType']) ?? at(inner, ['element']);
}

/** What optional, default and prefault wrap. */
function unwrapped(schema: unknown): unknown {
  let inner = schema;
  for (let next = at(inner, ['def', 'innerType']); next !== undefined; next = at(inner, ['def', 'innerType'])) inner = next;
  return inner;
}

function suggestion(key: string, known: readonly string[]): string {
  const hint = likely(key, known);
  return hint === '' ? `is not known here; known are ${[...known].sort().join(', ')}` : `is not known here${hint}`;
}

function likely(word: string, known: readonly string[]): string {
  const [best] = known
    .map((candidate) => ({ candidate, edits: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, edits }) => edits <= Math.max(1, Math.floor(candidate.length / 3)))
    .sort((a, b) => a.edits - b.edits);
  return best === undefined ? '' : ` (did you mean ${best.candidate}?)`;
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const current = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const change = (previous[j] ?? 0) + (letter === other ? 0 : 1);
      current.push(Math.min(change, (previous[j + 1] ?? 0) + 1, (current[j] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? a.length;
}
